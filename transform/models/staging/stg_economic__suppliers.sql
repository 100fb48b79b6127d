select
    "agreementNumber" as agreement_number,
    "supplierNumber" as supplier_number,
    "name" as supplier_name,
    "currency" as currency_code,
    "country" as country,
    "corporateIdentificationNumber" as corporate_identification_number,
    "barred" as is_barred,
    ("supplierGroup" ->> 'supplierGroupNumber')::bigint as supplier_group_number
from {{ raw('suppliers') }}
