"""Plots as SVG, written out by hand: bars, and lines of how something grows."""

from __future__ import annotations

import typing as t
from xml.sax.saxutils import escape

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WIDTH = 760
_LEFT = 250
_RIGHT = 110
_BAR = 26
_GAP = 12
_TOP = 44
_OWN = "#0b6e99"
_OTHERS = ("#9aa5ad", "#c2c9ce")
_INK = "#24292f"
_STEPS = (1, 2, 2.5, 5, 10)


class Bar(t.NamedTuple):
    """One bar: a median, with the range of all runs as a thin line.

    Attributes:
        title: What it is.
        value: The median.
        low: The lowest run.
        high: The highest run.
        shown: The median as it is written.
        own: Whether it is the tap itself.
    """

    title: str
    value: float
    low: float
    high: float
    shown: str
    own: bool


class Line(t.NamedTuple):
    """One line: what a program takes for more and more rows.

    Attributes:
        title: Whose it is.
        points: Rows, and what they took.
        own: Whether it is the tap itself.
    """

    title: str
    points: Sequence[tuple[float, float]]
    own: bool


def bars(title: str, shown: Sequence[Bar]) -> str:
    """Draw bars below each other.

    Args:
        title: What is shown, with its unit.
        shown: The bars, in their order.
    """
    longest = max(bar.high for bar in shown)
    scale = (_WIDTH - _LEFT - _RIGHT) / (longest or 1)
    parts: list[str] = []
    for place, bar in enumerate(shown):
        top = _TOP + place * (_BAR + _GAP)
        middle = top + _BAR / 2
        width, low, high = bar.value * scale, bar.low * scale, bar.high * scale
        colour = _OWN if bar.own else _OTHERS[0]
        parts += [
            _text(_LEFT - 10, middle + 5, bar.title, anchor="end"),
            f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<path d="M{_LEFT + low:.1f} {middle}H{_LEFT + high:.1f}" stroke="{_INK}"/>',
            _text(_LEFT + max(width, high) + 8, middle + 5, bar.shown),
        ]
    return _svg(title, _TOP + len(shown) * (_BAR + _GAP) + 8, parts)


def lines(title: str, shown: Sequence[Line]) -> str:
    """Draw lines over the number of rows; both axes begin at 0, so that straight is straight.

    Args:
        title: What is shown, with its unit.
        shown: The lines.
    """
    height, left, right = 320, 70, 190
    far = max(x for line in shown for x, _ in line.points)
    ticks = list(_ticks(max(y for line in shown for _, y in line.points)))
    across, up = (_WIDTH - left - right) / far, (height - _TOP - 40) / ticks[-1]
    bottom = height - 40
    parts: list[str] = []
    for tick in ticks:
        level = bottom - tick * up
        parts += [
            f'<path d="M{left} {level:.1f}H{_WIDTH - right}" stroke="#d0d7de"/>',
            _text(left - 8, level + 5, f"{tick:g}", anchor="end"),
        ]
    for x in (0, *(x for x, _ in shown[0].points)):
        # The smaller ones stand too close to 0 to be written.
        label = f"{x:,.0f}" if x in {0, far} or x * across > 40 else ""  # noqa: PLR2004 - pixels
        parts.append(_text(left + x * across, bottom + 22, label, anchor="middle"))
    for number, line in enumerate(shown):
        colour = _OWN if line.own else _OTHERS[number % len(_OTHERS)]
        points = [(left + x * across, bottom - y * up) for x, y in line.points]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        parts.append(_text(points[-1][0] + 10, points[-1][1] + 5, line.title))
    return _svg(title, height, parts)


def _ticks(highest: float) -> Iterator[float]:
    """Yield four to eight round numbers, from 0 to beyond the highest value."""
    magnitude = 10.0 ** len(str(int(highest))) / 100
    while True:
        for factor in _STEPS:
            step = magnitude * factor
            if highest / step <= 6:  # noqa: PLR2004 - steps
                yield from (step * n for n in range(int(-(-highest // step)) + 1))
                return
        magnitude *= 10


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, height: float, parts: Iterable[str]) -> str:
    name = escape(title)
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    font = f'font-family="system-ui, sans-serif" font-size="14" fill="{_INK}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {font}>',
            f"<title>{name}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            f'<text x="16" y="26" font-weight="600">{name}</text>',
            *parts,
            "</svg>\n",
        ]
    )
