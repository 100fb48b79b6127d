select
    "agreementNumber" as agreement_number,
    "year" as accounting_year,
    "periodNumber" as period_number,
    "dateFrom" as from_date,
    "dateTo" as to_date,
    "isClosed" as is_closed,
    "isBarred" as is_barred
from {{ raw('accounting_periods', required=true) }}
