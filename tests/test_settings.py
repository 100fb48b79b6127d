"""Settings that make no sense: a sentence before anything is read."""

from __future__ import annotations

import copy
import typing as t

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_economic.tap import TapEconomic
from tests.support.commands import TOKENS


def validation_errors(**config: object) -> list[str]:
    with pytest.raises(ConfigValidationError) as refused:
        TapEconomic(config={**TOKENS, **config})
    return refused.value.errors


AGREEMENT = {"agreement_grant_token": "T0KEN-other"}


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"page_sise": 5}, "page_sise does not exist: did you mean page_size?"),
        ({"agreement_numer": 5}, "agreement_numer does not exist: did you mean agreement_number?"),
        ({"stream_map": {}}, "stream_map does not exist: did you mean stream_maps?"),
        ({"zzz": 1}, "zzz does not exist"),
        ({"stream_maps": {"journals": 5}}, "stream_maps.journals must have another form"),
        ({"stream_maps": {"journals": {"a": []}}}, "stream_maps.journals must have another form"),
        ({"stream_maps": {"__else__": "x"}}, "stream_maps must have __NULL__ as each __else__"),
        ({"p\n\x1b[2J": 1}, "p does not exist"),
        ({"agreements": [{"name": "A"}]}, "agreements.0.agreement_grant_token is missing"),
        (
            {"agreements": [{**AGREEMENT, "nmae": "x"}]},
            "agreements.0.nmae does not exist: did you mean agreements.0.name?",
        ),
        (
            {"api_versions": {"bookedEntriesAPI": "7.0.0"}},
            (
                "api_versions.bookedEntriesAPI does not exist: did you mean "
                "api_versions.bookedEntriesapi?"
            ),
        ),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_and_the_nearest_named(
    config: dict[str, t.Any], error: str
) -> None:
    (told,) = validation_errors(**config)
    assert told.startswith(f"The setting {error}")


def test_what_the_sdk_and_meltano_know_and_the_user_s_own_notes_pass() -> None:
    settings = copy.deepcopy(TapEconomic.config_jsonschema)
    TapEconomic.append_builtin_config(settings)
    known = set(settings["properties"])
    assert {"stream_maps", "flattening_enabled", "batch_config", "faker_config"} <= known
    TapEconomic(
        config={
            **TOKENS,
            "stream_maps": {},
            "stream_map_config": {"seed": 1},
            "flattening_enabled": False,
            "flattening_max_depth": 1,
            "x-note": "kept by Anna",
            "agreements": [{**AGREEMENT, "x-note": 5}],
            "api_versions": {"bookedEntriesapi": "7.0.0"},
        }
    )


@pytest.mark.parametrize(
    "date",
    [
        "01-01-2026",
        "2026-13-45",
        "2026-02-30",
        "2026",
        "20260101",
        "2026-01-01x",
        "2026-01-01T",
        "now",
    ],
)
def test_a_start_date_that_is_none_is_refused(date: str) -> None:
    (error,) = validation_errors(start_date=date)
    assert error.startswith("The setting start_date must be a date such as 2026-01-31")


@pytest.mark.parametrize(
    "date",
    ["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+01:00", "2026-01-01 10:00:00.5"],
)
def test_a_day_and_an_instant_are_start_dates(date: str) -> None:
    TapEconomic(config={**TOKENS, "start_date": date})
