select
    agreement.agreement_number,
    agreement.company_name,
    agreement.base_currency,
    entries.entries,
    entries.first_entry_date,
    entries.last_entry_date
from {{ ref('stg_economic__agreement') }} as agreement
left join (
    select
        agreement_number,
        count(*) as entries,
        min(entry_date) as first_entry_date,
        max(entry_date) as last_entry_date
    from {{ ref('int_entries') }}
    group by agreement_number
) as entries
    on agreement.agreement_number = entries.agreement_number
