-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
with chart as (
    select
        agreement_number,
        account_number,
        account_name,
        account_type,
        account_type in ('heading', 'headingStart') as is_heading,
        account_type in ('totalFrom', 'sumInterval') as is_total
    from {{ ref('stg_economic__accounts') }}
),

amounts as (
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
    chart.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    chart.account_number,
    chart.account_name,
    chart.account_type,
    chart.is_heading,
    chart.is_total,
    case when not chart.is_heading then coalesce(amounts.net_change, 0) end as net_change,
    case when not chart.is_heading then coalesce(amounts.year_to_date, 0) end as year_to_date,
    case when not chart.is_heading then coalesce(amounts.closing_balance, 0) end
        as closing_balance
from chart
inner join {{ ref('int_periods') }} as periods
    on chart.agreement_number = periods.agreement_number
left join amounts
    on
        chart.agreement_number = amounts.agreement_number
        and chart.account_number = amounts.account_number
        and periods.period_sequence = amounts.period_sequence
