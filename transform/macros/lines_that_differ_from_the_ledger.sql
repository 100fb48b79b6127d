{#- The invoices whose lines on an account are not what the ledger posted there. -#}
{% macro lines_that_differ_from_the_ledger(condition) %}
    select
        agreement_number,
        invoice_number,
        account_number,
        sum(net_amount) as lines_amount,
        max(posted_amount) as posted_amount,
        sum(rounding_in_base_currency) as rounding_in_base_currency
    from {{ ref('int_invoice_lines') }}
    where account_number is not null and {{ condition }}
    group by agreement_number, invoice_number, account_number
    having
        max(posted_amount) is null
        or sum(net_amount) <> max(posted_amount)
        or abs(sum(rounding_in_base_currency)) > 0.01 * max(lines_on_account)
{%- endmacro %}
