-- Every budget figure whose days are all in accounting years is in the comparison, in full.
with figures as (
    select
        agreement_number,
        account_number,
        sum(amount_in_base_currency) as figures
    from {{ ref('stg_economic__budget_figures') }}
    group by agreement_number, account_number
),

compared as (
    select
        agreement_number,
        account_number,
        -sum(budget) as budget
    from {{ ref('budget_against_actual') }}
    group by agreement_number, account_number
),

outside as (
    select distinct
        figures.agreement_number,
        figures.account_number
    from {{ ref('stg_economic__budget_figures') }} as figures
    where
        figures.from_date < (
            select min(periods.from_date)
            from {{ ref('int_periods') }} as periods
            where periods.agreement_number = figures.agreement_number
        )
        or figures.to_date > (
            select max(periods.to_date)
            from {{ ref('int_periods') }} as periods
            where periods.agreement_number = figures.agreement_number
        )
)

select
    agreement_number,
    account_number,
    figures.figures,
    compared.budget
from figures
left join compared using (agreement_number, account_number)
where
    coalesce(compared.budget, 0) <> figures.figures
    and (agreement_number, account_number) not in (
        select
            outside.agreement_number,
            outside.account_number
        from outside
    )
