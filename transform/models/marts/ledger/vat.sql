-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
-- The base of a VAT code are the entries that name it; its VAT are the entries on the VAT accounts
-- in the same vouchers, which name no code in the sandbox. A settlement of VAT has no such base.
-- VAT is rounded in the currency of the voucher, and then converted.
with vat_codes as (
    select
        codes.agreement_number,
        codes.vat_code,
        codes.vat_name,
        vat_types.vat_type_name,
        codes.rate_percentage,
        codes.account_number,
        codes.contra_account_number
    from {{ ref('stg_economic__vat_accounts') }} as codes
    left join {{ ref('stg_economic__vat_types') }} as vat_types
        on
            codes.agreement_number = vat_types.agreement_number
            and codes.vat_type_number = vat_types.vat_type_number
),

posting_accounts as (
    select
        agreement_number,
        account_number
    from vat_codes
    union
    select
        agreement_number,
        contra_account_number as account_number
    from vat_codes
),

entries as (
    select
        entries.agreement_number,
        entries.period_sequence,
        entries.accounting_year,
        entries.voucher_number,
        entries.vat_code,
        entries.account_number,
        entries.amount,
        entries.amount_in_base_currency,
        posting_accounts.account_number is not null as is_vat_posting
    from {{ ref('int_entries') }} as entries
    left join posting_accounts
        on
            entries.agreement_number = posting_accounts.agreement_number
            and entries.account_number = posting_accounts.account_number
    where
        not entries.is_transferred_opening
        and (entries.vat_code is not null or posting_accounts.account_number is not null)
),

bases as (
    select
        entries.agreement_number,
        entries.period_sequence,
        entries.accounting_year,
        entries.voucher_number,
        entries.vat_code,
        vat_codes.account_number,
        vat_codes.contra_account_number,
        sum(entries.amount_in_base_currency) as base_amount,
        round(
            round(sum(entries.amount) * max(vat_codes.rate_percentage) / 100, 2)
            * coalesce(sum(entries.amount_in_base_currency) / nullif(sum(entries.amount), 0), 1),
            2
        ) as computed_vat
    from entries
    inner join vat_codes
        on
            entries.agreement_number = vat_codes.agreement_number
            and entries.vat_code = vat_codes.vat_code
    where not entries.is_vat_posting
    group by
        entries.agreement_number, entries.period_sequence, entries.accounting_year,
        entries.voucher_number, entries.vat_code, vat_codes.account_number,
        vat_codes.contra_account_number
),

postings as (
    select
        agreement_number,
        accounting_year,
        voucher_number,
        account_number,
        sum(amount_in_base_currency) as posted
    from entries
    where is_vat_posting
    group by agreement_number, accounting_year, voucher_number, account_number
),

-- Several codes may share an account: each has what its base gives, the largest takes the rest.
posted as (
    select
        bases.*,
        bases.computed_vat
        + case
            when
                row_number() over (
                    partition by
                        bases.agreement_number,
                        bases.accounting_year,
                        bases.voucher_number,
                        bases.account_number
                    order by abs(bases.computed_vat) desc, bases.vat_code
                ) = 1
                then
                    coalesce(postings.posted, 0)
                    - sum(bases.computed_vat) over (
                        partition by
                            bases.agreement_number,
                            bases.accounting_year,
                            bases.voucher_number,
                            bases.account_number
                    )
            else 0
        end as posted_vat,
        coalesce(contra_postings.posted, 0) as posted_on_contra_account
    from bases
    left join postings
        on
            bases.agreement_number = postings.agreement_number
            and bases.accounting_year = postings.accounting_year
            and bases.voucher_number = postings.voucher_number
            and bases.account_number = postings.account_number
    left join postings as contra_postings
        on
            bases.agreement_number = contra_postings.agreement_number
            and bases.accounting_year = contra_postings.accounting_year
            and bases.voucher_number = contra_postings.voucher_number
            and bases.contra_account_number = contra_postings.account_number
)

select
    posted.agreement_number,
    periods.accounting_year,
    periods.period_number,
    periods.period_sequence,
    periods.from_date,
    periods.to_date,
    posted.vat_code,
    max(vat_codes.vat_name) as vat_name,
    max(vat_codes.vat_type_name) as vat_type_name,
    max(vat_codes.rate_percentage) as rate_percentage,
    count(*) as vouchers,
    sum(posted.base_amount) as base_amount,
    sum(posted.computed_vat) as computed_vat,
    sum(posted.posted_vat) as posted_vat,
    sum(posted.posted_on_contra_account) as posted_on_contra_account,
    sum(posted.posted_vat) - sum(posted.computed_vat) as difference
from posted
inner join vat_codes
    on
        posted.agreement_number = vat_codes.agreement_number
        and posted.vat_code = vat_codes.vat_code
inner join {{ ref('int_periods') }} as periods
    on
        posted.agreement_number = periods.agreement_number
        and posted.period_sequence = periods.period_sequence
group by
    posted.agreement_number, periods.accounting_year, periods.period_number,
    periods.period_sequence, periods.from_date, periods.to_date, posted.vat_code
