with spans as (
    select
        agreement_number,
        count(*) as entries,
        min(entry_date) as first_entry_date,
        max(entry_date) as last_entry_date
    from {{ ref('int_entries') }}
    group by agreement_number
)

select
    agreement.agreement_number,
    agreement.company_name,
    agreement.base_currency,
    spans.entries,
    spans.first_entry_date,
    spans.last_entry_date
from {{ ref('stg_economic__agreement') }} as agreement
left join spans on agreement.agreement_number = spans.agreement_number
