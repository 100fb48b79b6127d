"""Routing: from the path of a request to its resource."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from urllib.parse import unquote

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from economic_sandbox.apis.facts import Endpoint
    from economic_sandbox.resources.resource import Resource

# The escapes of the classic API's links, besides percent-encoding.
_LINK_CHARACTERS = r"<>*%:&/\_ ?.#+"
_LINK_ESCAPE = re.compile(r"_(1[0-3]|[0-9])_")


@dataclasses.dataclass(frozen=True)
class Route:
    """An endpoint and the resource that makes its rows."""

    endpoint: Endpoint
    resource: Resource


@dataclasses.dataclass
class Call:
    """A request with its route.

    Attributes:
        route: The route.
        placeholders: The path's placeholders, decoded, by the names of the resource.
        query: The decoded parameters in their order.
        url: The URL of the request, without parameters.
    """

    route: Route
    placeholders: dict[str, str]
    query: list[tuple[str, str]]
    url: str

    @property
    def key(self) -> tuple[t.Any, ...]:
        """The cache key of the rows."""
        return (self.route.resource, *self.placeholders.items())


class Router:
    """Routes by path; a literal segment takes precedence over a placeholder."""

    def __init__(self, fold: Callable[[str], str] = str) -> None:
        """Start without routes.

        Args:
            fold: Normalises segments before they are compared, such as ``str.lower``.
        """
        self._fold = fold
        self._routes: dict[int, list[tuple[list[str], Route]]] = {}

    def add(self, path: str, route: Route) -> None:
        """Add a route; the placeholders in the path are those of its resource."""
        segments = path.strip("/").split("/")
        routes = self._routes.setdefault(len(segments), [])
        routes.append((segments, route))
        routes.sort(key=lambda known: [segment.startswith("{") for segment in known[0]])

    def find(self, segments: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path and the values of its placeholders."""
        for expected, route in self._routes.get(len(segments), []):
            placeholders = self._match(expected, segments)
            if placeholders is not None:
                return route, placeholders
        return None

    def _match(self, expected: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
        placeholders = {}
        for pattern, segment in zip(expected, segments, strict=True):
            if pattern.startswith("{"):
                placeholders[pattern.strip("{}")] = segment
            elif self._fold(pattern) != self._fold(segment):
                return None
        return placeholders


def classic_segment(segment: str) -> str:
    """Decode a segment of the classic API: percent-encoding, then escapes such as ``_6_``."""
    return _LINK_ESCAPE.sub(lambda match: _LINK_CHARACTERS[int(match[1])], unquote(segment))
