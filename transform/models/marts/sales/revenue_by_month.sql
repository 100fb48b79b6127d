{{ config(enabled=var('sales')) }}
select
    agreement_number,
    date_trunc('month', invoice_date)::date as revenue_month,
    account_number,
    max(account_name) as account_name,
    count(distinct invoice_number) as invoices,
    sum(net_in_base_currency) as revenue,
    sum(cost_in_base_currency) as cost,
    sum(net_in_base_currency) - sum(cost_in_base_currency) as margin
from {{ ref('invoice_lines') }}
where account_number is not null
group by
    agreement_number,
    revenue_month,
    account_number
