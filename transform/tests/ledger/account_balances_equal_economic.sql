-- A warning: the balance that e-conomic gives of each balance sheet account is that of its entries.
-- It is read at another moment than the entries, and includes entries of any date.
{{ config(severity='warn') }}
with closings as (
    select distinct on (agreement_number, account_number)
        agreement_number,
        account_number,
        closing_balance
    from {{ ref('trial_balance') }}
    order by agreement_number, account_number, period_sequence desc
)

select
    accounts.agreement_number,
    accounts.account_number,
    accounts.balance,
    closings.closing_balance
from {{ ref('stg_economic__accounts') }} as accounts
left join closings
    on
        accounts.agreement_number = closings.agreement_number
        and accounts.account_number = closings.account_number
where
    accounts.account_type = 'status'
    and coalesce(accounts.balance, 0) <> coalesce(closings.closing_balance, 0)
