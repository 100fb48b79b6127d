{#- Open items by age at the end of each period, and as of the variable `as_of`. -#}
{% macro aged(ledger, sign) %}
    {%- set as_of -%}
        {%- if var('as_of') -%} '{{ var('as_of') }}'::date {%- else -%} current_date {%- endif -%}
    {%- endset -%}
    with periods as (
        select
            agreement_number,
            period_sequence,
            to_date,
            max(period_sequence) over (partition by agreement_number) as last_sequence
        from {{ ref('int_periods') }}
    ),

    -- The periods whose last day is in an item's interval: from the one that holds its first day
    -- to the one before that which holds the day it was settled on.
    open_at as (
        select
            items.*,
            periods.to_date as as_of_date,
            true as is_period_end
        from {{ ref('open_items') }} as items
        inner join {{ ref('int_days') }} as first_days
            on
                items.agreement_number = first_days.agreement_number
                and items.open_from = first_days.calendar_day
        left join {{ ref('int_days') }} as last_days
            on
                items.agreement_number = last_days.agreement_number
                and items.open_until = last_days.calendar_day
        inner join periods
            on
                items.agreement_number = periods.agreement_number
                and periods.period_sequence >= first_days.period_sequence
                and periods.period_sequence
                <= coalesce(last_days.period_sequence - 1, periods.last_sequence)
        where items.ledger = '{{ ledger }}'
        union all
        select
            items.*,
            {{ as_of }} as as_of_date,
            false as is_period_end
        from {{ ref('open_items') }} as items
        where
            items.ledger = '{{ ledger }}'
            and items.open_from <= {{ as_of }}
            and (items.open_until > {{ as_of }} or items.open_until is null)
            and not exists (
                select 1
                from periods
                where
                    periods.agreement_number = items.agreement_number
                    and periods.to_date = {{ as_of }}
            )
    ),

    aged as (
        select
            *,
            {{ sign }} * open_in_base_currency as open_balance,
            as_of_date - due_date as days_overdue
        from open_at
    )

    select
        agreement_number,
        as_of_date,
        is_period_end,
        party_number as {{ ledger }}_number,
        party_name as {{ ledger }}_name,
        coalesce(sum(open_balance) filter (where days_overdue <= 0), 0) as not_due,
        coalesce(sum(open_balance) filter (where days_overdue between 1 and 30), 0)
            as overdue_1_to_30_days,
        coalesce(sum(open_balance) filter (where days_overdue between 31 and 60), 0)
            as overdue_31_to_60_days,
        coalesce(sum(open_balance) filter (where days_overdue between 61 and 90), 0)
            as overdue_61_to_90_days,
        coalesce(sum(open_balance) filter (where days_overdue > 90), 0)
            as overdue_over_90_days,
        coalesce(sum(open_balance) filter (where item_type = 'unallocated'), 0) as unallocated,
        sum(open_balance) as total
    from aged
    group by agreement_number, as_of_date, is_period_end, party_number, party_name
{% endmacro %}
