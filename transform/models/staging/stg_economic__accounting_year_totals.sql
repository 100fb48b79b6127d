select
    "agreementNumber" as agreement_number,
    "year" as accounting_year,
    "accountNumber" as account_number,
    "fromDate" as from_date,
    "toDate" as to_date,
    "totalInBaseCurrency" as total_in_base_currency
from {{ raw('accounting_year_totals') }}
