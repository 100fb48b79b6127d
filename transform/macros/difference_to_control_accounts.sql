{#- The periods at whose end an aged total differs from the balance of its control accounts. -#}
{% macro difference_to_control_accounts(aged, ledger, sign) %}
    with aged_totals as (
        select
            agreement_number,
            as_of_date,
            sum(total) as aged_total
        from {{ ref(aged) }}
        where is_period_end
        group by agreement_number, as_of_date
    ),

    control_accounts as (
        select
            trial_balance.agreement_number,
            trial_balance.to_date as as_of_date,
            {{ sign }} * sum(trial_balance.closing_balance) as control_account
        from {{ ref('trial_balance') }} as trial_balance
        inner join {{ ref('int_control_accounts') }} as control_accounts
            on
                trial_balance.agreement_number = control_accounts.agreement_number
                and trial_balance.account_number = control_accounts.account_number
        where control_accounts.ledger = '{{ ledger }}'
        group by trial_balance.agreement_number, trial_balance.to_date
    )

    select
        agreement_number,
        as_of_date,
        coalesce(aged_total, 0) as aged_total,
        coalesce(control_account, 0) as control_account
    from aged_totals
    full join control_accounts using (agreement_number, as_of_date)
    where coalesce(aged_total, 0) <> coalesce(control_account, 0)
{% endmacro %}
