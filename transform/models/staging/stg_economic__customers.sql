select
    "agreementNumber" as agreement_number,
    "customerNumber" as customer_number,
    "name" as customer_name,
    "currency" as currency_code,
    "country" as country,
    "corporateIdentificationNumber" as corporate_identification_number,
    "barred" as is_barred,
    "balance" as balance,
    ("customerGroup" ->> 'customerGroupNumber')::bigint as customer_group_number
from {{ raw('customers') }}
