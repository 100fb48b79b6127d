"""Bodies that no server should send, as bytes: JSON that is odd, and what is none."""

from __future__ import annotations

import json
import typing as t

from hypothesis import strategies as st

if t.TYPE_CHECKING:
    from collections.abc import Sequence

# What stands where a value should.
ODD = (
    b"null",
    b"true",
    b"false",
    b"0",
    b"-0",
    b"-1",
    b"7",
    b"7.0",
    b"0.10",
    b"1e2",
    b"1E400",
    b"-1e-400",
    b"1E+999999999",
    b"9007199254740993",
    b"9223372036854775807",
    b"9223372036854775808",
    b"1" + b"0" * 400,
    b"0." + b"3" * 400,
    b"NaN",
    b"Infinity",
    b"01",
    b"+1",
    b'""',
    b'"7"',
    b'"true"',
    b'"NaN"',
    b'"Infinity"',
    b'"-Infinity"',
    b'"1e5"',
    b'"2026-02-30"',
    b'"2026-08-01"',
    b'"2026-08-01T00:00:00"',
    b'"2026-08-01T25:00:00Z"',
    b'"0000-00-00"',
    rb'"\u0000"',
    rb'"a\u0000b"',
    rb'"\ud800"',
    rb'"\udc00\ud800"',
    rb'"\ud83d\ude00"',
    rb'"\ufeff"',
    b'"\xef\xbb\xbf"',
    b'"\xff\xfe"',
    b'"\xed\xa0\x80"',
    b'"a\nb"',
    rb'"\u2028\r\n\t"',
    '"\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}"'.encode(),
    b'"' + b"x" * 70_000 + b'"',
    b'"' + "\N{SNOWMAN}".encode() * 9_000 + b'"',
    b"[]",
    b"{}",
    b"[[]]",
    b"[null]",
    b'{"a": 1, "a": 2}',
    b"[" * 300 + b"]" * 300,
    b"[" * 3_000 + b"]" * 3_000,
    b'{"a":' * 300 + b"1" + b"}" * 300,
    b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
    b"",
    b"}",
)
_texts = st.text(max_size=20).map(lambda text: json.dumps(text).encode())
_numbers = st.floats().map(lambda number: json.dumps(number).encode()) | st.integers().map(
    lambda number: str(number).encode()
)


def _array(values: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(values) + b"]"


def _object(members: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"{" + b",".join(name + b":" + value for name, value in members) + b"}"


def values(names: Sequence[str]) -> st.SearchStrategy[bytes]:
    """Any value, whose objects have members of these names, one or another twice."""
    key = st.sampled_from([json.dumps(name).encode() for name in names]) | _texts
    return st.recursive(
        st.sampled_from(ODD) | _texts | _numbers,
        lambda inner: (
            st.lists(inner, max_size=4).map(_array)
            | st.lists(st.tuples(key, inner), max_size=4).map(_object)
        ),
        max_leaves=6,
    )


def rows(names: Sequence[str], keys: Sequence[str]) -> st.SearchStrategy[bytes]:
    """A row with its keys, in which a value or two is odd."""
    key = st.sampled_from([json.dumps(name).encode() for name in names])
    odd = st.lists(st.tuples(key, values(names)), max_size=2)
    good = [(json.dumps(name).encode(), b"1") for name in keys]
    return st.tuples(st.booleans(), odd).map(
        lambda drawn: _object([*good, *drawn[1]] if drawn[0] else [*drawn[1], *good])
    )


def pages(names: Sequence[str], keys: Sequence[str]) -> st.SearchStrategy[bytes]:
    """A page of either API, an array or an object, with odd rows."""
    several = st.lists(rows(names, keys), min_size=1, max_size=3).map(_array)
    return several.flatmap(
        lambda array: st.sampled_from(
            [
                b'{"collection":' + array + b',"pagination":{"results":1}}',
                b'{"collection":' + array + b',"pagination":{}}',
                b'{"items":' + array + b"}",
                array,
                array[1:-1],
            ]
        )
    )


def envelopes(names: Sequence[str]) -> st.SearchStrategy[bytes]:
    """An envelope that is none."""
    members = ("collection", "pagination", "items", "cursor", "results", "nextPage", *names[:3])
    return values(members) | st.lists(
        st.tuples(
            st.sampled_from([json.dumps(name).encode() for name in members]), values(members)
        ),
        max_size=4,
    ).map(_object)


@st.composite
def torn(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """A body with a part left out, put in, or cut off."""
    body = draw(whole)
    at = draw(st.integers(0, len(body)))
    return draw(
        st.sampled_from([body[:at], body[at:], body[:at] + body[at + 1 :]])
        | st.binary(min_size=1, max_size=4).map(lambda more: body[:at] + more + body[at:])
    )


def bodies(names: Sequence[str], keys: Sequence[str]) -> st.SearchStrategy[bytes]:
    """Anything of the above."""
    page = pages(names, keys)
    bom = page.map(lambda body: b"\xef\xbb\xbf" + body)
    return page | envelopes(names) | torn(page) | bom | st.binary(max_size=40)
