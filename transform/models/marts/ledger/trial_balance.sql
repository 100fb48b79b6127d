-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
with sums as (
    select
        agreement_number,
        account_number,
        period_sequence,
        coalesce(sum(amount_in_base_currency) filter (where is_transferred_opening), 0)
            as transferred_opening,
        coalesce(sum(amount_in_base_currency) filter (
            where not is_transferred_opening and amount_in_base_currency > 0
        ), 0) as debit,
        -coalesce(sum(amount_in_base_currency) filter (
            where not is_transferred_opening and amount_in_base_currency < 0
        ), 0) as credit
    from {{ ref('int_entries') }}
    group by agreement_number, account_number, period_sequence
),

first_periods as (
    select
        agreement_number,
        account_number,
        min(period_sequence) as period_sequence
    from sums
    group by agreement_number, account_number
),

account_periods as (
    select
        accounts.agreement_number,
        accounts.account_number,
        accounts.account_name,
        accounts.account_type,
        periods.accounting_year,
        periods.period_number,
        periods.period_sequence,
        periods.from_date,
        periods.to_date,
        periods.is_last_of_year,
        periods.year_sequence,
        -- Profit and loss starts anew each year, a balance when openings are transferred.
        case
            when accounts.account_type = 'profitAndLoss' then -periods.year_sequence
            else periods.opening_block
        end as balance_block,
        coalesce(sums.transferred_opening, 0) as transferred_opening,
        coalesce(sums.debit, 0) as debit,
        coalesce(sums.credit, 0) as credit
    from first_periods
    inner join {{ ref('stg_economic__accounts') }} as accounts
        on
            first_periods.agreement_number = accounts.agreement_number
            and first_periods.account_number = accounts.account_number
    inner join {{ ref('int_periods') }} as periods
        on
            first_periods.agreement_number = periods.agreement_number
            and first_periods.period_sequence <= periods.period_sequence
    left join sums
        on
            first_periods.agreement_number = sums.agreement_number
            and first_periods.account_number = sums.account_number
            and periods.period_sequence = sums.period_sequence
),

balances as (
    select
        *,
        debit - credit as net_change,
        sum(transferred_opening + debit - credit) over (
            partition by agreement_number, account_number, balance_block
            order by period_sequence
        ) as closing_balance,
        sum(debit - credit) over (
            partition by agreement_number, account_number, year_sequence
            order by period_sequence
        ) as year_to_date
    from account_periods
)

select
    agreement_number,
    accounting_year,
    period_number,
    period_sequence,
    from_date,
    to_date,
    is_last_of_year,
    account_number,
    account_name,
    account_type,
    transferred_opening,
    closing_balance - net_change as opening_balance,
    debit,
    credit,
    net_change,
    closing_balance,
    year_to_date
from balances
