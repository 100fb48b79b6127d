-- Ranges of report lines that overlap would count an account twice.
select
    agreement_number,
    account_number,
    count(*) as report_lines
from {{ ref('int_account_lines') }}
group by agreement_number, account_number
having count(*) > 1
