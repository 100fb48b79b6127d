select
    "agreementNumber" as agreement_number,
    "settings" ->> 'baseCurrency' as base_currency,
    "company" ->> 'name' as company_name
from {{ raw('agreement') }}
