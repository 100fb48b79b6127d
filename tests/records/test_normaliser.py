"""What becomes of values that are not as declared."""

from __future__ import annotations

import typing as t
from decimal import Decimal

import pytest

from tap_economic.errors import MistypedValueError
from tap_economic.records.normaliser import Normaliser, storable
from tap_economic.stats import ReadStats

SCHEMA: dict[str, t.Any] = {
    "type": "object",
    "properties": {
        "agreementNumber": {"type": "integer"},
        "number": {"type": "integer"},
        "name": {"type": ["string", "null"]},
        "amount": {"type": ["number", "null"]},
        "barred": {"type": ["boolean", "null"]},
        "date": {"type": ["string", "null"], "format": "date"},
        "lastUpdated": {"type": ["string", "null"], "format": "date-time"},
        "vatCode": {"type": ["string", "null"]},
        "customer": {
            "type": ["object", "null"],
            "properties": {
                "customerNumber": {"type": ["integer", "null"]},
                "name": {"type": ["string", "null"]},
            },
        },
        "lines": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": {
                    "lineNumber": {"type": ["integer", "null"]},
                    "deliveryDate": {"type": ["string", "null"], "format": "date"},
                },
            },
        },
        "tags": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
    },
}


def normalise(
    raw: dict[str, t.Any], stats: ReadStats | None = None, **options: t.Any
) -> dict[str, t.Any] | None:
    normaliser = Normaliser(
        SCHEMA,
        keys=options.pop("keys", ("agreementNumber", "number")),
        copied_keys=options.pop("copied_keys", {}),
        false_when_absent=options.pop("false_when_absent", ()),
        **options,
    )
    return normaliser({"number": 1, **raw}, {"agreementNumber": 7}, stats or ReadStats())


@pytest.mark.parametrize(
    ("name", "sent", "expected"),
    [
        ("number", Decimal("7.0"), 7),
        ("number", "42", 42),
        ("number", "-3", -3),
        ("amount", 5, 5),
        ("amount", Decimal("100.000000"), Decimal("100.000000")),
        ("amount", "12.50", Decimal("12.50")),
        ("name", 1234, "1234"),
        ("name", Decimal("1.50"), "1.50"),
        ("name", "", ""),
        ("barred", "false", False),
        ("barred", True, True),
        ("date", "2026-08-01", "2026-08-01"),
        ("date", "2026-08-01T00:00:00", "2026-08-01"),
        ("date", "2026-08-01T00:00:00Z", "2026-08-01"),
        ("date", "2026-08-01T00:00:00.000", "2026-08-01"),
        ("lastUpdated", "2026-08-01T11:12:13Z", "2026-08-01T11:12:13Z"),
        ("lastUpdated", "2026-08-01T11:12:13", "2026-08-01T11:12:13"),
        ("lastUpdated", "2026-08-01T11:12:13.1234567+02:00", "2026-08-01T11:12:13.1234567+02:00"),
        ("vatCode", "I25  ", "I25"),
        ("customer", {"customerNumber": "12"}, {"customerNumber": 12}),
        ("lines", [{"lineNumber": Decimal("2.0")}], [{"lineNumber": 2}]),
        (
            "lines",
            [{"deliveryDate": "2026-08-01T00:00:00"}],
            [{"deliveryDate": "2026-08-01"}],
        ),
        ("tags", [1, "b", None], ["1", "b", None]),
    ],
)
def test_what_converts_without_loss_is_converted(name: str, sent: object, expected: object) -> None:
    record = normalise({name: sent})
    assert record is not None
    assert record[name] == expected
    assert type(record[name]) is type(expected)


