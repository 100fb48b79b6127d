-- An entry outside of all periods, or on an account that is not in the chart, is in no report.
select
    agreement_number,
    entry_number,
    entry_date,
    account_number
from {{ ref('int_entries') }}
where
    period_sequence is null
    or account_type is null
    or account_type not in ('profitAndLoss', 'status')
