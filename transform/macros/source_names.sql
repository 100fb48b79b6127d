{#- The streams that the models read, as an array. -#}
{% macro source_names() %}
    {%- if execute -%}
        {{ '{' ~ graph.sources.values() | selectattr('source_name', 'equalto', 'economic')
            | map(attribute='name') | join(',') ~ '}' }}
    {%- endif -%}
{%- endmacro %}
