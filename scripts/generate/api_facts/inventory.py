"""The inventory of both APIs' endpoints and the catalogue of streams, without notes and sources."""

from __future__ import annotations

import re
import typing as t

from scripts.generate.output import GenerationError

Json: t.TypeAlias = dict[str, t.Any]

_CLASSIC = (
    "path",
    "primary_key",
    "paginated",
    "schema",
    "filterable",
    "sortable",
    "default_sort",
    "filterable_in_schema_but_500",
    "accepted_live_but_not_in_schema",
)
_SERVICE = (
    "api",
    "version",
    "path",
    "kind",
    "model",
    "pagination",
    "primary_key",
    "filterable",
    "sortable",
)

# What the words of the inventory say: the roles that may read an endpoint, or that may not, or
# nothing where it leaves that open, or says only that there are no data without a module.
_ROLES_IN_WORDS = {
    r"app role ((?:SuperUser|Bookkeeping|Sales|, | or )+)": "roles",
    r"not readable with the (Bookkeeping) role": "refused",
    r"app role: the permissions page lists .* unconfirmed": None,
    r"needs the Dimension module .* role row not seen": None,
    r"$": None,
}


def catalogue_row(row: dict[str, str]) -> dict[str, str]:
    """Return the facts about a stream of the catalogue."""
    return {name: value for name, value in row.items() if name != "note"}


def classic_endpoint(endpoint: Json) -> Json:
    """Return the facts about an endpoint of classic REST."""
    needs = endpoint["module_or_role"]
    if not isinstance(needs, dict):
        needs = _roles(needs or "")
    return {name: endpoint[name] for name in _CLASSIC} | {"module_or_role": needs}


def _roles(words: str) -> dict[str, list[str]]:
    for pattern, says in _ROLES_IN_WORDS.items():
        match = re.match(pattern, words)
        if match:
            return {says: sorted(set(re.findall(r"[A-Z]\w+", match[1])))} if says else {}
    msg = f"Nobody has decided which roles this means: {words}"
    raise GenerationError(msg)


def service_endpoint(endpoint: Json) -> Json:
    """Return the facts about an endpoint of an OpenAPI service."""
    needs = endpoint["module_or_role"]
    facts = {name: endpoint[name] for name in _SERVICE}
    facts["module_or_role"] = {"roles": needs["roles"], "module": _module(needs["module"])}
    if "filter_broken" in endpoint:
        facts["filter_broken"] = list(endpoint["filter_broken"])
    return facts


def _module(words: str | None) -> str | None:
    """Return the module without which the endpoint is known, or taken, to be refused."""
    match = re.match(r"(Project|Dimension|Subscription)\b", words or "")
    return match[1] if match else None
