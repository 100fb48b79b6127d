-- The ledger decides on the amounts in base currency: it converts the sum of a document's lines on
-- an account, which may differ by øre from the converted lines. The last line takes the rest.
{{ config(enabled=var('sales')) }}
with postings as (
    select
        agreement_number,
        customer_invoice_number as invoice_number,
        account_number,
        -sum(amount) as posted_amount,
        -sum(amount_in_base_currency) as posted_in_base_currency
    from {{ ref('int_entries') }}
    where entry_type = 1 and customer_number is null
    group by agreement_number, customer_invoice_number, account_number
),

converted as (
    select
        lines.agreement_number,
        lines.invoice_number,
        lines.line_number,
        lines.account_number,
        invoices.exchange_rate,
        coalesce(lines.net_amount, 0) as net_amount,
        round(coalesce(lines.net_amount, 0) * invoices.exchange_rate / 100, 2)
            as converted_amount,
        lines.is_accrued
    from {{ ref('stg_economic__invoices_booked_lines') }} as lines
    inner join {{ ref('stg_economic__invoices_booked') }} as invoices
        on
            lines.agreement_number = invoices.agreement_number
            and lines.invoice_number = invoices.invoice_number
)

select
    converted.agreement_number,
    converted.invoice_number,
    converted.line_number,
    converted.account_number,
    converted.exchange_rate,
    converted.net_amount,
    postings.posted_amount,
    postings.posted_in_base_currency,
    case
        when
            converted.line_number = max(converted.line_number) over of_account
            and postings.posted_in_base_currency is not null
            then postings.posted_in_base_currency - sum(converted.converted_amount) over of_account
        else 0
    end as rounding_in_base_currency,
    converted.converted_amount,
    count(*) over of_account as lines_on_account,
    coalesce(bool_or(converted.is_accrued) over of_account, false) as has_accrued_line
from converted
left join postings
    on
        converted.agreement_number = postings.agreement_number
        and converted.invoice_number = postings.invoice_number
        and converted.account_number = postings.account_number
window of_account as (
    partition by converted.agreement_number, converted.invoice_number, converted.account_number
)
