{{ config(enabled=var('sales')) }}
-- Materialized, so that the joins carry a customer's number and not the whole JSON.
with invoices as materialized (
    select
        agreement_number,
        invoice_number,
        invoice_date,
        due_date,
        gross_amount,
        currency_code,
        customer_number,
        recipient_name
    from {{ ref('stg_economic__invoices_booked') }}
),

products as materialized (
    select
        agreement_number,
        product_number,
        product_name,
        product_group_number,
        product_group_name
    from {{ ref('stg_economic__products') }}
),

dimensions as (
    {{ dimension_columns(
        'stg_economic__dimension_data_booked_invoice_lines', ['invoice_number', 'line_number']
    ) }}
)

select
    lines.agreement_number,
    lines.invoice_number,
    lines.line_number,
    lines.line_position,
    invoices.invoice_date,
    invoices.due_date,
    days.accounting_year,
    days.period_number,
    invoices.gross_amount < 0 as is_credit_note,
    invoices.customer_number,
    coalesce(customers.customer_name, invoices.recipient_name) as customer_name,
    lines.product_number,
    products.product_name,
    products.product_group_number,
    products.product_group_name,
    lines.line_text,
    lines.quantity,
    lines.unit_net_price,
    lines.discount_percentage,
    lines.account_number,
    accounts.account_name,
    lines.department_number,
    departments.department_name,
    dimensions.dimension_1,
    dimensions.dimension_2,
    dimensions.dimension_3,
    lines.is_accrued,
    lines.accrual_start_date,
    lines.accrual_end_date,
    invoices.currency_code,
    amounts.net_amount,
    lines.vat_rate,
    coalesce(lines.vat_amount, 0) as vat_amount,
    amounts.converted_amount + amounts.rounding_in_base_currency as net_in_base_currency,
    amounts.rounding_in_base_currency,
    round(coalesce(lines.quantity * lines.unit_cost_price, 0) * amounts.exchange_rate / 100, 2)
        as cost_in_base_currency
from {{ ref('stg_economic__invoices_booked_lines') }} as lines
inner join {{ ref('int_invoice_lines') }} as amounts
    on
        lines.agreement_number = amounts.agreement_number
        and lines.invoice_number = amounts.invoice_number
        and lines.line_number = amounts.line_number
inner join invoices
    on
        lines.agreement_number = invoices.agreement_number
        and lines.invoice_number = invoices.invoice_number
left join {{ ref('int_days') }} as days
    on
        invoices.agreement_number = days.agreement_number
        and invoices.invoice_date = days.calendar_day
left join {{ ref('stg_economic__customers') }} as customers
    on
        invoices.agreement_number = customers.agreement_number
        and invoices.customer_number = customers.customer_number
left join products
    on
        lines.agreement_number = products.agreement_number
        and lines.product_number = products.product_number
left join {{ ref('stg_economic__accounts') }} as accounts
    on
        lines.agreement_number = accounts.agreement_number
        and lines.account_number = accounts.account_number
left join {{ ref('stg_economic__departments') }} as departments
    on
        lines.agreement_number = departments.agreement_number
        and lines.department_number = departments.department_number
left join dimensions
    on
        lines.agreement_number = dimensions.agreement_number
        and lines.invoice_number = dimensions.invoice_number
        and lines.line_number = dimensions.line_number
