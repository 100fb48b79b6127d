-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
with results as (
    select
        trial_balance.agreement_number,
        trial_balance.period_sequence,
        sum(trial_balance.net_change) as net_change,
        sum(trial_balance.year_to_date) as year_to_date
    from {{ ref('trial_balance') }} as trial_balance
    where trial_balance.account_type = 'profitAndLoss'
    group by trial_balance.agreement_number, trial_balance.period_sequence
),

running_results as (
    select
        periods.agreement_number,
        periods.period_sequence,
        coalesce(results.year_to_date, 0) as result_of_the_year,
        sum(coalesce(results.net_change, 0)) over (
            partition by periods.agreement_number, periods.opening_block
            order by periods.period_sequence
        ) as result_since_opening
    from {{ ref('int_periods') }} as periods
    left join results
        on
            periods.agreement_number = results.agreement_number
            and periods.period_sequence = results.period_sequence
),

rows_of_the_sheet as (
    select
        agreement_number,
        period_sequence,
        'account' as row_type,
        account_number,
        closing_balance as balance
    from {{ ref('trial_balance') }}
    where account_type <> 'profitAndLoss'
    union all
    select
        agreement_number,
        period_sequence,
        'result_of_the_year' as row_type,
        null as account_number,
        result_of_the_year as balance
    from running_results
    union all
    select
        agreement_number,
        period_sequence,
        'results_not_transferred' as row_type,
        null as account_number,
        result_since_opening - result_of_the_year as balance
    from running_results
)

select
    sheet.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    sheet.row_type,
    sheet.account_number,
    coalesce(
        account_lines.account_name,
        case sheet.row_type
            when 'result_of_the_year' then 'Result of the year'
            else 'Results of earlier years, not transferred'
        end
    ) as account_name,
    coalesce(account_lines.section, 'Equity and liabilities') as section,
    coalesce(account_lines.report_line, 'Result not transferred') as report_line,
    coalesce(account_lines.sort_order, 219) as sort_order,
    sheet.balance
from rows_of_the_sheet as sheet
inner join {{ ref('int_periods') }} as periods
    on
        sheet.agreement_number = periods.agreement_number
        and sheet.period_sequence = periods.period_sequence
left join {{ ref('int_account_lines') }} as account_lines
    on
        sheet.agreement_number = account_lines.agreement_number
        and sheet.account_number = account_lines.account_number
