-- The flows of a period add up to what the cash accounts changed in it.
with flows as (
    select
        agreement_number,
        period_sequence,
        sum(amount) as flow
    from {{ ref('cash_flow') }}
    group by agreement_number, period_sequence
),

cash as (
    select
        entries.agreement_number,
        entries.period_sequence,
        sum(entries.amount_in_base_currency) as change_in_cash
    from {{ ref('int_entries') }} as entries
    inner join {{ ref('int_account_lines') }} as account_lines
        on
            entries.agreement_number = account_lines.agreement_number
            and entries.account_number = account_lines.account_number
    where entries.entry_type not in (7, 8) and account_lines.cash_flow_section = 'cash'
    group by entries.agreement_number, entries.period_sequence
)

select
    agreement_number,
    period_sequence,
    flows.flow,
    cash.change_in_cash
from flows
full join cash using (agreement_number, period_sequence)
where coalesce(flows.flow, 0) <> coalesce(cash.change_in_cash, 0)
