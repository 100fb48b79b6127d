{#- The entries of customers, or of suppliers, on their control accounts. -#}
{% macro party_ledger(ledger) %}
    select
        items.agreement_number,
        items.party_number as {{ ledger }}_number,
        parties.{{ ledger }}_name,
        items.account_number,
        items.entry_number,
        items.entry_date,
        items.due_date,
        items.voucher_number,
        {{ entry_type_name('items.entry_type') }} as entry_type,
        items.invoice_number,
        items.entry_text,
        items.is_exchange_difference,
        items.currency_code,
        items.amount,
        items.amount_in_base_currency,
        sum(items.amount_in_base_currency) over (
            partition by items.agreement_number, items.party_number
            order by items.entry_date, items.entry_number
        ) as running_balance,
        case when not items.is_exchange_difference then items.remainder else 0 end as remainder,
        settled.settled_date
    from {{ ref('int_items') }} as items
    left join {{ ref('stg_economic__' ~ ledger ~ 's') }} as parties
        on
            items.agreement_number = parties.agreement_number
            and items.party_number = parties.{{ ledger }}_number
    left join (
        select
            agreement_number,
            entry_number,
            open_from as settled_date
        from {{ ref('int_item_balances') }}
        where open_until is null and open_amount = 0
    ) as settled
        on
            items.agreement_number = settled.agreement_number
            and items.entry_number = settled.entry_number
    where items.ledger = '{{ ledger }}'
{% endmacro %}
