"""The imports between the packages of the tap and of the sandbox, as Mermaid diagrams."""

from __future__ import annotations

import typing as t

import grimp

if t.TYPE_CHECKING:
    from collections.abc import Iterator


def diagram(package: str) -> Iterator[str]:
    """Yield a diagram of the imports between the parts of a package.

    Transitive imports are omitted, so that the arrows show the layers.
    """
    graph = grimp.build_graph(package)
    parts = {part: part.removeprefix(f"{package}.") for part in graph.find_children(package)}
    for part in parts:
        graph.squash_module(part)
    imports = {
        part: (graph.find_modules_directly_imported_by(part) & set(parts)) - {part}
        for part in parts
    }
    yield "```mermaid"
    yield "flowchart TD"
    for part in sorted(parts):
        below = imports[part]
        indirect = {lower for middle in below for lower in graph.find_upstream_modules(middle)}
        for lower in sorted(below - indirect):
            yield f"    {_node(parts[part])} --> {_node(parts[lower])}"
    yield "```"


def _node(name: str) -> str:
    return name.strip("_")
