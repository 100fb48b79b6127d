-- A year with transferred openings (entries of type 8) starts a new block: a balance runs within
-- its block, because these openings repeat the balances of the years before.
with opened_years as (
    select distinct
        entries.agreement_number,
        years.accounting_year
    from {{ ref('stg_economic__booked_entries') }} as entries
    inner join {{ ref('stg_economic__accounting_years') }} as years
        on
            entries.agreement_number = years.agreement_number
            and entries.entry_date between years.from_date and years.to_date
    where entries.entry_type = 8
),

years as (
    select
        years.*,
        opened_years.accounting_year is not null as is_opened,
        row_number() over in_order as year_sequence,
        count(opened_years.accounting_year) over in_order as opening_block
    from {{ ref('stg_economic__accounting_years') }} as years
    left join opened_years
        on
            years.agreement_number = opened_years.agreement_number
            and years.accounting_year = opened_years.accounting_year
    window in_order as (partition by years.agreement_number order by years.from_date)
)

select
    periods.agreement_number,
    periods.accounting_year,
    periods.period_number,
    row_number() over (partition by periods.agreement_number order by periods.from_date)
        as period_sequence,
    periods.from_date,
    periods.to_date,
    years.from_date as year_from_date,
    years.to_date as year_to_date,
    periods.to_date = years.to_date as is_last_of_year,
    years.year_sequence,
    years.opening_block,
    years.is_opened as is_year_opened,
    years.is_closed as is_year_closed,
    periods.is_closed,
    periods.is_barred
from {{ ref('stg_economic__accounting_periods') }} as periods
inner join years
    on
        periods.agreement_number = years.agreement_number
        and periods.accounting_year = years.accounting_year
