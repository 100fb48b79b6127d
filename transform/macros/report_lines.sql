{#- The relation that maps accounts to report lines: the seed, unless `report_lines` names another. -#}
{% macro report_lines() %}
    {{ return(var('report_lines') or ref('report_lines')) }}
{%- endmacro %}
