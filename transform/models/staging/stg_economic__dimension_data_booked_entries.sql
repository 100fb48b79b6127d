select
    "agreementNumber" as agreement_number,
    "entryNumber" as entry_number,
    "dimensionNumber" as dimension_number,
    "dimensionKey" as dimension_key,
    "isDistribution" as is_distribution
from {{ raw('dimension_data_booked_entries') }}
