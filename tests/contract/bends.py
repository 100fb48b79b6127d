"""How an answer is bent against a probe: for each thing that a kind of probe looks at, a way."""

from __future__ import annotations

import dataclasses
import functools
import re
import typing as t
from decimal import Decimal

from contract.asking import Answer, Get, Listing, Row, member
from contract.kinds import answers, listings, records
from tests.support.copies import copied

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contract.asking import Json, Transport
    from contract.probe import Kind

    Change: t.TypeAlias = Callable[[Answer], Answer]
    Bends: t.TypeAlias = Iterator[tuple[str, Get, Change]]

NOTHING = object()
ANY = "*"


def bent(transport: Transport, at: Get, change: Change) -> Transport:
    """Return a transport whose answers to a request are changed."""
    path = re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(at.path)))

    def send(get: Get) -> Answer:
        answer = transport(get)
        is_it = path.fullmatch(get.path) and get.access == at.access and same(get.query, at.query)
        return change(answer) if is_it else answer

    return send


def same(query: tuple[tuple[str, str], ...], wanted: tuple[tuple[str, str], ...]) -> bool:
    """Compare parameters; the value ANY matches all."""
    pairs = zip(query, wanted, strict=False)
    return len(query) == len(wanted) and all(
        got == expected or (got[0], ANY) == expected for got, expected in pairs
    )


def bends(kind: Kind) -> Bends:
    """Yield the ways to bend an answer against a probe: a name, the request and the change."""
    yield from _BENDS[type(kind)](kind)


def status(code: int) -> Change:
    return lambda answer: dataclasses.replace(answer, status=code)


def header(name: str, value: str | None) -> Change:
    def change(answer: Answer) -> Answer:
        kept = {known: text for known, text in answer.headers.items() if known != name.lower()}
        return dataclasses.replace(
            answer, headers=kept if value is None else {**kept, name.lower(): value}
        )

    return change


def body(edit: Callable[[Json], Json]) -> Change:
    """Change a copy of the body; what the function returns replaces it, unless None."""

    def change(answer: Answer) -> Answer:
        json = copied(answer.body)
        edited = edit(json)
        return dataclasses.replace(answer, body=json if edited is None else edited)

    return change


def with_member(name: str, value: object) -> Change:
    return body(lambda json: put(json, name, value))


def put(json: Json, name: str, value: object) -> None:
    """Set a member by its dotted name; remove it for NOTHING."""
    *above, last = name.split(".")
    for part in above:
        json = json.setdefault(part, {})
    if value is NOTHING:
        json.pop(last, None)
    else:
        json[last] = value


def setting(name: str, value: object) -> Callable[[Row], None]:
    """Return a function that sets a member of a row."""
    return lambda row: put(row, name, value)


def replaced(value: object) -> Change:
    """Replace the body."""
    return lambda answer: dataclasses.replace(answer, body=value)


def rows(listing: Listing, edit: Callable[[list[Row]], object]) -> Change:
    """Change the rows of a page in place."""

    def change(json: Json) -> None:
        edit(listing.rows_in(json))

    return body(change)


def each_row(listing: Listing, name: str, value: object) -> Change:
    def edit(found: list[Row]) -> None:
        for row in found:
            put(row, name, value)

    return rows(listing, edit)


def few_rows(listing: Listing, edit: Callable[[Row], object]) -> Change:
    """Keep the first rows of a page, and change one: quick for what is done a thousand times."""

    def change(answer: Answer) -> Answer:
        kept = copied(listing.rows_in(answer.body)[:3])
        edit(kept[-1])
        whole = {"collection": {"collection": kept}, "cursor": {"items": kept}}
        json = kept[0] if listing.shape == "object" else whole.get(listing.shape, kept)
        return dataclasses.replace(answer, body=json)

    return change


