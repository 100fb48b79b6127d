select
    "agreementNumber" as agreement_number,
    "accountNumber" as account_number,
    "fromAccountNumber" as from_account_number,
    "toAccountNumber" as to_account_number
from {{ raw('account_total_intervals') }}
