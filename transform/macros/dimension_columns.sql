{#- The names of the dimension values, or distributions, of each record: a column per dimension. -#}
{% macro dimension_columns(model, keys) %}
    select
        agreement_number,
        {%- for key in keys %}
            {{ key }},
        {%- endfor %}
        {%- for number in range(1, 4) %}
            max(dimension_value_name) filter (where dimension_number = {{ number }})
                as dimension_{{ number }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref(model) }}
    left join {{ ref('int_dimension_values') }}
        using (agreement_number, dimension_number, dimension_key)
    group by agreement_number, {{ keys | join(', ') }}
{%- endmacro %}
