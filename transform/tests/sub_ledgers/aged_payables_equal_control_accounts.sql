-- The aged total of all suppliers at the end of every period is the balance of their control
-- accounts.
{{ config(enabled=var('sub_ledgers')) }}
{{ difference_to_control_accounts('aged_payables', 'supplier', sign=-1) }}
