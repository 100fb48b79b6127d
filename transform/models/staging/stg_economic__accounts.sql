select
    "agreementNumber" as agreement_number,
    "accountNumber" as account_number,
    "name" as account_name,
    "accountType" as account_type,
    "debitCredit" as debit_credit,
    "balance" as balance,
    "barred" as is_barred,
    "vatAccount" ->> 'vatCode' as vat_code,
    ("totalFromAccount" ->> 'accountNumber')::bigint as total_from_account_number
from {{ raw('accounts', required=true) }}
