select
    "agreementNumber" as agreement_number,
    "supplierGroupNumber" as supplier_group_number,
    "name" as supplier_group_name,
    ("account" ->> 'accountNumber')::bigint as account_number
from {{ raw('supplier_groups') }}
