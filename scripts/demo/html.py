"""The page as one HTML file, which needs nothing else."""

from __future__ import annotations

import typing as t
from html import escape

from scripts.demo import plots
from scripts.demo.page import Title

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.demo.page import Part, Row, Table

_STYLE = """
:root { color-scheme: light }
body { font: 16px/1.45 system-ui, sans-serif; color: #1b1b1b; background: #fff;
  max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
figure { margin: 1rem 0 } svg { max-width: 100%; height: auto }
.scroll { overflow-x: auto } .scroll:focus-visible { outline: 3px solid #00507a }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
th, td { padding: .15rem .5rem; text-align: left; border-bottom: 1px solid #ddd }
thead th { border-bottom: 2px solid #555; vertical-align: bottom }
tbody th { font-weight: 400; min-width: 4.5rem } td.text { min-width: 12rem }
thead th:first-child, tbody th { position: sticky; left: 0; background: #fff }
.total > * { font-weight: 600; border-bottom-color: #555 }
.number, .control, .right, .wrong { text-align: right; white-space: nowrap }
.control, .note { color: #555 } .right { color: #00662e } .wrong { color: #b00020 }
@media print { body { padding: 0; font-size: 10px } .scroll { overflow: visible }
  section { break-inside: avoid } }
"""


def document(parts: Sequence[Part]) -> str:
    """Return the page.

    Args:
        parts: Its parts, the title first.
    """
    title = next(part.text for part in parts if isinstance(part, Title))
    body = "\n".join(_element(part) for part in parts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _element(part: Part) -> str:
    if isinstance(part, Title):
        return f"<h1>{escape(part.text)}</h1>"
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    return "\n".join(_section(part))


def _section(table: Table) -> Iterator[str]:
    title = escape(table.title)
    yield f"<section>\n<h2>{title}</h2>"
    if table.bars:
        # The table below has the numbers.
        drawn = plots.svg(table.bars)
        named = drawn.replace("<svg ", f'<svg role="img" aria-label="{title}, as a bar chart" ', 1)
        yield f"<figure>{named}</figure>"
    # What scrolls can be reached with the keyboard.
    yield f'<div class="scroll" role="region" aria-label="{title}" tabindex="0">'
    yield f'<table aria-label="{title}">\n<thead>\n<tr>'
    for column, heading in enumerate(table.columns):
        kind = "number" if table.is_numeric(column) else "text"
        yield f'<th scope="col" class="{kind}">{escape(heading)}</th>'
    yield "</tr>\n</thead>\n<tbody>"
    yield from map(_row, table.rows)
    yield "</tbody>\n</table>\n</div>"
    if table.note:
        yield f'<p class="note">Control: {escape(table.note)}.</p>'
    yield "</section>"


def _row(row: Row) -> str:
    (name, _), *others = row.texts
    cells = "".join(f'<td class="{kind}">{escape(text)}</td>' for text, kind in others)
    opening = '<tr class="total">' if row.is_total else "<tr>"
    return f'{opening}<th scope="row">{escape(name)}</th>{cells}</tr>'
