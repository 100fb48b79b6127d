select
    "agreementNumber" as agreement_number,
    "productNumber" as product_number,
    "name" as product_name,
    "barred" as is_barred,
    ("productGroup" ->> 'productGroupNumber')::bigint as product_group_number,
    "productGroup" ->> 'name' as product_group_name
from {{ raw('products') }}
