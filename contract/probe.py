"""A probe: one fact about the APIs, how to ask for it, and what rests on it."""

from __future__ import annotations

import dataclasses
import re
import typing as t

if t.TYPE_CHECKING:
    from contract.asking import Asker


class ContradictedError(Exception):
    """The answer is not what the fact says.

    Attributes:
        expected: What the fact says.
        came: What came instead, with its values masked.
    """

    def __init__(self, expected: str, came: str) -> None:
        """Keep both."""
        super().__init__(f"expected {expected}, but {came} came")
        self.expected = expected
        self.came = came


def contradict(expected: str, came: str) -> t.NoReturn:
    """Say that an answer contradicts a fact.

    Args:
        expected: What the fact says.
        came: What came instead, with its values masked.

    Raises:
        ContradictedError: Always.
    """
    raise ContradictedError(expected, came)


class UnanswerableError(Exception):
    """The agreement cannot answer the question: a reason, such as that it has no such rows."""


class Kind(t.Protocol):
    """How to ask for facts of one kind, with what one fact is about as attributes."""

    def check(self, ask: Asker) -> list[str]:
        """Ask, and check the answers.

        Returns:
            What else is worth knowing, such as undeclared properties.

        Raises:
            ContradictedError: The answers contradict the fact.
            UnanswerableError: The agreement cannot answer.
        """


@dataclasses.dataclass(frozen=True)
class Probe:
    """One fact.

    Attributes:
        name: The fact as a sentence; unique.
        kind: How it is asked for.
        source: The section of the vendor's documentation, or another public source.
        rests: What relies on it: a dotted name in ``tap_economic`` or ``economic_sandbox``.
        confirmed: When an answer of e-conomic confirmed it (a year, month or day), if ever.
        either_way: The test that the tap is right, or says that it is not, also if the fact is
            wrong: ``tests/file.py::name``; for facts that were never confirmed.
    """

    name: str
    kind: Kind
    source: str
    rests: str
    confirmed: str | None = None
    either_way: str | None = None

    @property
    def kind_name(self) -> str:
        """The kind in words: ``SortedBy`` is "sorted by"."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self.kind).__name__).lower()


def masked(value: object) -> str:
    """Return the form of a value without its content: ``"Xxxxx 99"``, and types of others."""
    if isinstance(value, str):
        form = re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", value))
        return f'"{form[:40]}…"' if len(form) > 40 else f'"{form}"'  # noqa: PLR2004 - readable
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    names: dict[type, str] = {dict: "an object", list: "an array", int: "an integer"}
    return names.get(type(value), "a number with decimals")
