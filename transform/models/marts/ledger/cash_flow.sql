-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
-- What each other account changed is what cash changed, with the opposite sign.
-- Openings are no flow.
select
    entries.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    account_lines.cash_flow_section,
    account_lines.cash_flow_line,
    min(account_lines.sort_order) as sort_order,
    -sum(entries.amount_in_base_currency) as amount
from {{ ref('int_entries') }} as entries
inner join {{ ref('int_account_lines') }} as account_lines
    on
        entries.agreement_number = account_lines.agreement_number
        and entries.account_number = account_lines.account_number
inner join {{ ref('int_periods') }} as periods
    on
        entries.agreement_number = periods.agreement_number
        and entries.period_sequence = periods.period_sequence
where
    entries.entry_type not in (7, 8)
    and account_lines.cash_flow_section <> 'cash'
group by
    entries.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    account_lines.cash_flow_section,
    account_lines.cash_flow_line
