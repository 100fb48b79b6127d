-- A warning: these accounts have entries but no report line, and are shown as "Not mapped".
{{ config(severity='warn') }}
select distinct
    trial_balance.agreement_number,
    trial_balance.account_number,
    trial_balance.account_name
from {{ ref('trial_balance') }} as trial_balance
inner join {{ ref('int_account_lines') }} as account_lines
    on
        trial_balance.agreement_number = account_lines.agreement_number
        and trial_balance.account_number = account_lines.account_number
where account_lines.report_line = 'Not mapped'
