select
    "agreementNumber" as agreement_number,
    "fromEntry" as from_entry_number,
    "toEntry" as to_entry_number,
    "effectiveMatchDate" as effective_match_date,
    "matchedAmount" as matched_amount
from {{ raw('booked_entries_matched_pairs') }}
