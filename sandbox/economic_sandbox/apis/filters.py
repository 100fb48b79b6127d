"""The filter grammar of both APIs: ``name$like:*berg$and:(zip$eq:8000$or:city$eq:$null:)``.

A filter is parsed into a list of clauses, all of which a row must match. A clause that is a single
comparison has its parts as attributes, so that a listing can look rows up instead of testing each.
"""

from __future__ import annotations

import dataclasses
import decimal
import functools
import operator
import re
import typing as t

from economic_sandbox.apis import errors
from economic_sandbox.apis.sorting import value_of

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from economic_sandbox.apis.facts import Endpoint, Property
    from economic_sandbox.resources.resource import Row

    Test: t.TypeAlias = Callable[[Row], bool]
    Reader: t.TypeAlias = Callable[[Row], t.Any]

MAX_LIST_VALUES = 200

_COMPARISON = re.compile(r"(?P<property>[\w.]+)\$(?P<operator>[a-z]+):")
# A value ends at the first `$` or `)` that is not escaped.
_VALUE = re.compile(r"\$null:|(?:\$[$()*,\[\]]|[^$)])*")
_LIST_ITEM = re.compile(r"(?:\$[$()*,\[\]]|[^,])+")
# The live server accepts the documented escapes `$[` and `$]` but does not replace them, so that
# such a value equals nothing.
_ESCAPE = re.compile(r"\$([$()*,])")
_LIKE_TOKEN = re.compile(
    r"\$(?P<escaped>[$()*,])|(?P<any>\*)|\[(?P<class>\^?[^\]]+)\]|(?P<char>.)", re.DOTALL
)
# Zones other than Z are rejected, according to the documentation.
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d(?:\.\d+)?)Z?)?")

