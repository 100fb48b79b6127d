"""An API whose every answer a test writes by hand, over a real socket."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import sys
import threading
import time
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import override

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]

    def parameter(self, name: str, default: str | None = None) -> str | None:
        """Return a parameter that was sent at most once."""
        values = [value for key, value in self.query if key == name]
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else default


@dataclasses.dataclass(frozen=True)
class Answer:
    """An answer: a body, or anything that becomes JSON."""

    body: t.Any = None
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    first_pause: float = 0
    """Seconds before each byte of what stands before the body."""
    pause: float = 0
    """Seconds before each byte of the body."""

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # five by default: fewer than the readers of a run

    @override
    def handle_error(self, *connection: t.Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # the client went away
            super().handle_error(*connection)


class ScriptedApi:
    """Serves what a function says, and remembers what was requested."""

    def __init__(
        self, answer: Callable[[Request], Answer], tls: ssl.SSLContext | None = None
    ) -> None:
        self.requests: list[Request] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body at once: apart, they wait for the client's delayed ACK

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                request = Request(
                    parts.path,
                    parse_qsl(parts.query, keep_blank_values=True),
                    dict(self.headers.items()),
                )
                script.requests.append(request)
                reply = answer(request)
                out, self.wfile = self.wfile, io.BytesIO()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.content)))
                self.end_headers()
                head, self.wfile = self.wfile.getvalue(), out
                with contextlib.suppress(ConnectionError):  # the tap need not wait for the end
                    self._write(head, reply.first_pause)
                    self._write(reply.content, reply.pause)
                if "Content-Length" in reply.headers:
                    self.close_connection = True

            def _write(self, content: bytes, pause: float) -> None:
                pieces = [bytes([byte]) for byte in content] if pause else [content]
                for piece in pieces:
                    time.sleep(pause)
                    self.wfile.write(piece)
                    if pause:
                        self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        scheme = "http"
        if tls is not None:
            scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def requested(self, path: str) -> list[Request]:
        """Return the requests for one path."""
        return [request for request in self.requests if request.path == path]


Serve: t.TypeAlias = "Callable[[Callable[[Request], Answer]], ScriptedApi]"


def with_self(answer: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """Answer /self, and leave the rest to the test."""
    return lambda request: SELF if request.path == "/rest/self" else answer(request)


def with_count(
    count: int | None, answer: Callable[[Request], Answer]
) -> Callable[[Request], Answer]:
    """Answer /count of an OpenAPI service, and leave the rest to the test; None is a 404."""
    counted = Answer({"title": "Not Found"}, status=404) if count is None else Answer(count)
    return lambda request: counted if request.path.endswith("/count") else answer(request)


def collection(
    rows: list[dict[str, t.Any]], *, next_page: str | None = None, count: int | None = None
) -> Answer:
    """Return a page of classic REST, which counts its own rows unless told otherwise."""
    pagination: dict[str, t.Any] = {"results": len(rows) if count is None else count}
    if next_page is not None:
        pagination["nextPage"] = next_page
    return Answer({"collection": rows, "pagination": pagination})


def items(rows: list[dict[str, t.Any]], *, cursor: str | None = None) -> Answer:
    """Return a page of a cursor listing."""
    return Answer({"items": rows} if cursor is None else {"items": rows, "cursor": cursor})


def customers(*numbers: int) -> list[dict[str, t.Any]]:
    """Return rows of classic REST."""
    return [{"customerNumber": number} for number in numbers]


def projects(number: int) -> list[dict[str, t.Any]]:
    """Return rows of an OpenAPI service, numbered from 1."""
    return [{"number": n} for n in range(1, number + 1)]


SELF = Answer({"agreementNumber": 111111, "company": {"name": "Testfirma ApS"}})

CUSTOMERS = "/rest/customers"
SUPPLIERS = "/rest/suppliers"


def customers_answer(answers: list[Answer]) -> Callable[[Request], Answer]:
    """Answer /self, a list of one supplier, and for customers the given answers in turn."""

    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return SELF
        if request.path == CUSTOMERS:
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return collection([{"supplierNumber": 1}])

    return answer


ONE_CUSTOMER = collection([{"customerNumber": 1}])
