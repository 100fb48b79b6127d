-- Every voucher sums to 0 in the base currency.
select
    agreement_number,
    accounting_year,
    voucher_number,
    sum(amount_in_base_currency) as difference
from {{ ref('int_entries') }}
group by agreement_number, accounting_year, voucher_number
having sum(amount_in_base_currency) <> 0
