select
    entries.*,
    days.accounting_year,
    days.period_number,
    days.period_sequence,
    accounts.account_type,
    entries.entry_type = 8 as is_transferred_opening
from {{ ref('stg_economic__booked_entries') }} as entries
left join {{ ref('int_days') }} as days
    on
        entries.agreement_number = days.agreement_number
        and entries.entry_date = days.calendar_day
left join {{ ref('stg_economic__accounts') }} as accounts
    on
        entries.agreement_number = accounts.agreement_number
        and entries.account_number = accounts.account_number
