-- A warning: the VAT of a code and period is its rate of the base, but for an øre per voucher. That
-- VAT is posted on the code's account in the voucher of its base is unconfirmed.
{{ config(severity='warn') }}
select
    agreement_number,
    accounting_year,
    period_number,
    vat_code,
    computed_vat,
    posted_vat
from {{ ref('vat') }}
where abs(difference) > 0.01 * vouchers
