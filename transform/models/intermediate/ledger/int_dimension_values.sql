-- Values and distributions share the keys of a dimension.
select
    agreement_number,
    dimension_number,
    dimension_key,
    dimension_value_name
from {{ ref('stg_economic__dimension_values') }}
union all
select
    agreement_number,
    dimension_number,
    dimension_key,
    dimension_value_name
from {{ ref('stg_economic__dimension_distributions') }}
