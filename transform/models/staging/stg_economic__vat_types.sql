select
    "agreementNumber" as agreement_number,
    "vatTypeNumber" as vat_type_number,
    "name" as vat_type_name
from {{ raw('vat_types') }}
