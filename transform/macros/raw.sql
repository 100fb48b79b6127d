{#-
    The rows of a stream that are not gone, from each schema of `economic_schemas`.

    Columns are those of the source's description, and loaded_schema: one that the loader has not
    made is null, and a table that it has not made has no rows, unless it is required.
-#}
{% macro raw(stream, required=false) %}
    {%- set described = source('economic', stream) -%}
    {%- set selects = [] -%}
    {%- if execute -%}
        {%- set columns = economic_source(stream).columns.values() | list -%}
        {%- for schema in economic_schemas() -%}
            {%- set relation = adapter.get_relation(target.database, schema, stream) -%}
            {%- if relation -%}
                {%- do selects.append(select_current(relation, columns)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not selects -%}
            {%- if required -%}
                {{ exceptions.raise_compiler_error(
                    "No schema of " ~ economic_schemas() ~ " has the table " ~ stream ~
                    ": load the stream, or set the variable economic_schema."
                ) }}
            {%- endif -%}
            {%- do selects.append(select_nothing(columns)) -%}
        {%- endif -%}
    {%- endif -%}
    ({{ selects | join(' union all ') }}) as raw_rows
{%- endmacro %}


{% macro select_current(relation, columns) %}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- if '_sdc_deleted_at' not in present -%}
        {{ exceptions.raise_compiler_error(
            relation ~ " has no column _sdc_deleted_at: load with add_record_metadata."
        ) }}
    {%- endif -%}
    select
    {%- for column in columns %}
        {% if column.name in present -%}
            "{{ column.name }}"
        {%- else -%}
            null::{{ column.data_type }} as "{{ column.name }}"
        {%- endif -%},
    {%- endfor %}
        '{{ relation.schema }}'::text as loaded_schema
    from {{ relation }} where _sdc_deleted_at is null
{%- endmacro %}


{% macro select_nothing(columns) %}
    select
    {%- for column in columns %}
        null::{{ column.data_type }} as "{{ column.name }}",
    {%- endfor %}
        null::text as loaded_schema
    where false
{%- endmacro %}


{% macro economic_source(stream) %}
    {%- set found = graph.sources.values()
        | selectattr('source_name', 'equalto', 'economic')
        | selectattr('name', 'equalto', stream) | list -%}
    {{ return(found[0]) }}
{%- endmacro %}


{#- The schemas that the loader fills. -#}
{% macro economic_schemas() %}
    {%- set one = var('economic_schema') or env_var('ECONOMIC_SCHEMA', 'economic') -%}
    {{ return(var('economic_schemas') or [one]) }}
{%- endmacro %}


{#-
    Freshly loaded tables have no statistics, and PostgreSQL then plans badly. Of JSON none are needed,
    and they would take most of the time.
-#}
{% macro analyze_raw_tables() %}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- for schema in economic_schemas() -%}
            {%- for source in graph.sources.values() if source.source_name == 'economic' -%}
                {%- set relation = adapter.get_relation(target.database, schema, source.name) -%}
                {%- if relation and relation.is_table -%}
                    {%- set columns = [] -%}
                    {%- for column in adapter.get_columns_in_relation(relation)
                        if 'json' not in column.data_type and column.name in source.columns -%}
                        {%- do columns.append(column.quoted) -%}
                    {%- endfor -%}
                    analyze {{ relation }} ({{ columns | join(', ') }});
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
