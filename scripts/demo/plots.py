"""Plots as SVG, drawn by Vega-Lite."""

from __future__ import annotations

import typing as t

import vl_convert

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.demo.page import Bar

_WIDTH, _HEIGHT = 320, 180
_COLOURS = ["#9a6a00", "#00507a"]  # 4.5:1 against white at least; told apart without red and green


def svg(bars: Sequence[Bar]) -> str:
    """Return a bar chart, small enough to be read on a telephone.

    Args:
        bars: The bars; groups are drawn beside each other.
    """
    groups = list(dict.fromkeys(bar.group for bar in bars))
    names = list(dict.fromkeys(bar.name for bar in bars))
    place = {"field": "name", "type": "nominal", "sort": names, "title": None}
    spec = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": [bar._asdict() | {"amount": float(bar.amount)} for bar in bars]},
        "mark": "bar",
        "encoding": {
            "x": {**place, "axis": {"labelAngle": 0}},
            "xOffset": {"field": "group", "sort": groups},
            "y": {
                "field": "amount",
                "type": "quantitative",
                "title": None,
                "axis": {"format": "~s"},
            },
            "color": {
                "field": "group",
                "sort": groups,
                "title": None,
                "scale": {"range": _COLOURS[-len(groups) :]},
                "legend": {"orient": "top"} if len(groups) > 1 else None,
            },
        },
        "config": {"font": "sans-serif", "view": {"stroke": None}},
    }
    return vl_convert.vegalite_to_svg(spec)
