{#-
    Sorts and hashes of a million entries stay in memory. PostgreSQL takes the parts of a key for
    independent of each other, expects few rows of a join by all of them, and would loop over the next
    table for each.
-#}
{% macro plan_for_many_rows() %}
    set local work_mem = '{{ var('work_mem') }}';
    set local enable_nestloop = off
{%- endmacro %}
