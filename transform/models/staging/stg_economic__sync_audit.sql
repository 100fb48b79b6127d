select
    "agreementNumber" as agreement_number,
    "runId" as run_id,
    "stream" as stream_name,
    "agreementName" as agreement_name,
    "startedAt" as started_at,
    "endedAt" as ended_at,
    "status" as status,
    "reason" as reason,
    "completeness" as completeness,
    "rowsRead" as rows_read,
    "rowsSent" as rows_sent,
    "rowsCounted" as rows_counted,
    "rowsNew" as rows_new,
    "rowsReread" as rows_reread,
    loaded_schema
from {{ raw('sync_audit') }}
