-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
-- A figure is spread over its periods by days; rounding the running sum leaves no øre behind.
with spread as (
    select
        figures.agreement_number,
        figures.budget_figure_number,
        figures.account_number,
        days.period_sequence,
        figures.amount_in_base_currency,
        figures.to_date - figures.from_date + 1 as days_of_figure,
        count(*) as days_in_period
    from {{ ref('stg_economic__budget_figures') }} as figures
    inner join {{ ref('int_days') }} as days
        on
            figures.agreement_number = days.agreement_number
            and days.calendar_day between figures.from_date and figures.to_date
    group by
        figures.agreement_number, figures.budget_figure_number, figures.account_number,
        days.period_sequence, figures.amount_in_base_currency, days_of_figure
),

running as (
    select
        *,
        round(
            amount_in_base_currency * sum(days_in_period) over in_order / days_of_figure, 2
        ) as budget_until_now
    from spread
    window in_order as (
        partition by agreement_number, budget_figure_number
        order by period_sequence
    )
),

shares as (
    select
        agreement_number,
        account_number,
        period_sequence,
        budget_until_now - coalesce(
            lag(budget_until_now) over (
                partition by agreement_number, budget_figure_number
                order by period_sequence
            ),
            0
        ) as budget
    from running
),

budgets as (
    select
        agreement_number,
        account_number,
        period_sequence,
        sum(budget) as budget
    from shares
    group by agreement_number, account_number, period_sequence
),

budgeted_years as (
    select distinct
        periods.agreement_number,
        periods.accounting_year
    from budgets
    inner join {{ ref('int_periods') }} as periods
        on
            budgets.agreement_number = periods.agreement_number
            and budgets.period_sequence = periods.period_sequence
),

actuals as (
    select
        agreement_number,
        account_number,
        period_sequence,
        net_change
    from {{ ref('trial_balance') }}
    where account_type = 'profitAndLoss'
),

compared as (
    select
        agreement_number,
        account_number,
        period_sequence,
        coalesce(budgets.budget, 0) as budget,
        coalesce(actuals.net_change, 0) as actual
    from budgets
    full join actuals using (agreement_number, account_number, period_sequence)
)

select
    compared.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    compared.account_number,
    account_lines.account_name,
    account_lines.section,
    account_lines.report_line,
    account_lines.sort_order,
    -compared.budget as budget,
    -compared.actual as actual,
    compared.budget - compared.actual as difference
from compared
inner join {{ ref('int_periods') }} as periods
    on
        compared.agreement_number = periods.agreement_number
        and compared.period_sequence = periods.period_sequence
inner join budgeted_years
    on
        periods.agreement_number = budgeted_years.agreement_number
        and periods.accounting_year = budgeted_years.accounting_year
inner join {{ ref('int_account_lines') }} as account_lines
    on
        compared.agreement_number = account_lines.agreement_number
        and compared.account_number = account_lines.account_number
