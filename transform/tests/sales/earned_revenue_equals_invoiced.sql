-- A warning: over all months, what is earned on an account is what was invoiced on it. That every
-- accrued line has a first day and a last one, in this order, is unconfirmed.
{{ config(enabled=var('sales'), severity='warn') }}
select
    agreement_number,
    account_number,
    sum(revenue) as revenue,
    sum(earned_revenue) as earned_revenue
from {{ ref('revenue_by_month') }}
group by agreement_number, account_number
having sum(revenue) <> sum(earned_revenue)
