-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
-- What each other account changed is what cash changed, with the opposite sign.
-- Openings are no flow.
with changes as (
    select
        agreement_number,
        account_number,
        period_sequence,
        sum(amount_in_base_currency) as change
    from {{ ref('int_entries') }}
    where entry_type not in (7, 8)
    group by agreement_number, account_number, period_sequence
)

select
    changes.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    account_lines.cash_flow_section,
    account_lines.cash_flow_line,
    min(account_lines.sort_order) as sort_order,
    -sum(changes.change) as amount
from changes
inner join {{ ref('int_account_lines') }} as account_lines
    on
        changes.agreement_number = account_lines.agreement_number
        and changes.account_number = account_lines.account_number
inner join {{ ref('int_periods') }} as periods
    on
        changes.agreement_number = periods.agreement_number
        and changes.period_sequence = periods.period_sequence
where account_lines.cash_flow_section <> 'cash'
group by
    changes.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    account_lines.cash_flow_section,
    account_lines.cash_flow_line
