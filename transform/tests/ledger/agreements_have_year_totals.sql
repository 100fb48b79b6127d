-- A warning: the books of these agreements are not held against e-conomic's totals, because the
-- app's role may not read accounting_year_totals, or the stream was not selected.
{{ config(severity='warn') }}
select distinct agreement_number
from {{ ref('int_entries') }}
where
    agreement_number not in (
        select totals.agreement_number
        from {{ ref('stg_economic__accounting_year_totals') }} as totals
    )
