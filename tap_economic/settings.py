"""The settings, and the messages for invalid ones."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import os
import re
import typing as t

from singer_sdk import typing as th
from singer_sdk.typing import DEFAULT_JSONSCHEMA_VALIDATOR, extend_validator_with_defaults

from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.client.session import is_loopback, origin_of
from tap_economic.errors import SettingsError
from tap_economic.sanitize import plain
from tap_economic.streams import FILE_STREAMS, STREAMS

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema import ValidationError

SETTINGS = th.PropertiesList(
    th.Property(
        "app_secret_token",
        th.StringType(nullable=False),
        required=True,
        secret=True,
        title="App secret token",
        description="The secret token of your app, from your e-conomic developer agreement.",
    ),
    th.Property(
        "agreement_grant_token",
        th.StringType(nullable=False),
        secret=True,
        title="Agreement grant token",
        description=(
            "The token that the company's agreement issues when a user there grants your app "
            "access. For several agreements, see `agreements`."
        ),
    ),
    th.Property(
        "agreement_number",
        th.IntegerType(minimum=1),
        title="Agreement number",
        description=(
            "The company's agreement number. Needed only if the app's role may not read it "
            "(Bookkeeping, ProjectEmployee)."
        ),
    ),
    th.Property(
        "agreements",
        th.ArrayType(
            th.ObjectType(
                th.Property(
                    "agreement_grant_token",
                    th.StringType(nullable=False),
                    required=True,
                    secret=True,
                    description="The token of the company's agreement.",
                ),
                th.Property(
                    "agreement_number",
                    th.IntegerType(minimum=1),
                    description="The company's agreement number, if the app may not read it.",
                ),
                th.Property("name", th.StringType, description="The company's name in messages."),
                nullable=False,
            ),
            nullable=False,
        ),
        secret=True,
        title="Agreements",
        description=(
            "Several companies in one run, instead of a single grant token: a list of "
            '`{"agreement_grant_token": "...", "name": "..."}`.'
        ),
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description=(
            "The earliest date to read: booked entries and invoices from that date on, and rows "
            "updated since then in streams read by lastUpdated. Others are read in full."
        ),
    ),
    th.Property(
        "open_items",
        th.BooleanType(nullable=False),
        default=True,
        title="Open items",
        description=(
            "Whether incremental runs read open entries and invoices again, so that payments "
            "are reflected. Without it, remainders stay as first read."
        ),
    ),
    th.Property(
        "emit_activate_version_messages",
        th.BooleanType(nullable=False),
        default=False,
        title="Emit ACTIVATE_VERSION messages",
        description=(
            "Whether to send ACTIVATE_VERSION, so that the target removes deleted rows of streams "
            "that were read in full and completely. One run must then load the whole table."
        ),
    ),
    th.Property(
        "uncounted_streams",
        th.ArrayType(th.StringType(nullable=False), nullable=False),
        default=[],
        title="Uncounted streams",
        description=(
            "Streams whose count in e-conomic is permanently wrong: they are read like streams "
            "without a count."
        ),
    ),
    th.Property(
        "use_singer_decimal",
        th.BooleanType(nullable=False),
        default=False,
        title="Use Singer decimal",
        description=(
            "Whether amounts and other numbers are sent as strings of the format "
            "x-singer.decimal, for loaders that would parse them as floats; see docs/loaders.md."
        ),
    ),
    th.Property(
        "documents_url",
        th.StringType(nullable=False),
        title="Documents URL",
        description=(
            "Where the streams of files write to: a folder, or a bucket such as "
            "`s3://bucket/folder`; see docs/documents.md."
        ),
    ),
    th.Property(
        "rest_url",
        th.StringType(nullable=False),
        default="https://restapi.e-conomic.com",
        title="REST URL",
        description="URL of the classic REST API. Change it only to use the sandbox or a proxy.",
    ),
    th.Property(
        "openapi_url",
        th.StringType(nullable=False),
        default="https://apis.e-conomic.com",
        title="OpenAPI URL",
        description="URL of the OpenAPI services. Change it only to use the sandbox or a proxy.",
    ),
    th.Property(
        "api_versions",
        th.ObjectType(additional_properties=th.StringType(nullable=False), nullable=False),
        default={},
        title="API versions",
        description=(
            "Versions of OpenAPI services that override the tap's own, by service: "
            '`{"bookedEntriesapi": "7.0.0"}`.'
        ),
    ),
    th.Property(
        "page_size",
        th.IntegerType(nullable=False, minimum=1, maximum=1000),
        default=1000,
        title="Page size",
        description=(
            "Rows per page of the classic REST API, 1000 at most. The OpenAPI services set their "
            "own."
        ),
    ),
    th.Property(
        "concurrency",
        th.IntegerType(nullable=False, minimum=1, maximum=64),
        default=8,
        title="Concurrency",
        description=(
            "Maximum number of concurrent requests. The order of the messages does not depend on "
            "it; with 1, requests are sequential."
        ),
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(nullable=False, minimum=1),
        default=60,
        title="Request timeout",
        description=(
            "Seconds without data after which a request is retried. A whole response may take "
            "five times as long."
        ),
    ),
    th.Property(
        "user_agent",
        th.StringType(nullable=False),
        title="User agent",
        description="The User-Agent header; by default `tap-economic/<version>`.",
    ),
).to_dict()


_Validator = extend_validator_with_defaults(DEFAULT_JSONSCHEMA_VALIDATOR)


def check_environment() -> None:
    """Check that the TAP_ECONOMIC_* variables can be parsed.

    Raises:
        SettingsError: If one cannot, for which the SDK would print a traceback.
    """
    for name, schema in SETTINGS["properties"].items():
        variable = f"TAP_ECONOMIC_{name.upper()}"
        parse = next((_PARSERS[kind] for kind in schema["type"] if kind in _PARSERS), str)
        try:
            parse(os.environ.get(variable, "0"))
        except ValueError:
            msg = f"The environment variable {variable} cannot be read as {schema['type'][0]}"
            raise SettingsError(msg) from None


_PARSERS: dict[str, Callable[[str], object]] = {
    "array": json.loads,
    "integer": int,
    "object": json.loads,
}


def tokens_of(config: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield the tokens in settings that may be otherwise invalid."""
    entries = config.get("agreements")
    for entry in (config, *(entries if isinstance(entries, list) else ())):
        if isinstance(entry, dict):
            found = (entry.get(name) for name in ("app_secret_token", "agreement_grant_token"))
            yield from (token for token in found if isinstance(token, str))


