-- A warning: the balance that e-conomic gives of each balance sheet account is that of its entries,
-- with or without transferred openings (which of the two is unconfirmed). It is read at another
-- moment than the entries.
{{ config(severity='warn') }}
with balances as (
    select
        agreement_number,
        account_number,
        sum(net_change) as sum_of_changes,
        (array_agg(closing_balance order by period_sequence desc))[1] as closing_balance
    from {{ ref('trial_balance') }}
    group by agreement_number, account_number
)

select
    accounts.agreement_number,
    accounts.account_number,
    accounts.balance,
    balances.closing_balance
from {{ ref('stg_economic__accounts') }} as accounts
left join balances
    on
        accounts.agreement_number = balances.agreement_number
        and accounts.account_number = balances.account_number
where
    accounts.account_type = 'status'
    and coalesce(accounts.balance, 0)
    not in (coalesce(balances.closing_balance, 0), coalesce(balances.sum_of_changes, 0))
