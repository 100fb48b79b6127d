-- The aged total of all customers at the end of every period is the balance of their control
-- accounts.
{{ config(enabled=var('sub_ledgers')) }}
{{ difference_to_control_accounts('aged_receivables', 'customer', sign=1) }}
