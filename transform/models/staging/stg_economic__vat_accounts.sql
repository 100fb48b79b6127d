select
    "agreementNumber" as agreement_number,
    "vatCode" as vat_code,
    "name" as vat_name,
    "ratePercentage" as rate_percentage,
    ("vatType" ->> 'vatTypeNumber')::bigint as vat_type_number,
    ("account" ->> 'accountNumber')::bigint as account_number,
    ("contraAccount" ->> 'accountNumber')::bigint as contra_account_number
from {{ raw('vat_accounts') }}