@pytest.mark.parametrize(
    ("raw", "property_name"),
    [
        ({"number": Decimal("7.5")}, "number"),
        ({"number": "seven"}, "number"),
        ({"number": True}, "number"),
        ({"number": 2**63}, "number"),
        ({"number": "99999999999999999999"}, "number"),
        ({"number": {}}, "number"),
        ({"amount": "12,50"}, "amount"),
        ({"amount": False}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"name": True}, "name"),
        ({"name": {"first": "A"}}, "name"),
        ({"name": ["A"]}, "name"),
        ({"barred": "no"}, "barred"),
        ({"barred": 1}, "barred"),
        ({"date": "2026-08-01T13:45:00"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": ""}, "date"),
        ({"date": 20260801}, "date"),
        ({"date": ["2026-08-01"]}, "date"),
        ({"lastUpdated": "yesterday"}, "lastUpdated"),
        ({"lastUpdated": "2026-13-01T00:00:00Z"}, "lastUpdated"),
        ({"customer": 12}, "customer"),
        ({"customer": {"customerNumber": "A12"}}, "customer.customerNumber"),
        ({"lines": {"lineNumber": 1}}, "lines"),
        ({"lines": [3]}, "lines"),
        ({"lines": [{"lineNumber": 1}, {"lineNumber": "1a"}]}, "lines.lineNumber"),
        ({"tags": [{}]}, "tags"),
    ],
)
def test_what_would_lose_something_is_refused_by_name(
    raw: dict[str, t.Any], property_name: str
) -> None:
    with pytest.raises(MistypedValueError, match=f"property '{property_name}' should be") as error:
        normalise(raw)
    assert "seven" not in str(error.value)


def test_the_agreement_and_the_keys_of_the_path_stand_first() -> None:
    record = normalise({"name": "A"})
    assert list(record or {}) == ["agreementNumber", "number", "name"]


def test_a_nested_key_is_copied_to_the_top_and_stays_where_it_was() -> None:
    record = normalise(
        {"customer": {"customerNumber": 5}},
        copied_keys={"number": ("customer", "customerNumber")},
    )
    assert record is not None
    assert record["number"] == 5
    assert record["customer"] == {"customerNumber": 5}


def test_a_boolean_that_is_left_out_when_false_is_false_at_the_top_only() -> None:
    assert (normalise({}, false_when_absent=("barred",)) or {})["barred"] is False
    assert "barred" not in (normalise({}) or {})
    assert (normalise({"barred": True}, false_when_absent=("barred",)) or {})["barred"] is True


def test_other_absent_values_stay_absent_and_null_stays_null() -> None:
    record = normalise({"name": None, "customer": {"name": None}})
    assert record == {"agreementNumber": 7, "number": 1, "name": None, "customer": {"name": None}}


def test_undeclared_properties_are_kept_and_named_nested_too() -> None:
    stats = ReadStats()
    record = normalise({"new": {"a": 1}, "customer": {"shoeSize": 44}}, stats)
    assert record is not None
    assert record["new"] == {"a": 1}
    assert record["customer"] == {"shoeSize": 44}
    assert stats.undeclared == {"new", "customer.shoeSize"}


@pytest.mark.parametrize("raw", [{"number": None}, {}])
def test_a_record_without_its_key_is_not_sent_and_counted(raw: dict[str, t.Any]) -> None:
    stats = ReadStats()
    record = normalise(raw, stats, keys=("agreementNumber", "customerNumber"))
    assert record is None
    assert stats.keyless == {"customerNumber": 1}


def test_a_withheld_property_is_never_sent() -> None:
    assert "name" not in (normalise({"name": "secret"}, withheld=("name",)) or {})


def test_nul_characters_are_left_out_and_the_property_is_named() -> None:
    stats = ReadStats()
    record = storable({"a": "x\0y", "b": {"c": ["\0", 1]}, "d": "fine"}, stats)
    assert record == {"a": "xy", "b": {"c": ["", 1]}, "d": "fine"}
    assert stats.cleaned == {"a", "b.c"}


def test_half_of_a_surrogate_pair_is_replaced_and_the_property_is_named() -> None:
    stats = ReadStats()
    record = storable({"a": "x\ud800y", "b": ["\udc00", "\N{GRINNING FACE}"]}, stats)
    assert record == {"a": "x\ufffdy", "b": ["\ufffd", "\N{GRINNING FACE}"]}
    assert stats.cleaned == {"a", "b"}


@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_a_property_whose_name_cannot_be_stored_is_never_taken_for_another(character: str) -> None:
    stats = ReadStats()
    record = storable({"name": "A", f"na{character}me": "B"}, stats)
    assert record == {"name": "A", "na\ufffdme": "B"}
    assert stats.cleaned == {"na\ufffdme"}
