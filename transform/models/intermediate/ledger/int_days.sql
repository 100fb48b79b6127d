-- Joined by equality, this is far faster than a range of dates per entry.
select
    agreement_number,
    generate_series(from_date, to_date, interval '1 day')::date as calendar_day,
    accounting_year,
    period_number,
    period_sequence,
    year_sequence,
    opening_block
from {{ ref('int_periods') }}
