"""Generated files: which of them are stale, and writing those."""

from __future__ import annotations

import sys
import typing as t

import requests

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Lines: t.TypeAlias = Callable[[], Iterable[str]]

_COMMENTS = {".md": ("<!--", "-->"), ".yml": ("#", "")}


class GenerationError(Exception):
    """What something is generated from does not fit together."""


class Output(t.NamedTuple):
    """A file that is generated, or a folder all of whose JSON files are.

    Attributes:
        path: Where it is, from the root of the project.
        make: Returns the file's text, or the texts of the folder's files by their names.
        needs: The folder that it is made from, if that may be missing.
        can_fetch: Whether the vendor's site has what it needs too: the newest version of it, so
            that this is to write from and not to check with.
    """

    path: str
    make: Callable[[], str | dict[str, str]]
    needs: Path | None = None
    can_fetch: bool = False


def update(outputs: Iterable[Output], root: Path, *, check: bool) -> bool:
    """Write what is stale and remove what is generated no more; tell whether all is well.

    Args:
        outputs: What is generated; each is written before the next one is made.
        root: The folder of the project.
        check: Whether to say what is stale instead, which then is not well.
    """
    is_well = True
    for output in outputs:
        if output.needs and not output.needs.is_dir() and (check or not output.can_fetch):
            print(f"Skipped {output.path}: {output.needs} does not exist.")
            continue
        try:
            changes = list(_changes(output, root))
        except (GenerationError, requests.RequestException) as error:
            print(error, file=sys.stderr)
            is_well = False
            continue
        for file, text in changes:
            name = file.relative_to(root).as_posix()
            if check:
                does = "removes" if text is None else "writes"
                print(f"{name} is stale: `make docs` {does} it.", file=sys.stderr)
                is_well = False
            elif text is None:
                file.unlink()
                print(f"Removed {name}.")
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
                print(f"Wrote {name}.")
    return is_well


def _changes(output: Output, root: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield the files that are stale with what they should hold, None where nothing."""
    path = root / output.path
    made = output.make()
    texts = {"": made} if isinstance(made, str) else made
    fresh = {path / name: text for name, text in texts.items()}
    for file in sorted({*fresh, *path.rglob("*.json")}):
        there = file.read_text("utf-8") if file.exists() else None
        if fresh.get(file) != there:
            yield file, fresh.get(file)


def with_parts(file: Path, **parts: Lines) -> str:
    """Return what a file should hold, some parts of which are generated.

    Args:
        file: The file, which has two marker lines around each part.
        parts: What makes the lines of each part, by the name in its markers.

    Raises:
        GenerationError: If a marker is missing.
    """
    text = file.read_text("utf-8")
    opening, closing = _COMMENTS[file.suffix]
    for name, make in parts.items():
        begin, end = (
            f"{opening} {word} {name} (make docs) {closing}".rstrip() for word in ("begin", "end")
        )
        before, found_begin, rest = text.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            msg = f"{file.name} must have the lines {begin!r} and {end!r}."
            raise GenerationError(msg)
        indent = before.rpartition("\n")[2]
        text = "\n".join([before + begin, *make(), indent + end]) + after
    return text
