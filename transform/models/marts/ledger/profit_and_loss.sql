-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
select
    now.agreement_number,
    now.accounting_year,
    now.period_number,
    now.period_sequence,
    now.from_date,
    now.to_date,
    now.account_number,
    now.account_name,
    account_lines.section,
    account_lines.report_line,
    account_lines.sort_order,
    -now.net_change as amount,
    -now.year_to_date as year_to_date,
    -coalesce(year_before.net_change, 0) as amount_a_year_before
from {{ ref('trial_balance') }} as now
inner join {{ ref('int_account_lines') }} as account_lines
    on
        now.agreement_number = account_lines.agreement_number
        and now.account_number = account_lines.account_number
left join {{ ref('trial_balance') }} as year_before
    on
        now.agreement_number = year_before.agreement_number
        and now.account_number = year_before.account_number
        and now.from_date = (year_before.from_date + interval '1 year')::date
where now.account_type = 'profitAndLoss'
