"""Generated files: finding and writing stale ones."""

from __future__ import annotations

import sys
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Lines: t.TypeAlias = Callable[[], Iterable[str]]

_COMMENTS = {".md": ("<!--", "-->"), ".yml": ("#", "")}


class GenerationError(Exception):
    """The inputs of a generated file are inconsistent."""


class Output(t.NamedTuple):
    """A generated file, or a folder whose files of one kind are all generated.

    Attributes:
        path: The path, relative to the root of the project.
        make: Returns the text of the file, or the texts of the folder's files by name.
        needs: The folder that it is generated from, if that may be missing.
    """

    path: str
    make: Callable[[], str | dict[str, str]]
    needs: Path | None = None


def update(outputs: Iterable[Output], root: Path, *, check: bool) -> bool:
    """Write stale files and remove obsolete ones; return whether all are up to date.

    Args:
        outputs: The outputs; each is written before the next one is generated.
        root: The folder of the project.
        check: Whether to report stale files instead of writing them.
    """
    is_current = True
    for output in outputs:
        if output.needs and not output.needs.is_dir():
            print(f"Skipped {output.path}: {output.needs} does not exist.")
            continue
        try:
            changes = list(_changes(output, root))
        except GenerationError as error:
            print(error, file=sys.stderr)
            is_current = False
            continue
        for file, text in changes:
            name = file.relative_to(root).as_posix()
            if check:
                does = "removes" if text is None else "writes"
                print(f"{name} is stale: `make docs` {does} it.", file=sys.stderr)
                is_current = False
            elif text is None:
                file.unlink()
                print(f"Removed {name}.")
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
                print(f"Wrote {name}.")
    return is_current


def _changes(output: Output, root: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield the stale files with their new contents; None for obsolete files."""
    path = root / output.path
    made = output.make()
    texts = {"": made} if isinstance(made, str) else made
    fresh = {path / name: text for name, text in texts.items()}
    kinds = {file.suffix for file in fresh}
    there = {file for file in path.rglob("*") if file.suffix in kinds}
    for file in sorted({*fresh, *there}):
        text = file.read_text("utf-8") if file.exists() else None
        if fresh.get(file) != text:
            yield file, fresh.get(file)


def with_parts(file: Path, **parts: Lines) -> str:
    """Return the new contents of a file with generated parts.

    Args:
        file: The file, which has two marker lines around each part.
        parts: Functions that yield the lines of each part, by the name in its markers.

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
