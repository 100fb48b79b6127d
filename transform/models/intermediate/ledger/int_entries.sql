select
    entries.agreement_number,
    entries.entry_number,
    entries.account_number,
    entries.entry_date,
    entries.due_date,
    entries.entry_type,
    entries.voucher_number,
    entries.entry_text,
    entries.currency_code,
    entries.amount,
    entries.amount_in_base_currency,
    entries.remainder,
    entries.vat_code,
    entries.customer_number,
    entries.customer_invoice_number,
    entries.supplier_number,
    entries.supplier_invoice_number,
    entries.project_number,
    days.accounting_year,
    days.period_number,
    days.period_sequence,
    accounts.account_type,
    entries.entry_type = 8 as is_transferred_opening,
    -- Profit and loss starts anew each year, a balance when openings are transferred.
    case
        when accounts.account_type = 'profitAndLoss' then -days.year_sequence
        else days.opening_block
    end as balance_block
from {{ ref('stg_economic__booked_entries') }} as entries
left join {{ ref('int_days') }} as days
    on
        entries.agreement_number = days.agreement_number
        and entries.entry_date = days.calendar_day
left join {{ ref('stg_economic__accounts') }} as accounts
    on
        entries.agreement_number = accounts.agreement_number
        and entries.account_number = accounts.account_number
