select
    "agreementNumber" as agreement_number,
    "dimensionNumber" as dimension_number,
    "key" as dimension_key,
    "name" as dimension_value_name
from {{ raw('dimension_distributions') }}
