{#- The name of an entry type, which the OpenAPI service sends as a number. -#}
{% macro entry_type_name(column) %}
    case {{ column }}
        when 1 then 'customer invoice'
        when 2 then 'customer payment'
        when 3 then 'supplier invoice'
        when 4 then 'supplier payment'
        when 5 then 'finance voucher'
        when 6 then 'reminder'
        when 7 then 'opening entry'
        when 8 then 'transferred opening entry'
        when 9 then 'system entry'
        when 10 then 'manual customer invoice'
    end
{%- endmacro %}
