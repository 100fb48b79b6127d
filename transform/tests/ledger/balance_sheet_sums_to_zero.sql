-- In every period, results that are not transferred yet included.
select
    agreement_number,
    accounting_year,
    period_number,
    sum(balance) as difference
from {{ ref('balance_sheet') }}
group by agreement_number, accounting_year, period_number
having sum(balance) <> 0
