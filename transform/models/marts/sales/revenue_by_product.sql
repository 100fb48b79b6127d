{{ config(enabled=var('sales')) }}
select
    agreement_number,
    date_trunc('month', invoice_date)::date as revenue_month,
    product_number,
    max(product_name) as product_name,
    max(product_group_name) as product_group_name,
    count(distinct invoice_number) as invoices,
    sum(net_in_base_currency) as revenue,
    sum(cost_in_base_currency) as cost,
    sum(net_in_base_currency) - sum(cost_in_base_currency) as margin
from {{ ref('invoice_lines') }}
where account_number is not null
group by
    agreement_number,
    revenue_month,
    product_number
