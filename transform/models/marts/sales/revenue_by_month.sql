-- Invoiced revenue is of the month of the invoice, earned revenue of the months of its accrual.
{{ config(enabled=var('sales')) }}
with movements as (
    select
        agreement_number,
        date_trunc('month', invoice_date)::date as revenue_month,
        account_number,
        account_name,
        invoice_number,
        net_in_base_currency as revenue,
        cost_in_base_currency as cost,
        case when is_accrued then 0 else net_in_base_currency end as earned_revenue
    from {{ ref('invoice_lines') }}
    where account_number is not null
    union all
    select
        agreement_number,
        revenue_month,
        account_number,
        account_name,
        null as invoice_number,
        0 as revenue,
        0 as cost,
        earned_revenue
    from {{ ref('accrued_revenue') }}
)

select
    agreement_number,
    revenue_month,
    account_number,
    max(account_name) as account_name,
    count(distinct invoice_number) as invoices,
    sum(revenue) as revenue,
    sum(cost) as cost,
    sum(revenue) - sum(cost) as margin,
    sum(earned_revenue) as earned_revenue
from movements
group by agreement_number, revenue_month, account_number
