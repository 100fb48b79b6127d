-- An agreement's own lines take precedence over those for all agreements.
with mapped as (
    select
        accounts.agreement_number,
        accounts.account_number,
        accounts.account_name,
        accounts.account_type,
        report_lines.section,
        report_lines.report_line,
        report_lines.sort_order,
        report_lines.cash_flow_section,
        report_lines.cash_flow_line,
        dense_rank() over (
            partition by accounts.agreement_number, accounts.account_number
            order by report_lines.agreement_number is null
        ) as precedence
    from {{ ref('stg_economic__accounts') }} as accounts
    left join {{ report_lines() }} as report_lines
        on
            accounts.agreement_number
            = coalesce(report_lines.agreement_number, accounts.agreement_number)
            and accounts.account_number between report_lines.from_account
            and report_lines.to_account
    where accounts.account_type in ('profitAndLoss', 'status')
)

select
    agreement_number,
    account_number,
    account_name,
    account_type,
    coalesce(section, 'Not mapped') as section,
    coalesce(report_line, 'Not mapped') as report_line,
    coalesce(sort_order, 999) as sort_order,
    coalesce(cash_flow_section, 'operating') as cash_flow_section,
    coalesce(cash_flow_line, 'Not mapped') as cash_flow_line
from mapped
where precedence = 1
