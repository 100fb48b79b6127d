with spans as (
    select
        agreement_number,
        count(*) as entries,
        min(entry_date) as first_entry_date,
        max(entry_date) as last_entry_date
    from {{ ref('int_entries') }}
    group by agreement_number
),

-- A stream that no run could read, such as one of a missing module, is no gap in the books.
reads as (
    select
        agreement_number,
        case when bool_and(last_complete_at is not null) then min(last_complete_at) end
            as complete_as_of,
        count(*) filter (where not is_complete) as streams_not_complete
    from {{ ref('sync_status') }}
    where is_used_by_the_books and not is_inaccessible
    group by agreement_number
)

select
    agreement.agreement_number,
    agreement.company_name,
    agreement.base_currency,
    spans.entries,
    spans.first_entry_date,
    spans.last_entry_date,
    reads.complete_as_of,
    reads.streams_not_complete
from {{ ref('stg_economic__agreement') }} as agreement
left join spans on agreement.agreement_number = spans.agreement_number
left join reads on agreement.agreement_number = reads.agreement_number
