-- Revenue per month, as each of the three models adds it up, is what invoices posted on the
-- accounts of their lines.
{{ config(enabled=var('sales')) }}
with accounts as (
    select distinct
        agreement_number,
        account_number
    from {{ ref('revenue_by_month') }}
),

ledger as (
    select
        entries.agreement_number,
        date_trunc('month', entries.entry_date)::date as revenue_month,
        -sum(entries.amount_in_base_currency) as posted
    from {{ ref('int_entries') }} as entries
    inner join accounts
        on
            entries.agreement_number = accounts.agreement_number
            and entries.account_number = accounts.account_number
    where entries.entry_type = 1
    group by entries.agreement_number, revenue_month
),

models as (
    {% for grain in ('month', 'customer', 'product') %}
        select
            agreement_number,
            revenue_month,
            '{{ grain }}' as grain,
            sum(revenue) as revenue
        from {{ ref('revenue_by_' ~ grain) }}
        group by agreement_number, revenue_month
        {{ "union all" if not loop.last }}
    {% endfor %}
),

expected as (
    select
        ledger.*,
        grains.grain
    from ledger
    cross join (values ('month'), ('customer'), ('product')) as grains (grain)
)

select
    agreement_number,
    revenue_month,
    grain,
    models.revenue,
    expected.posted
from models
full join expected using (agreement_number, revenue_month, grain)
where coalesce(models.revenue, 0) <> coalesce(expected.posted, 0)
