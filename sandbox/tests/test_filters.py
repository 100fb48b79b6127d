from __future__ import annotations

import typing as t
from decimal import Decimal

import pytest

from economic_sandbox.apis.errors import ApiError
from economic_sandbox.apis.facts import COMPARISONS, Endpoint, Property
from economic_sandbox.apis.filters import (
    FilterError,
    NotFilterableError,
    all_hold,
    parse_filter,
)

ORDERED = frozenset({"eq", "ne", "gt", "gte", "lt", "lte"})

ENDPOINT = Endpoint(
    path="/people",
    filterable={
        "number": Property("integer", COMPARISONS),
        "balance": Property("number", COMPARISONS),
        "name": Property("string", COMPARISONS | {"like"}),
        "city": Property("string", COMPARISONS | {"like"}),
        "code": Property("string", COMPARISONS, in_matches_texts=False),
        "day": Property("date", ORDERED),
        "lastUpdated": Property("date-time", ORDERED),
        "barred": Property("boolean", frozenset({"eq", "ne"})),
        "type": Property("enum", frozenset({"eq", "ne"}), {"1": 1, "2": 2, "invoice": 1}),
        "group.number": Property("integer", COMPARISONS),
        "broken": Property("integer", COMPARISONS),
    },
    crashes={"broken": frozenset({"*"}), "barred": frozenset({"ne", "null"})},
)

PEOPLE: list[dict[str, t.Any]] = [
    {
        "number": 1,
        "name": "Anne Berg",
        "city": "Aarhus",
        "code": "a",
        "balance": Decimal("10.50"),
        "day": "2026-01-01",
        "lastUpdated": "2026-01-01T10:00:00Z",
        "barred": True,
        "type": 1,
        "group": {"number": 7},
    },
    {
        "number": 2,
        "name": "bo (jr) * 100% [x], $5",
        "code": "b",
        "balance": Decimal(-3),
        "day": "2026-02-01",
        "lastUpdated": "2026-01-01T10:00:01Z",
        "barred": False,
        "type": 2,
        "group": {"number": 8},
    },
    {"number": 3, "name": "Carl Bergmann", "city": "Odense", "barred": False, "type": 2},
]


def found(text: str) -> list[int]:
    clauses = parse_filter(text, ENDPOINT)
    return [person["number"] for person in PEOPLE if all_hold(clauses, person)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3]),
        ("number$eq:2", [2]),
        ("number$ne:2", [1, 3]),
        ("number$gt:1", [2, 3]),
        ("number$gte:2", [2, 3]),
        ("number$lt:2", [1]),
        ("number$lte:2", [1, 2]),
        ("number$in:[1,3]", [1, 3]),
        ("number$nin:[1,3]", [2]),
        ("balance$eq:10.5", [1]),
        ("balance$lt:0", [2]),
        ("group.number$eq:8", [2]),
        ("barred$eq:true", [1]),
        ("barred$eq:false", [2, 3]),
    ],
)
def test_each_operator_compares(text: str, numbers: list[int]) -> None:
    assert found(text) == numbers


def test_texts_compare_without_case() -> None:
    assert found("name$eq:ANNE bERG") == [1]


def test_like_without_a_star_means_contains() -> None:
    assert found("name$like:berg") == [1, 3]


def test_like_with_a_star_matches_the_whole_text() -> None:
    assert found("name$like:*berg") == [1]
    assert found("name$like:carl*") == [3]


def test_brackets_in_like_are_a_character_class() -> None:
    assert found("name$like:[ac]*n*") == [1, 3]
    assert found("name$like:[^a]*berg*") == [3]


def test_a_bracket_in_a_class_is_itself() -> None:
    assert found("name$like:[[]x") == [2]


def test_and_binds_closer_than_or() -> None:
    assert found("number$eq:1$or:number$eq:2$and:name$like:carl") == [1]


def test_parentheses_group() -> None:
    assert found("(number$eq:1$or:number$eq:2)$and:city$eq:$null:") == [2]
    assert found("((number$eq:3))") == [3]


def test_null_is_a_value() -> None:
    assert found("city$eq:$null:") == [2]
    assert found("city$ne:$null:") == [1, 3]


