-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
{{ config(enabled=var('sub_ledgers')) }}
{{ party_ledger('supplier') }}