def validation_errors(schema: dict[str, t.Any], config: dict[str, t.Any]) -> list[str]:
    """Return a message for each invalid setting, never quoting its value.

    Args:
        schema: The settings' schema.
        config: The settings; the schema's defaults are filled in.
    """
    try:
        errors = [_message_of(error) for error in _Validator(schema).iter_errors(config)]
    except AttributeError:  # raised for the SDK's invalid schema of __else__
        return ["The setting stream_maps must have __NULL__ as each __else__"]
    if any(" must " in error for error in errors):  # the checks below need valid types
        return errors
    return [
        *errors,
        *_misspellings(schema, config),
        *_conflicts(config),
        *_unknown_streams(config),
    ]


def _misspellings(schema: Mapping[str, t.Any], config: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield a message for each unknown setting; names that begin with ``x-`` are ignored."""
    entry = schema["properties"]["agreements"]["items"]["properties"]
    objects = [
        ("", config, schema["properties"]),
        ("api_versions.", config["api_versions"], DEFAULT_VERSIONS),
    ]
    for number, agreement in enumerate(config.get("agreements") or ()):
        objects.append((f"agreements.{number}.", agreement, entry))
    for prefix, given, known in objects:
        for name in sorted(given.keys() - set(known)):
            if not name.startswith("x-"):
                nearest = difflib.get_close_matches(name, known, 1)
                hint = f": did you mean {prefix}{nearest[0]}?" if nearest else ""
                yield f"The setting {prefix}{plain(name, 60)} does not exist{hint}"


def _message_of(error: ValidationError) -> str:
    name = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "required":
        # The property is only in the error's message: 'name' is a required property
        missing = error.message.split("'")[1]
        return f"The setting {plain(f'{name}.{missing}' if name else missing)} is missing"
    name = plain(name)
    if error.validator == "anyOf":
        return f"The setting {name} must have another form: see its description"
    if error.validator == "type":
        return f"The setting {name} must be of type {error.validator_value}"
    return f"The setting {name} must have a {error.validator} of {error.validator_value}"


def _conflicts(config: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield errors that JSON Schema cannot express: empty tokens, URLs that expose the tokens."""
    if "agreement_grant_token" not in config and not config.get("agreements"):
        yield "The setting agreement_grant_token is missing"
    tokens = [(name, config.get(name)) for name in ("app_secret_token", "agreement_grant_token")]
    for number, entry in enumerate(config.get("agreements") or ()):
        tokens.append(
            (f"agreements.{number}.agreement_grant_token", entry.get("agreement_grant_token"))
        )
    for name, token in tokens:
        if token is not None and not (token and _fits_a_header(token)):
            yield (
                f"The setting {name} is empty, begins or ends with a space, or has characters that "
                "are invalid in a token"
            )
    if len({token for _, token in tokens[1:] if token}) < sum(
        bool(token) for _, token in tokens[1:]
    ):
        yield "The same agreement_grant_token is in the settings twice"
    if not _is_day_or_instant(config.get("start_date") or "2000-01-01"):
        yield "The setting start_date must be a date such as 2026-01-31, or a timestamp"
    if not _fits_a_header(config.get("user_agent") or ""):
        yield (
            "The setting user_agent must be plain ASCII on one line, without a space at its ends"
        )
    yield from _url_errors(config)


def _unknown_streams(config: Mapping[str, t.Any]) -> Iterator[str]:
    names = {stream.name for stream in (*STREAMS, *FILE_STREAMS)}
    for number, name in enumerate(config["uncounted_streams"]):
        if name not in names:
            yield f"The setting uncounted_streams.{number} is not the name of a stream"


# A password, or a signature as the parameter of a URL.
_SECRET_IN_URL = re.compile(r"://[^/]*:[^/]*@|://.*\?")
_DAY_OR_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?", re.ASCII
)


