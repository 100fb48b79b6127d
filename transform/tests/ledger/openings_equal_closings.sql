-- After a closed year, each account opens with its closing balance of the year before. One account
-- differs, by the result of that year: the equity that takes it. Accounts that open on another one
-- are listed in the variable accounts_opened_elsewhere.
with years as (
    select
        agreement_number,
        year_sequence,
        accounting_year,
        lag(is_year_closed) over in_order as is_year_before_closed,
        lag(accounting_year) over in_order as year_before,
        is_year_opened
    from {{ ref('int_periods') }}
    where is_last_of_year
    window in_order as (partition by agreement_number order by year_sequence)
),

openings as (
    select
        agreement_number,
        accounting_year,
        account_number,
        sum(transferred_opening) as opening
    from {{ ref('trial_balance') }}
    group by agreement_number, accounting_year, account_number
),

closings as (
    select
        agreement_number,
        accounting_year as year_before,
        account_number,
        account_type,
        closing_balance
    from {{ ref('trial_balance') }}
    where is_last_of_year
),

results as (
    select
        agreement_number,
        year_before,
        sum(closing_balance) as result_of_year_before
    from closings
    where account_type = 'profitAndLoss'
    group by agreement_number, year_before
),

compared as (
    select
        years.agreement_number,
        years.accounting_year,
        openings.account_number,
        openings.opening,
        coalesce(closings.closing_balance, 0) as closing_of_year_before,
        openings.opening - coalesce(closings.closing_balance, 0) as difference,
        coalesce(results.result_of_year_before, 0) as result_of_year_before
    from years
    inner join openings
        on
            years.agreement_number = openings.agreement_number
            and years.accounting_year = openings.accounting_year
    left join closings
        on
            years.agreement_number = closings.agreement_number
            and years.year_before = closings.year_before
            and openings.account_number = closings.account_number
            and closings.account_type <> 'profitAndLoss'
    left join results
        on
            years.agreement_number = results.agreement_number
            and years.year_before = results.year_before
    where
        years.is_year_opened and years.is_year_before_closed
        {%- for account in var('accounts_opened_elsewhere') %}
            and openings.account_number <> {{ account }}
        {%- endfor %}
),

differing as (
    select
        *,
        count(*) over (partition by agreement_number, accounting_year) as accounts_that_differ
    from compared
    where difference <> 0
)

select
    agreement_number,
    accounting_year,
    account_number,
    opening,
    closing_of_year_before
from differing
where accounts_that_differ > 1 or difference <> result_of_year_before
