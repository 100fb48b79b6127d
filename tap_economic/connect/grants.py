"""A new grant among the settings: which entry it renews, or where it is added."""

from __future__ import annotations

import copy
import typing as t

from tap_economic.connect.stores import USED
from tap_economic.errors import SettingsError
from tap_economic.settings import SETTINGS, validation_errors

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_economic.connect.companies import Company
    from tap_economic.connect.stores import Settings

TOKEN = "agreement_grant_token"  # noqa: S105 - the name of the setting
NUMBER = "agreement_number"
_ENTRY = SETTINGS["properties"]["agreements"]["items"]["properties"]


def checked(settings: Settings) -> Settings:
    """Return the settings that this command uses, valid, with the defaults of all others.

    Raises:
        SettingsError: If one is invalid.
    """
    # Whether tokens are missing is not the question here, nor is a setting of another program.
    used: Settings = {"app_secret_token": "-", TOKEN: "-"}
    used |= {name: copy.deepcopy(settings[name]) for name in USED if name in settings}
    if isinstance(used.get("agreements"), list):
        used["agreements"] = [_known_part(entry) for entry in used["agreements"]]
    if errors := validation_errors(SETTINGS, used):
        raise SettingsError("; ".join(errors))
    return used


def _known_part(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name in _ENTRY}


def unnumbered(settings: Settings) -> list[str]:
    """Return the grant tokens whose agreement the settings do not name."""
    return [entry[TOKEN] for entry in _entries(settings) if not entry.get(NUMBER)]


def with_grant(
    settings: Settings, token: str, company: Company, known: Mapping[str, Company | None]
) -> tuple[Settings, bool]:
    """Return the settings with a new grant, and whether it renews an earlier one.

    Args:
        settings: The settings; everything else in them is kept.
        token: The new grant token.
        company: The company that it is for.
        known: The companies of tokens without a number in the settings; None for a token that
            e-conomic refuses.
    """
    settings = copy.deepcopy(settings)
    renewed = _renewed(settings, token, company, known)
    if renewed is not None:
        renewed |= {TOKEN: token, NUMBER: company.number}
        return settings, True
    entries = [*(settings.get("agreements") or ()), _entry(token, company)]
    if settings.get(TOKEN):
        old = settings.pop(TOKEN)
        entries.insert(0, _moved(old, settings.pop(NUMBER, None), known.get(old)))
    return {**settings, "agreements": entries}, False


def _renewed(
    settings: Settings, token: str, company: Company, known: Mapping[str, Company | None]
) -> Settings | None:
    """Return the entry that a new grant renews: the settings themselves, or one of the list."""
    for entry in _entries(settings):
        looked_up = known.get(entry[TOKEN])
        number = entry.get(NUMBER) or (looked_up.number if looked_up else None)
        if entry[TOKEN] == token or number == company.number:
            return entry
    # Nothing tells which company a refused token was for, but as the single one it is of no use.
    is_refused = known.get(settings.get(TOKEN, ""), company) is None
    return settings if is_refused and not settings.get(NUMBER) else None


def _entries(settings: Settings) -> Iterator[Settings]:
    """Yield what has a grant token: the settings themselves, and each entry of the list."""
    if settings.get(TOKEN):
        yield settings
    yield from settings.get("agreements") or ()


def _entry(token: str, company: Company) -> Settings:
    named = {"name": company.name} if company.name else {}
    return {TOKEN: token, NUMBER: company.number, **named}


def _moved(token: str, number: int | None, company: Company | None) -> Settings:
    """Return the entry of the token that was the only one so far."""
    if company:
        return _entry(token, company)
    return {TOKEN: token, NUMBER: number} if number else {TOKEN: token}
