-- A warning: the balance that e-conomic gives of each customer is that of the customer's entries,
-- in the customer's currency or the base currency (which of the two is unconfirmed).
{{ config(enabled=var('sub_ledgers'), severity='warn') }}
with balances as (
    select
        agreement_number,
        customer_number,
        sum(amount) as amount,
        sum(amount_in_base_currency) as amount_in_base_currency
    from {{ ref('customer_ledger') }}
    group by agreement_number, customer_number
)

select
    customers.agreement_number,
    customers.customer_number,
    customers.balance,
    balances.amount,
    balances.amount_in_base_currency
from {{ ref('stg_economic__customers') }} as customers
left join balances
    on
        customers.agreement_number = balances.agreement_number
        and customers.customer_number = balances.customer_number
where
    coalesce(customers.balance, 0)
    not in (coalesce(balances.amount, 0), coalesce(balances.amount_in_base_currency, 0))
