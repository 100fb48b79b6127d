"""Resources that are asked for once per row of another stream."""

from __future__ import annotations

import contextlib
import functools
import typing as t
from urllib.parse import quote

from typing_extensions import override

from tap_economic.client import EconomicStream
from tap_economic.errors import IncompleteError, NotFoundError
from tap_economic.question import Question

if t.TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from collections.abc import Set as AbstractSet

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import Page
    from tap_economic.question import Key
    from tap_economic.report import Findings

_PARENTS = 5
"""How many parents one reader walks, so that several can side by side."""

# How classic REST spells a key in a path (the vendor's documentation, "Self links"): an accounting
# year ``2023/2024`` is ``2023_6_2024``.
_CODES = {character: f"_{number}_" for number, character in enumerate("<>*%:&/\\_ ?.#+")}


class ParentKey(t.NamedTuple):
    """The key of a parent row, by its names.

    Attributes:
        placeholder: In the path.
        in_parent: In the parent's record.
        in_record: In the stream's own records, where it is put at the top.
    """

    placeholder: str
    in_parent: str
    in_record: str


class PerParentStream(EconomicStream):
    """Walks the rows of its parent in its own request loop; stands before the family's class.

    The SDK's parent and child streams would keep a bookmark and send a SCHEMA per parent.

    Attributes:
        parent: The stream whose rows it walks.
        parent_key: The key that leads from a parent's row to the stream's own.
    """

    parent: t.ClassVar[type[EconomicStream]]
    parent_key: t.ClassVar[ParentKey]

    @override
    def get_url(self, context: Context | None) -> str:
        key = self_link(str((context or {})[self.parent_key.in_record]))
        return self.url_base + self.path.replace(f"{{{self.parent_key.placeholder}}}", key)

    @property
    @override
    def outside_keys(self) -> frozenset[str]:
        return super().outside_keys | {self.parent_key.in_record}

    @override
    def pages(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        own = findings.of_part()
        for page in self.parent(self._tap).pages(Question(question.context), own):
            yield from self.below(page, question, findings)
        self.note_lacking(own, findings)
        self.check_vanished(question, findings)

    @override
    def preview(self, question: Question, findings: Findings) -> int | None:
        parent = self.parent(self._tap)
        first = parent.smallest(parent.first_query())
        rows = next(parent.one_by_one(question.context, first, findings)).records
        if rows:
            key = rows[0][self.parent_key.in_parent]
            super().preview(question.at(**{self.parent_key.in_record: key}), findings)
        return None

    def below(
        self, parents: Page, question: Question, findings: Findings
    ) -> Generator[Page, None, None]:
        """Yield what stands below a page of the parent's rows, in their order."""
        keys = [row[self.parent_key.in_parent] for row in parents.records]
        parts = [
            functools.partial(self._below_some, keys[start : start + _PARENTS], question, findings)
            for start in range(0, len(keys), _PARENTS)
        ]
        yield from self._tap.readers.in_order(parts)

    def _below_some(
        self, keys: Sequence[Key], question: Question, findings: Findings
    ) -> Generator[Page, None, None]:
        own = findings.of_part()
        for key in keys:
            yield from self._below_one(key, question, own)
        findings.add(own)

    def _below_one(
        self, key: Key, question: Question, findings: Findings
    ) -> Generator[Page, None, None]:
        here = question.at(**{self.parent_key.in_record: key})
        with contextlib.closing(super().pages(here, findings)) as pages:
            try:
                first = next(pages)
            except NotFoundError:  # it vanished between list and detail, or so it seems
                findings.vanished.add(key)
                return
            yield first
            yield from pages

    def note_lacking(self, parents: Findings, findings: Findings) -> None:
        """Pass on which parents lacked their key, or shared it: what stands below is missing."""
        for own, theirs in (
            (findings.keyless, parents.keyless),
            (findings.repeated, parents.repeated),
        ):
            own.update({f"{self.parent.name}.{name}": n for name, n in theirs.items()})

    def listed(
        self, keys: AbstractSet[Key], question: Question, findings: Findings
    ) -> AbstractSet[Key]:
        """Return those of the keys that the parents' listing holds now."""
        if not keys:
            return keys
        name = self.parent_key.in_parent
        pages = self.parent(self._tap).pages(Question(question.context), findings.of_part())
        return {row[name] for page in pages for row in page.records} & keys

    def check_vanished(self, question: Question, findings: Findings) -> None:
        """See that what answered 404 is not listed any more.

        Raises:
            IncompleteError: If it is.
        """
        lost = self.listed(findings.vanished, question, findings)
        if lost:
            msg = (
                f"{len(lost)} of {self.parent.name} are still listed, but e-conomic answered 404 "
                "for what stands below them; run again, and ask e-conomic if it stays so"
            )
            raise IncompleteError(msg)


def self_link(key: str) -> str:
    """Return a key as it is spelled in a path."""
    return quote("".join(_CODES.get(character, character) for character in key), safe="")
