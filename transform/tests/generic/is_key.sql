{#- Fails on rows that share a key, or whose key has a null where none may be. -#}
{% test is_key(model, columns, nullable=[]) %}
    select
        {{ columns | join(', ') }},
        count(*) as found
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns if column not in nullable %}
            or {{ column }} is null
        {%- endfor %}
{% endtest %}
