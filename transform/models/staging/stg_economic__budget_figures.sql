select
    "agreementNumber" as agreement_number,
    "number" as budget_figure_number,
    "accountNumber" as account_number,
    "fromDate" as from_date,
    "toDate" as to_date,
    "amountDefaultCurrency" as amount_in_base_currency,
    "text" as budget_text
from {{ raw('budget_figures') }}
