select
    "agreementNumber" as agreement_number,
    "number" as dimension_number,
    "name" as dimension_name
from {{ raw('dimensions') }}