_ORDERINGS: dict[str, Callable[[t.Any, t.Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_OPERATORS = {*_ORDERINGS, "like", "in", "nin"}


class FilterError(Exception):
    """A filter that the server rejects."""


class NotFilterableError(FilterError):
    """A filter by a property that the listing cannot filter by."""


@dataclasses.dataclass(frozen=True)
class Clause:
    """A part of a filter that a row matches or does not match.

    Attributes:
        test: Returns whether a row matches.
        property: The compared property; None for a group, and for a test that may crash.
        operator: The operator, without ``$`` and ``:``.
        value: The value that the property is compared with.
    """

    test: Test
    property: str | None = None
    operator: str = ""
    value: t.Any = None


def parse_filter(text: str, endpoint: Endpoint) -> list[Clause]:
    """Parse a ``filter`` parameter.

    Args:
        text: The parameter's value; empty for no filter.
        endpoint: The endpoint, which says what can be filtered by and what crashes.

    Returns:
        The clauses that must all hold.

    Raises:
        FilterError: The filter has a syntax error, or the endpoint does not support it.
    """
    if not text:
        return []
    parser = _Parser(text, endpoint)
    clauses = parser.alternatives()
    if parser.position < len(text):
        msg = f"Unexpected text at position {parser.position}"
        raise FilterError(msg)
    return clauses


class _Parser:
    """A recursive descent parser; ``$and:`` binds more tightly than ``$or:``."""

    def __init__(self, text: str, endpoint: Endpoint) -> None:
        self.text = text
        self.endpoint = endpoint
        self.position = 0

    def alternatives(self) -> list[Clause]:
        branches = [self.conjunction()]
        while self.take("$or:"):
            branches.append(self.conjunction())
        if len(branches) == 1:
            return branches[0]
        return [Clause(lambda row: any(all_hold(branch, row) for branch in branches))]

    def conjunction(self) -> list[Clause]:
        clauses = self.term()
        while self.take("$and:"):
            clauses += self.term()
        return clauses

    def term(self) -> list[Clause]:
        if not self.take("("):
            return [self.comparison()]
        clauses = self.alternatives()
        if not self.take(")"):
            msg = "A parenthesis is not closed"
            raise FilterError(msg)
        return clauses

    def comparison(self) -> Clause:
        match = _COMPARISON.match(self.text, self.position)
        if not match or match["operator"] not in _OPERATORS:
            msg = f"A comparison was expected at position {self.position}"
            raise FilterError(msg)
        value = _VALUE.match(self.text, match.end())
        self.position = value.end() if value else match.end()
        raw = value[0] if value else ""
        return _compile(match["property"], match["operator"], raw, self.endpoint)

    def take(self, token: str) -> bool:
        if not self.text.startswith(token, self.position):
            return False
        self.position += len(token)
        return True


def all_hold(clauses: list[Clause], row: Row) -> bool:
    """Return whether a row matches all clauses, tested in their order."""
    return all(clause.test(row) for clause in clauses)


def comparable(value: t.Any, kind: str) -> t.Any:  # noqa: ANN401 - rows are JSON
    """Return a value in the form in which values of its type are compared."""
    if value is None or kind in {"integer", "number", "boolean"}:
        return value
    if kind in {"date", "date-time"}:
        return _moment(str(value))
    return str(value).casefold() if isinstance(value, str) else value


def _compile(name: str, operation: str, raw: str, endpoint: Endpoint) -> Clause:
    facts = endpoint.filterable.get(name)
    if facts is None:
        msg = f"Filtering is not allowed on property '{name}'"
        raise NotFilterableError(msg)
    if operation not in facts.operators:
        msg = f"Operator ${operation}: not supported on property {name}"
        raise FilterError(msg)
    is_null = raw == "$null:"
    clause = _null_clause(name, operation) if is_null else _clause(name, operation, raw, facts)
    crashing = endpoint.crashes.get(name) or endpoint.crashes.get("*") or frozenset()
    if crashing & {"*", "null" if is_null and operation == "eq" else operation}:
        # It crashes on the first row that is tested: an earlier clause that excludes all rows
        # hides it.
        return Clause(_crash)
    return clause


def _crash(_row: Row) -> bool:
    raise errors.server_error()


def _null_clause(name: str, operation: str) -> Clause:
    """``$eq:$null:`` finds the rows without the property; nothing is greater than null."""
    read = _reader(name)
    if operation == "eq":
        return Clause(lambda row: read(row) is None)
    if operation == "ne":
        return Clause(lambda row: read(row) is not None)
    return Clause(lambda _row: False)


def _clause(name: str, operation: str, raw: str, facts: Property) -> Clause:
    """Return a comparison; as in SQL, a row without the property matches none."""
    read = _comparable_reader(name, facts.type)
    if operation == "like":
        matches = _like(raw)
        return Clause(lambda row: (value := read(row)) is not None and matches(value))
    if operation in {"in", "nin"}:
        return Clause(_membership(read, _list(raw, facts), negated=operation == "nin"))
    wanted = _wanted(_unescape(raw), facts)
    holds = _ORDERINGS[operation]
    return Clause(
        lambda row: (value := read(row)) is not None and holds(value, wanted),
        property=name,
        operator=operation,
        value=wanted,
    )


def _reader(name: str) -> Reader:
    if "." in name:
        return lambda row: value_of(row, name)
    return lambda row: row.get(name)


def _comparable_reader(name: str, kind: str) -> Reader:
    read = _reader(name)
    if kind in {"integer", "number", "boolean"}:
        return read
    return lambda row: comparable(read(row), kind)


def _membership(read: Reader, values: frozenset[t.Any], *, negated: bool) -> Test:
    if negated:
        return lambda row: (value := read(row)) is not None and value not in values
    return lambda row: read(row) in values


def _list(raw: str, facts: Property) -> frozenset[t.Any]:
    if not (raw.startswith("[") and raw.endswith("]")):
        msg = "The $in: and $nin: operators want an array in brackets"
        raise FilterError(msg)
    items = _LIST_ITEM.findall(raw[1:-1])
    if len(items) > MAX_LIST_VALUES:
        msg = (
            "The $in: and $nin: operators only allow filtering on arrays with less than "
            f"'{MAX_LIST_VALUES}' values. Your array has {len(items)} values."
        )
        raise FilterError(msg)
    values = frozenset(_wanted(_unescape(item), facts) for item in items)
    is_number = facts.type in {"integer", "number"}
    return values if is_number or facts.in_matches_texts else frozenset()


def _unescape(raw: str) -> str:
    return _ESCAPE.sub(r"\1", raw)


def _wanted(text: str, facts: Property) -> t.Any:  # noqa: ANN401 - of the property's type
    """Return the value of a filter as the property's type."""
    if facts.type in {"integer", "number"}:
        return _number(text)
    if facts.type == "boolean":
        return _boolean(text)
    if facts.type in {"date", "date-time"}:
        return _moment(text)
    if facts.members:
        return _member(text, facts)
    return text.casefold()


def _number(text: str) -> int | decimal.Decimal:
    try:
        number = decimal.Decimal(text)
    except decimal.InvalidOperation:
        number = decimal.Decimal("NaN")
    if not number.is_finite():
        msg = f"The value '{text}' is not a number"
        raise FilterError(msg)
    return int(number) if number == number.to_integral_value() else number


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        msg = f"The value '{text}' is neither true nor false"
        raise FilterError(msg)
    return text.lower() == "true"


@functools.lru_cache(maxsize=10_000)
def _moment(text: str) -> str:
    """Return a date or a timestamp in a form that can be compared as text."""
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        msg = f"The value '{text}' is not a date"
        raise FilterError(msg)
    return f"{match[1]}T{match[2] or '00:00:00'}"


def _member(text: str, facts: Property) -> int:
    try:
        return facts.members[text.lower()]
    except KeyError:
        msg = f"Requested value '{text}' was not found"
        raise FilterError(msg) from None


def _like(raw: str) -> Callable[[str], bool]:
    """``$like:`` is "contains", unless a ``*`` stands in it; brackets are a character class."""
    parts = []
    has_wildcard = False
    for token in _LIKE_TOKEN.finditer(raw.casefold()):
        if token["any"]:
            has_wildcard = True
            parts.append(".*")
        elif token["class"]:
            parts.append(_character_class(token["class"]))
        else:
            parts.append(re.escape(token["escaped"] or token["char"]))
    expression = "".join(parts)
    if not has_wildcard:
        expression = f".*{expression}.*"
    try:
        pattern = re.compile(expression, re.DOTALL)
    except re.error:
        return lambda _value: False
    return lambda value: pattern.fullmatch(value) is not None


def _character_class(text: str) -> str:
    negation = "^" if text.startswith("^") else ""
    members = re.sub(r"([\\\[\]])", r"\\\1", text[len(negation) :])
    return f"[{negation}{members}]"
