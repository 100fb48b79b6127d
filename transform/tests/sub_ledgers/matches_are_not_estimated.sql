-- A warning: the amounts of these matches are guesses, because before version 7.0.0 of
-- bookedEntries the API does not send them, and the remainders leave more than one solution.
-- Open items of the days between their entries may be split wrongly; totals are right.
{{ config(enabled=var('sub_ledgers'), severity='warn') }}
select
    agreement_number,
    debit_entry,
    credit_entry,
    matched_amount
from {{ ref('int_matches') }}
where is_estimated
