-- The accounts that each total account of the chart adds up: by its intervals or, of the type
-- totalFrom, from an account to itself. The API itself answers such totals with 0.
with intervals as (
    select
        agreement_number,
        account_number,
        from_account_number,
        to_account_number
    from {{ ref('stg_economic__account_total_intervals') }}
    union
    select
        agreement_number,
        account_number,
        total_from_account_number as from_account_number,
        account_number as to_account_number
    from {{ ref('stg_economic__accounts') }}
    where account_type = 'totalFrom' and total_from_account_number is not null
)

select
    intervals.agreement_number,
    intervals.account_number as total_account_number,
    accounts.account_number
from intervals
inner join {{ ref('stg_economic__accounts') }} as accounts
    on
        intervals.agreement_number = accounts.agreement_number
        and accounts.account_number between intervals.from_account_number
        and intervals.to_account_number
where accounts.account_type in ('profitAndLoss', 'status')
