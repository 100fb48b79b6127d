-- Each total account of the chart, in every period, is the entries of its interval.
with intervals as (
    select
        agreement_number,
        account_number,
        from_account_number,
        to_account_number
    from {{ ref('stg_economic__account_total_intervals') }}
    union
    select
        agreement_number,
        account_number,
        total_from_account_number as from_account_number,
        account_number as to_account_number
    from {{ ref('stg_economic__accounts') }}
    where account_type = 'totalFrom'
),

posted as (
    select
        agreement_number,
        period_sequence,
        account_number,
        sum(amount_in_base_currency) as amount
    from {{ ref('int_entries') }}
    where not is_transferred_opening
    group by agreement_number, period_sequence, account_number
),

totals as (
    select
        intervals.agreement_number,
        posted.period_sequence,
        intervals.account_number,
        sum(posted.amount) as posted_amount
    from intervals
    inner join posted
        on
            intervals.agreement_number = posted.agreement_number
            and posted.account_number between intervals.from_account_number
            and intervals.to_account_number
    group by intervals.agreement_number, posted.period_sequence, intervals.account_number
)

select
    statement.agreement_number,
    statement.accounting_year,
    statement.period_number,
    statement.account_number,
    statement.net_change,
    totals.posted_amount
from {{ ref('financial_statement') }} as statement
left join totals
    on
        statement.agreement_number = totals.agreement_number
        and statement.period_sequence = totals.period_sequence
        and statement.account_number = totals.account_number
where
    statement.account_type in ('totalFrom', 'sumInterval')
    and statement.net_change <> coalesce(totals.posted_amount, 0)
