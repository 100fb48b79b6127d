-- depends_on: {{ ref('int_control_accounts') }}
{{ config(enabled=var('sub_ledgers')) }}
{{ aged('supplier', sign=-1) }}