def one_row(listing: Listing, edit: Callable[[Row], object]) -> Change:
    return rows(listing, lambda found: edit(found[len(found) // 2]))


def pdf_of(kind: answers.PdfOf) -> Bends:
    yield "202", kind.get, status(202)
    yield "JSON", kind.get, body(lambda _: {"message": "%PDF-"})
    yield "another type", kind.get, header("Content-Type", "application/json")


def refused(kind: answers.Refused) -> Bends:
    for code in {200, 400, 404, 500} - {kind.status}:
        yield f"status {code}", kind.get, status(code)
    if kind.code:
        yield "another code", kind.get, with_member("errorCode", "Other")
        yield "no code", kind.get, with_member("errorCode", NOTHING)
    if kind.says:
        yield "other words", kind.get, body(lambda json: put_words(json, kind.says))
    for name in kind.members:
        yield f"no {name}", kind.get, with_member(name, NOTHING)
    for name in kind.lacks:
        yield f"{name}", kind.get, with_member(name, ["x"])
    if kind.media_type:
        yield "another type", kind.get, header("Content-Type", "text/html")
    if kind.media_type or kind.says or kind.members or kind.code:
        yield (
            "a page",
            kind.get,
            lambda answer: dataclasses.replace(
                answer, body="<html>", headers={**answer.headers, "content-type": "text/html"}
            ),
        )


def put_words(json: Json, words: str) -> Json:
    """Replace the words wherever they stand."""
    if isinstance(json, dict):
        for name, value in json.items():
            json[name] = put_words(value, words)
    elif isinstance(json, list):
        json[:] = [put_words(value, words) for value in json]
    elif isinstance(json, str):
        return json.replace(words, "no")
    return json


def accepted(kind: answers.Accepted) -> Bends:
    for code in (400, 404, 500):
        yield f"status {code}", kind.get, status(code)


def headed(kind: answers.Header) -> Bends:
    yield "no header", kind.get, header(kind.name, None)
    yield "another form", kind.get, header(kind.name, " L ")


def shared(kind: answers.SharedHeader) -> Bends:
    other = "token-limit-5000-per-60-seconds: 3/5000"
    for get in kind.gets:
        yield f"no header at {get}", get, header(kind.name, None)
        yield f"another budget at {get}", get, header(kind.name, other)


def whole(kind: answers.WholeNumber) -> Bends:
    for value in ({"count": 1}, "1", Decimal("1.5"), True):
        yield f"{value}", kind.get, replaced(value)
    if kind.most:
        yield "as many as without", kind.get, replaced(10**9)
        yield "fewer without", kind.most, replaced(0)


def alike(kind: answers.Alike) -> Bends:
    yield "a row less", kind.other.get, rows(kind.other, lambda found: found.pop())
    yield "another row", kind.other.get, one_row(kind.other, setting(kind.key, -1))
    yield "another order", kind.other.get, rows(kind.other, lambda found: found.reverse())
    yield "status 404", kind.other.get, status(404)


def empty(kind: answers.Empty) -> Bends:
    yield "a row", kind.listing.get, rows(kind.listing, lambda found: found.append({"x": 1}))
    yield "status 404", kind.listing.get, status(404)
    yield "another shape", kind.listing.get, replaced("nothing")


def envelope(kind: listings.Envelope) -> Bends:
    for name, wanted in kind.members:
        yield f"no {name}", kind.get, with_member(name, NOTHING)
        wrong: object = 1 if wanted == "string" else "1"
        yield f"{name} of another type", kind.get, with_member(name, wrong)
        yield f"{name} null", kind.get, with_member(name, None)
    for name in kind.lacks:
        yield f"{name}", kind.get, with_member(name, "x")
        yield f"{name} null", kind.get, with_member(name, None)


def page_of(kind: listings.PageOf) -> Bends:
    yield "a row less", kind.listing.get, rows(kind.listing, lambda found: found.pop())
    yield "a row more", kind.listing.get, rows(kind.listing, lambda found: found.append(found[0]))


def count_of(kind: listings.CountOf) -> Bends:
    if kind.count == kind.listing.get:
        yield "a row less", kind.listing.get, rows(kind.listing, lambda found: found.pop())
    for step in (1, -1):
        yield f"{step} counted", kind.count, body(functools.partial(recount, step))
    yield "a row twice", kind.listing.get, rows(kind.listing, lambda found: found.append(found[0]))
    yield "no count", kind.count, replaced({})
    yield "another shape", kind.listing.get, replaced([1])


def recount(step: int, json: Json) -> Json:
    if isinstance(json, int):
        return json + step
    json["pagination"]["results"] += step
    return None


def cursor_of(kind: listings.CursorOf) -> Bends:
    yield "another cursor", kind.listing.get, with_member("cursor", "0_0")
    yield (
        "a number",
        kind.listing.get,
        body(lambda json: put(json, "cursor", json["cursor"].split("_")[0] + "0")),
    )


def ascending(kind: listings.AscendingBy) -> Bends:
    at, listing = kind.listing.get, kind.listing
    yield "the other way", at, rows(listing, lambda found: found.reverse())
    yield "a row without key", at, one_row(listing, setting(kind.key[-1], NOTHING))
    yield "the last row first", at, rows(listing, lambda found: found.insert(0, found.pop()))
    if kind.strictly:
        yield "a row twice", at, rows(listing, lambda found: found.insert(0, found[0]))


def filtered(kind: listings.FilteredBy) -> Bends:
    at = kind.listing.get.where(filter=ANY)
    for name, change in (
        ("status 400", status(400)),
        ("no rows", rows(kind.listing, lambda found: found.clear())),
        ("a row without it", each_row(kind.listing, kind.property, NOTHING)),
    ):
        yield name, at, change
    violating = -(10**9) if kind.operator in {"gt", "gte"} else 10**9
    yield "another row", at, one_row(kind.listing, setting(kind.property, violating))


def link(kind: listings.LinkCarries) -> Bends:
    for name, value in kind.parameters:
        other = f"https://x/?{name}={value}0"
        yield f"another {name}", kind.get, with_member(kind.link, other)
    yield "no parameters", kind.get, with_member(kind.link, "https://x/")


def typed(kind: records.Typed) -> Bends:
    at, listing = kind.listing.get, kind.listing
    yield "status 500", at, status(500)
    for key in kind.keys:
        yield f"no {key}", at, few_rows(listing, setting(key, NOTHING))
    for name, schema in kind.schema["properties"].items():
        if name in kind.otherwise:
            continue
        for wrong in wrong_values(schema):
            yield (
                f"{name} as {wrong!r}",
                at,
                few_rows(listing, setting(name, wrong)),
            )


def wrong_values(schema: dict[str, t.Any]) -> Iterator[object]:
    kinds = set(schema["type"] if isinstance(schema["type"], list) else [schema["type"]])
    examples = {"object": {"x": 1}, "array": [1], "string": "x", "boolean": True, "integer": 1}
    for name, example in examples.items():
        if name not in kinds and not (name == "integer" and "number" in kinds):
            yield example
    if "string" in kinds and "format" in schema:
        yield "01/02/2026"


def never_false(kind: records.NeverFalse) -> Bends:
    yield (
        "false",
        kind.listing.get,
        one_row(kind.listing, setting(kind.property, value=False)),
    )


def sent_when_false(kind: records.SentWhenFalse) -> Bends:
    def without(found: list[Row]) -> None:
        for row in found:
            if member(row, kind.property) is False:
                put(row, kind.property, NOTHING)

    yield "left out", kind.listing.get, rows(kind.listing, without)


def no_false(kind: records.NoFalse) -> Bends:
    yield "false", kind.listing.get, one_row(kind.listing, setting("isNew", value=False))
    yield (
        "false deep inside",
        kind.listing.get,
        one_row(kind.listing, setting("items", [{"isNew": False}])),
    )


def form_of(kind: records.FormOf) -> Bends:
    for wrong in ("x", 1, "2026-01-01T00:00:00+01:00"):
        yield (
            f"{wrong}",
            kind.listing.get,
            one_row(kind.listing, setting(kind.property, wrong)),
        )


def one_of(kind: records.OneOf) -> Bends:
    for wrong in ("somethingElse", 99):
        yield (
            f"{wrong}",
            kind.listing.get,
            one_row(kind.listing, setting(kind.property, wrong)),
        )


def without(kind: records.Without) -> Bends:
    yield (
        "there",
        kind.listing.get,
        one_row(kind.listing, setting(kind.property, [{"x": 1}])),
    )


def same_by_key(kind: records.SameByKey) -> Bends:
    at = kind.listing.get.where(filter=ANY)
    yield "changed", at, one_row(kind.listing, setting("text", "other"))
    yield "more", at, one_row(kind.listing, setting("new", 1))
    yield "no row", at, rows(kind.listing, lambda found: found.clear())
    yield "two rows", at, rows(kind.listing, lambda found: found.append(found[0]))
    yield "status 400", at, status(400)


_BENDS: dict[type, Callable[[t.Any], Bends]] = {
    answers.Accepted: accepted,
    answers.Alike: alike,
    answers.Empty: empty,
    answers.Header: headed,
    answers.PdfOf: pdf_of,
    answers.Refused: refused,
    answers.SharedHeader: shared,
    answers.WholeNumber: whole,
    listings.AscendingBy: ascending,
    listings.CountOf: count_of,
    listings.CursorOf: cursor_of,
    listings.Envelope: envelope,
    listings.FilteredBy: filtered,
    listings.LinkCarries: link,
    listings.PageOf: page_of,
    records.FormOf: form_of,
    records.NeverFalse: never_false,
    records.NoFalse: no_false,
    records.OneOf: one_of,
    records.SameByKey: same_by_key,
    records.SentWhenFalse: sent_when_false,
    records.Typed: typed,
    records.Without: without,
}