def _is_day_or_instant(text: str) -> bool:
    try:
        dt.date.fromisoformat(text[:10])
    except ValueError:
        return False
    return bool(_DAY_OR_INSTANT.fullmatch(text))


def _fits_a_header(text: str) -> bool:
    """Return whether a text can be sent unchanged as the value of an HTTP header."""
    return text.isascii() and text.isprintable() and text == text.strip()


def _url_errors(config: Mapping[str, t.Any]) -> Iterator[str]:
    for name in ("rest_url", "openapi_url"):
        url = config.get(name)
        if isinstance(url, str):
            yield from _api_url_errors(name, url)
    if _SECRET_IN_URL.search(config.get("documents_url") or ""):
        yield (
            "The setting documents_url must not contain credentials: give them to the package of "
            "the store, for example in environment variables"
        )


def _api_url_errors(name: str, url: str) -> Iterator[str]:
    if not re.match(r"https?://.", url, re.IGNORECASE):
        yield f"The setting {name} must be a URL that begins with https://"
        return
    origin = origin_of(url)
    if origin is None:
        yield (
            f"The setting {name} must be a plain URL: a host, perhaps a port and a path, but no "
            "user name, password, backslash, space or control character"
        )
    elif origin.scheme == "http" and not is_loopback(origin.host):
        yield f"The setting {name} must use https: http would expose the tokens"
