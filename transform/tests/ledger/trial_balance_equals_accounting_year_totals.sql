-- e-conomic's own total of every account in every year. Whether the total of a year whose opening
-- was not transferred yet holds the balance of the years before is unconfirmed: either will do, if
-- it does for all accounts of the year.
with ours as (
    select
        agreement_number,
        accounting_year,
        account_number,
        sum(net_change + transferred_opening) as year_total,
        sum(closing_balance) filter (where is_last_of_year) as closing_balance
    from {{ ref('trial_balance') }}
    group by agreement_number, accounting_year, account_number
),

theirs as (
    select
        agreement_number,
        accounting_year,
        account_number,
        sum(total_in_base_currency) as year_total
    from {{ ref('stg_economic__accounting_year_totals') }}
    group by agreement_number, accounting_year, account_number
),

compared as (
    select
        agreement_number,
        accounting_year,
        account_number,
        coalesce(ours.year_total, 0) as year_total,
        coalesce(ours.closing_balance, 0) as closing_balance,
        coalesce(theirs.year_total, 0) as total_in_economic
    from ours
    full join theirs using (agreement_number, accounting_year, account_number)
    -- Without the right to read the totals there are none: see agreements_have_year_totals.
    where agreement_number in (select with_totals.agreement_number from theirs as with_totals)
),

conventions as (
    select
        *,
        count(*) filter (where year_total <> total_in_economic) over by_year
        <= count(*) filter (where closing_balance <> total_in_economic) over by_year
            as is_net_change
    from compared
    window by_year as (partition by agreement_number, accounting_year)
)

select
    agreement_number,
    accounting_year,
    account_number,
    case when is_net_change then year_total else closing_balance end as in_the_books,
    total_in_economic
from conventions
where case when is_net_change then year_total else closing_balance end <> total_in_economic
