with runs as (
    select
        *,
        row_number() over (
            partition by agreement_number, stream_name
            order by ended_at desc, started_at desc, run_id desc
        ) as age,
        max(ended_at) filter (where status = 'complete') over (
            partition by agreement_number, stream_name
        ) as last_complete_at,
        first_value(run_id) over (
            partition by loaded_schema
            order by ended_at desc, started_at desc, run_id desc
        ) as newest_run_id
    from {{ ref('stg_economic__sync_audit') }}
)

select
    agreement_number,
    agreement_name,
    stream_name,
    stream_name = any('{{ source_names() }}'::text[]) as is_used_by_the_books,
    run_id as last_run_id,
    ended_at as last_run_at,
    status as last_status,
    reason as last_reason,
    completeness as last_completeness,
    status = 'complete' as is_complete,
    status = 'skipped' and last_complete_at is null as is_inaccessible,
    last_complete_at,
    rows_read,
    rows_counted,
    rows_counted - rows_read as rows_missing
from runs
-- The number of an agreement that could not be opened may be unknown (below 0): a later run knows
-- it, and has rows of its own.
where age = 1 and (agreement_number > 0 or run_id = newest_run_id)
