select
    "agreementNumber" as agreement_number,
    "departmentNumber" as department_number,
    "name" as department_name
from {{ raw('departments') }}
