-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
with amounts as (
    select
        agreement_number,
        period_sequence,
        account_number,
        net_change,
        year_to_date,
        closing_balance
    from {{ ref('trial_balance') }}
    union all
    select
        total_accounts.agreement_number,
        trial_balance.period_sequence,
        total_accounts.total_account_number as account_number,
        sum(trial_balance.net_change) as net_change,
        sum(trial_balance.year_to_date) as year_to_date,
        sum(trial_balance.closing_balance) as closing_balance
    from {{ ref('int_total_accounts') }} as total_accounts
    inner join {{ ref('trial_balance') }} as trial_balance
        on
            total_accounts.agreement_number = trial_balance.agreement_number
            and total_accounts.account_number = trial_balance.account_number
    group by
        total_accounts.agreement_number,
        trial_balance.period_sequence,
        total_accounts.total_account_number
)

select
    accounts.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    accounts.account_number,
    accounts.account_name,
    accounts.account_type,
    accounts.account_type in ('heading', 'headingStart') as is_heading,
    accounts.account_type in ('totalFrom', 'sumInterval') as is_total,
    case when not is_heading.yes then coalesce(amounts.net_change, 0) end as net_change,
    case when not is_heading.yes then coalesce(amounts.year_to_date, 0) end as year_to_date,
    case when not is_heading.yes then coalesce(amounts.closing_balance, 0) end as closing_balance
from {{ ref('stg_economic__accounts') }} as accounts
cross join lateral (
    select accounts.account_type in ('heading', 'headingStart', 'sumAlpha') as yes
) as is_heading
inner join {{ ref('int_periods') }} as periods
    on accounts.agreement_number = periods.agreement_number
left join amounts
    on
        accounts.agreement_number = amounts.agreement_number
        and accounts.account_number = amounts.account_number
        and periods.period_sequence = amounts.period_sequence
