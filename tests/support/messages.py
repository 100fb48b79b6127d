"""The sentences in the code of the tap that a user may read, as patterns."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import tap_economic

if t.TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(tap_economic.__file__).parent
# Keywords of settings and options, whose texts are in the docs already.
_DOCUMENTED = frozenset({"description", "help", "title"})
# Calls whose texts are no messages of what went wrong: progress, prompts, types.
_PROGRESS = frozenset({"cast", "debug", "info", "prompt"})
_PLACEHOLDER = re.compile(r"%(?:\.\d+)?[sdf]|\{\w+\}")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Message(t.NamedTuple):
    """A text in the code.

    Attributes:
        where: The module and line.
        text: The text, with ``{}`` where something is filled in.
    """

    where: str
    text: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """A pattern of the text, with anything in its placeholders."""
        return re.compile(".*".join(re.escape(part) for part in self.text.split("{}")))


def messages(package: Path = PACKAGE, *, words: int = 2) -> Iterator[Message]:
    """Yield every text in the code that is not documentation or progress.

    How a text reaches the user (raised, logged, returned, joined to others) does not matter, so
    that a new way is not overlooked.

    Args:
        package: The folder of the code.
        words: The fewest words of a text, so that names are left out.
    """
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package).as_posix()
        for node in _expressions(ast.parse(file.read_text("utf-8"))):
            text = _text(node)
            if " " in text and len(_WORD.findall(text)) >= words:
                yield Message(f"{name}:{node.lineno}", text)


def _expressions(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield the strings below a node, whole f-strings as one."""
    if isinstance(node, ast.JoinedStr):
        yield node
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _expressions(part.value)
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
        return
    described: list[ast.AST] = []
    if isinstance(node, ast.Dict):  # a JSON schema
        described = [
            value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and key.value in _DOCUMENTED
        ]
    for child in ast.iter_child_nodes(node):
        if child not in described and not _is_documentation(child):
            yield from _expressions(child)


def _is_documentation(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):  # a docstring, of an attribute too
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.keyword):
        return node.arg in _DOCUMENTED
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in _PROGRESS
    return False


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return _PLACEHOLDER.sub("{}", str(node.value))
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
    )
