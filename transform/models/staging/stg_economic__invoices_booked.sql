select
    "agreementNumber" as agreement_number,
    "bookedInvoiceNumber" as invoice_number,
    "date" as invoice_date,
    "dueDate" as due_date,
    "currency" as currency_code,
    "exchangeRate" as exchange_rate,
    "netAmount" as net_amount,
    "netAmountInBaseCurrency" as net_amount_in_base_currency,
    "vatAmount" as vat_amount,
    "grossAmount" as gross_amount,
    "grossAmountInBaseCurrency" as gross_amount_in_base_currency,
    "remainder" as remainder,
    "remainderInBaseCurrency" as remainder_in_base_currency,
    ("customer" ->> 'customerNumber')::bigint as customer_number,
    "recipient" ->> 'name' as recipient_name,
    "references" ->> 'other' as other_reference
from {{ raw('invoices_booked') }}
