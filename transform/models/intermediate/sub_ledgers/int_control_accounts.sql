-- The accounts that the groups name. An agreement whose groups could not be read has the balance
-- sheet accounts that name a customer, or a supplier.
{{ config(enabled=var('sub_ledgers')) }}
with groups as (
    select
        agreement_number,
        'customer' as ledger,
        account_number
    from {{ ref('stg_economic__customer_groups') }}
    union
    select
        agreement_number,
        'supplier' as ledger,
        account_number
    from {{ ref('stg_economic__supplier_groups') }}
),

used as (
    select distinct
        agreement_number,
        case when customer_number is null then 'supplier' else 'customer' end as ledger,
        account_number
    from {{ ref('int_entries') }}
    where
        account_type = 'status'
        and (customer_number is not null or supplier_number is not null)
)

select
    agreement_number,
    ledger,
    account_number
from groups
union all
select
    agreement_number,
    ledger,
    account_number
from used
where
    not exists (
        select 1
        from groups
        where groups.agreement_number = used.agreement_number and groups.ledger = used.ledger
    )
