-- Before version 7.0.0 of bookedEntries a pair has neither amount nor date. What an entry has
-- settled is its amount less its remainder, so the amount of a pair follows when it is the only
-- unknown one of either entry, round by round. Pairs in a circle never get there: for these the
-- first pair of both entries is settled as far as it goes, and marked as estimated. The date is
-- that of the later entry.
{{ config(enabled=var('sub_ledgers')) }}
{% set exact_rounds, rounds = 10, 15 %}
with pairs as (
    select
        pairs.agreement_number,
        case when from_items.amount >= 0 then pairs.from_entry_number else pairs.to_entry_number end
            as debit_entry,
        case when from_items.amount >= 0 then pairs.to_entry_number else pairs.from_entry_number end
            as credit_entry,
        coalesce(
            pairs.effective_match_date,
            greatest(from_items.entry_date, to_items.entry_date)
        ) as match_date,
        abs(pairs.matched_amount) as matched_amount,
        abs(from_items.amount) - abs(from_items.remainder) as from_settled,
        abs(to_items.amount) - abs(to_items.remainder) as to_settled,
        from_items.amount >= 0 as is_from_debit
    from {{ ref('stg_economic__booked_entries_matched_pairs') }} as pairs
    inner join {{ ref('int_items') }} as from_items
        on
            pairs.agreement_number = from_items.agreement_number
            and pairs.from_entry_number = from_items.entry_number
    inner join {{ ref('int_items') }} as to_items
        on
            pairs.agreement_number = to_items.agreement_number
            and pairs.to_entry_number = to_items.entry_number
),

solved_0 as (
    select
        agreement_number,
        debit_entry,
        credit_entry,
        match_date,
        case when is_from_debit then from_settled else to_settled end as debit_left,
        case when is_from_debit then to_settled else from_settled end as credit_left,
        matched_amount,
        false as is_estimated
    from pairs
),

{% for round in range(1, rounds + 1) %}
    unknown_{{ round }} as (
        select
            agreement_number,
            debit_entry,
            credit_entry,
            match_date,
            debit_left - debit_solved as debit_left,
            credit_left - credit_solved as credit_left
        from (
            select
                *,
                coalesce(sum(matched_amount) over of_debit, 0) as debit_solved,
                coalesce(sum(matched_amount) over of_credit, 0) as credit_solved
            from solved_{{ round - 1 }}
            window
                of_debit as (partition by agreement_number, debit_entry),
                of_credit as (partition by agreement_number, credit_entry)
        ) as summed
        where matched_amount is null
    ),

    solved_{{ round }} as (
        select
            agreement_number,
            debit_entry,
            credit_entry,
            match_date,
            debit_left,
            credit_left,
            case
                when is_last or is_guessed then least(debit_left, credit_left)
            end as matched_amount,
            is_guessed and not is_last as is_estimated
        from (
            select
                *,
                count(*) over of_debit = 1
                or count(*) over of_credit = 1
                or least(debit_left, credit_left) = 0 as is_last,
                {% if round <= exact_rounds -%}
                    false
                {%- elif round == rounds -%}
                    true
                {%- else -%}
                    credit_entry = min(credit_entry) over of_debit
                    and debit_entry = min(debit_entry) over of_credit
                {%- endif %} as is_guessed
            from unknown_{{ round }}
            window
                of_debit as (partition by agreement_number, debit_entry),
                of_credit as (partition by agreement_number, credit_entry)
        ) as counted
    ),
{% endfor %}

solved as (
    {% for round in range(rounds + 1) %}
        select
            agreement_number,
            debit_entry,
            credit_entry,
            match_date,
            matched_amount,
            is_estimated
        from solved_{{ round }}
        where matched_amount is not null
        {{ "union all" if not loop.last }}
    {% endfor %}
)

select * from solved
-- A match that was undone is still there if the tap does not tell the loader what is gone.
where matched_amount <> 0
