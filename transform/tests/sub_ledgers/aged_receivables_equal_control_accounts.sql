-- The aged total of all customers is the balance of their control accounts at the end of every period.
{{ config(enabled=var('sub_ledgers')) }}
{{ difference_to_control_accounts('aged_receivables', 'customer', sign=1) }}