def test_rows_without_the_property_are_not_true_of_a_comparison() -> None:
    assert found("balance$ne:1000") == [1, 2]
    assert found("group.number$nin:[1]") == [1, 2]


def test_dollar_and_closing_parenthesis_want_an_escape() -> None:
    assert found("name$eq:bo (jr$) * 100% [x], $$5") == [2]
    with pytest.raises(FilterError):
        parse_filter("name$eq:bo (jr) *", ENDPOINT)
    with pytest.raises(FilterError):
        parse_filter("name$eq:costs $5", ENDPOINT)


def test_other_characters_work_with_an_escape_and_without() -> None:
    assert found("name$eq:bo $(jr$) $* 100% [x]$, $$5") == [2]


def test_escaped_brackets_parse_and_match_nothing() -> None:
    assert found("name$eq:bo (jr$) * 100% $[x$], $$5") == []


def test_an_escaped_star_is_no_wildcard_in_like() -> None:
    assert found("name$like:bo*$*") == []
    assert found("name$like:$*") == [2]


def test_in_finds_no_texts_where_the_facts_say_so() -> None:
    assert found("code$in:[a,b]") == []
    assert found("city$in:[aarhus,odense]") == [1, 3]


def test_in_takes_200_values_and_refuses_201() -> None:
    fits = ",".join(str(number) for number in range(2, 202))
    assert found(f"number$in:[{fits}]") == [2, 3]
    with pytest.raises(FilterError, match=r"less than '200' values\. Your array has 201 values"):
        parse_filter(f"number$in:[{fits},999]", ENDPOINT)


def test_in_wants_brackets() -> None:
    with pytest.raises(FilterError):
        parse_filter("number$in:1,2", ENDPOINT)


def test_an_enum_is_filtered_by_name_and_by_number() -> None:
    assert found("type$eq:1") == [1]
    assert found("type$eq:Invoice") == [1]
    with pytest.raises(FilterError, match="Requested value 'zz' was not found"):
        parse_filter("type$eq:zz", ENDPOINT)


def test_days_and_timestamps_compare_in_time() -> None:
    assert found("day$gte:2026-02-01") == [2]
    assert found("lastUpdated$gt:2026-01-01T10:00:00Z") == [2]
    assert found("lastUpdated$gte:2026-01-01") == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "lastUpdated$gt:2026-01-01T10:00:00+00:00",
        "day$eq:yesterday",
        "number$eq:one",
        "number$eq:NaN",
        "number$eq:",
        "barred$eq:yes",
    ],
)
def test_a_value_of_another_type_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text, ENDPOINT)


@pytest.mark.parametrize(
    "text",
    [
        "number",
        "number$eq",
        "number$is:1",
        "city$null:",
        "number$eq:1$and:",
        "number$eq:1$xor:number$eq:2",
        "(number$eq:1",
        "number$eq:1)",
        "$eq:1",
    ],
)
def test_broken_grammar_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text, ENDPOINT)


def test_an_unknown_property_is_refused_by_name() -> None:
    with pytest.raises(NotFilterableError, match="Filtering is not allowed on property 'shoe'"):
        parse_filter("number$eq:1$and:shoe$eq:43", ENDPOINT)


def test_an_operator_that_the_property_does_not_have_is_refused() -> None:
    with pytest.raises(FilterError, match=r"Operator \$gt: not supported on property type"):
        parse_filter("type$gt:1", ENDPOINT)
    with pytest.raises(FilterError, match=r"Operator \$like: not supported on property number"):
        parse_filter("number$like:1", ENDPOINT)


def test_some_filters_crash_the_server() -> None:
    assert found("barred$eq:true") == [1]
    for text in ("broken$eq:1", "barred$ne:true", "barred$eq:$null:"):
        with pytest.raises(ApiError) as crash:
            found(text)
        assert crash.value.status == 500


def test_an_earlier_clause_that_excludes_every_row_hides_a_crash() -> None:
    assert found("number$gt:99$and:broken$eq:1") == []
    with pytest.raises(ApiError):
        found("broken$eq:1$and:number$gt:99")
