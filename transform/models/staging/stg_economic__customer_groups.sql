select
    "agreementNumber" as agreement_number,
    "customerGroupNumber" as customer_group_number,
    "name" as customer_group_name,
    ("account" ->> 'accountNumber')::bigint as account_number
from {{ raw('customer_groups') }}
