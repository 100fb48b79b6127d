-- The amount of an accrued line is spread over its days; rounding the running sum leaves no øre
-- behind.
{{ config(enabled=var('sales')) }}
with months as (
    select
        agreement_number,
        invoice_number,
        line_number,
        invoice_date,
        customer_number,
        customer_name,
        product_number,
        product_name,
        account_number,
        account_name,
        accrual_start_date,
        accrual_end_date,
        net_in_base_currency,
        generate_series(
            date_trunc('month', accrual_start_date), accrual_end_date, interval '1 month'
        )::date as revenue_month
    from {{ ref('invoice_lines') }}
    where
        is_accrued
        and accrual_end_date >= accrual_start_date
        and account_number is not null
),

earned as (
    select
        *,
        round(
            net_in_base_currency * (
                least(accrual_end_date + 1, (revenue_month + interval '1 month')::date)
                - accrual_start_date
            ) / (accrual_end_date + 1 - accrual_start_date),
            2
        ) as earned_until_now
    from months
)

select
    agreement_number,
    invoice_number,
    line_number,
    revenue_month,
    invoice_date,
    customer_number,
    customer_name,
    product_number,
    product_name,
    account_number,
    account_name,
    accrual_start_date,
    accrual_end_date,
    net_in_base_currency,
    earned_until_now - coalesce(
        lag(earned_until_now) over (
            partition by agreement_number, invoice_number, line_number
            order by revenue_month
        ),
        0
    ) as earned_revenue,
    net_in_base_currency - earned_until_now as deferred_revenue
from earned
