select
    "agreementNumber" as agreement_number,
    "invoiceNumber" as invoice_number,
    "lineNumber" as line_number,
    "dimensionNumber" as dimension_number,
    "dimensionKey" as dimension_key,
    "isDistribution" as is_distribution
from {{ raw('dimension_data_booked_invoice_lines') }}
