select
    "agreementNumber" as agreement_number,
    "year" as accounting_year,
    "fromDate" as from_date,
    "toDate" as to_date,
    "closed" as is_closed
from {{ raw('accounting_years', required=true) }}
