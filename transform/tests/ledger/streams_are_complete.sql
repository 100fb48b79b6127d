-- A warning: the last run did not read these streams completely, so the books may lack rows.
{{ config(severity='warn') }}
select
    agreement_number,
    stream_name,
    last_status,
    last_reason
from {{ ref('sync_status') }}
where is_used_by_the_books and not is_complete and not is_inaccessible
