"""Facts about single answers: statuses, errors, headers, bare values."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from http import HTTPStatus

from contract.asking import member
from contract.probe import UnanswerableError, contradict, masked

if t.TYPE_CHECKING:
    from contract.asking import Answer, Asker, Get, Listing


@dataclasses.dataclass(frozen=True)
class Accepted:
    """A request is answered with 200."""

    get: Get

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        ask.body(self.get)
        return []


@dataclasses.dataclass(frozen=True)
class Refused:
    """A request is answered with an error.

    Attributes:
        get: The request.
        status: The status.
        code: The member ``errorCode``.
        says: A part of the text of some member.
        members: Members that the body has.
        lacks: Members that it does not have.
        media_type: The type of the body.
        needs: A listing without whose rows the server does not get as far as to refuse.
    """

    get: Get
    status: int
    code: str | None = None
    says: str = ""
    members: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    media_type: str = ""
    needs: Listing | None = None

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        if self.needs:
            ask.some_rows(self.needs)
        answer = ask.answer(self.get)
        if answer.status == HTTPStatus.FORBIDDEN != self.status:
            msg = f"the grant may not read {self.get.path} (403)"
            raise UnanswerableError(msg)
        if answer.status != self.status:
            contradict(f"status {self.status}", f"status {answer.status}")
        self._check_body(answer)
        return []

    def _check_body(self, answer: Answer) -> None:
        body = answer.body if isinstance(answer.body, dict) else {}
        came_as = answer.headers.get("content-type", "")
        if not came_as.startswith(self.media_type):
            contradict(self.media_type, came_as or "no Content-Type")
        for name in self.members:
            if member(body, name) is None:
                contradict(f"a member {name}", "an error without it")
        for name in self.lacks:
            if member(body, name) is not None:
                contradict(f"no member {name}", "an error with it")
        if self.code and body.get("errorCode") != self.code:
            contradict(f"errorCode {self.code}", _code(body.get("errorCode")))
        if self.says not in str(answer.body):
            contradict(f'the words "{self.says}"', "an error without them")


def _code(came: object) -> str:
    """Return an error code as it came; it is a name of the API's, unless it is not one word."""
    is_word = isinstance(came, str) and re.fullmatch(r"\w{1,60}", came)
    return f"errorCode {came}" if is_word else f"errorCode {masked(came)}"


@dataclasses.dataclass(frozen=True)
class Header:
    """An answer, whatever its status, has a header of some form."""

    get: Get
    name: str
    pattern: str

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        value = ask.answer(self.get).headers.get(self.name.lower())
        if value is None:
            contradict(f"a header {self.name}", "an answer without it")
        if not re.fullmatch(self.pattern, value):
            contradict(f"{self.name} as {self.pattern}", masked(value))
        return []


@dataclasses.dataclass(frozen=True)
class PdfOf:
    """A request is answered with 200 and a PDF."""

    get: Get

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        body = ask.body(self.get)
        if not (isinstance(body, str) and body.startswith("%PDF-")):
            contradict("a body that begins with %PDF-", "another body")
        came_as = ask.answer(self.get).headers.get("content-type", "")
        if came_as.partition(";")[0] != "application/pdf":
            contradict("application/pdf", came_as or "no Content-Type")
        return []


@dataclasses.dataclass(frozen=True)
class SharedHeader:
    """Answers to several requests have the same value in a part of a header."""

    gets: tuple[Get, ...]
    name: str
    part: str

    def check(self, ask: Asker) -> list[str]:
        """Ask all."""
        values = []
        for get in self.gets:
            header = ask.answer(get).headers.get(self.name.lower(), "")
            found = re.search(self.part, header)
            if not found:
                contradict(f"{self.name} with {self.part}", masked(header))
            values.append(found[0])
        if len(set(values)) > 1:
            contradict("the same in all answers", " and ".join(values))
        return []


@dataclasses.dataclass(frozen=True)
class WholeNumber:
    """A body is a whole number and nothing around it; with ``most``, not above another one."""

    get: Get
    most: Get | None = None

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        number = self._number(ask, self.get)
        if self.most and not number < self._number(ask, self.most):
            contradict("a smaller number with the filter", "no smaller one")
        return []

    @staticmethod
    def _number(ask: Asker, get: Get) -> int:
        body = ask.body(get)
        if type(body) is not int:
            contradict("a whole number", masked(body))
        return body


@dataclasses.dataclass(frozen=True)
class Alike:
    """Two requests are answered with the same rows.

    Attributes:
        one: The first listing.
        other: The second.
        key: The property by which rows are compared.
    """

    one: Listing
    other: Listing
    key: str

    def check(self, ask: Asker) -> list[str]:
        """Ask both."""
        expected = [member(row, self.key) for row in ask.some_rows(self.one)]
        came = [member(row, self.key) for row in ask.rows(self.other)]
        if expected != came:
            contradict(
                f"the {len(expected)} rows of {self.one.get}", f"{len(came)} rows that differ"
            )
        return []


@dataclasses.dataclass(frozen=True)
class Empty:
    """A listing is answered with 200 and no rows."""

    listing: Listing

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        rows = ask.rows(self.listing)
        if rows:
            contradict("no rows", f"{len(rows)} rows")
        return []
