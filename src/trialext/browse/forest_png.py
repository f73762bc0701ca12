"""Forest plots as PNG, by matplotlib: for documents that take no SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..model import RATIOS
from .forest import Line, axis_for, by_endpoint
from .forest_svg import clip_text

__all__ = ["FontMissing", "write_png"]

CJK_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "SimHei", "SimSun"),
    *("Noto Sans CJK JP", "Noto Serif CJK SC", "Droid Sans Fallback", "AR PL UMing CN", "Arial Unicode MS"),
)


class FontMissing(RuntimeError):
    """No font here holds the characters of the labels; the message names packages."""


def _fonts(text: str) -> list[str]:
    """Return the fonts to draw `text` with: the second is there for what the first lacks."""
    from matplotlib import font_manager

    first = "DejaVu Sans"
    chars = {ord(c) for c in text if not c.isspace() and c.isprintable()}
    have = font_manager.get_font(font_manager.findfont(first)).get_charmap()
    missing = chars - have.keys()
    if not missing:
        return [first]
    there = {f.name: f.fname for f in font_manager.fontManager.ttflist}
    best = ""
    for name in CJK_FONTS:
        if name not in there:
            continue
        held = font_manager.get_font(there[name]).get_charmap().keys()
        if missing <= held:
            return [first, name]
        best = best or name
    if best:  # a rare character stays a box, the others are drawn
        return [first, best]
    signs = "".join(map(chr, sorted(missing)[:6]))
    raise FontMissing(
        f"no font here can draw {signs}; install one (Debian: apt-get install fonts-wqy-microhei or fonts-noto-cjk; "
        "Fedora: dnf install google-noto-sans-cjk-fonts) or write SVG, which uses the fonts of the reader"
    )


def write_png(
    lines: Sequence[Line],
    path: Path,
    *,
    title: str,
    captions: tuple[str, str] = ("← lower in the first group", "higher in the first group →"),
    dpi: int = 200,
) -> None:
    """Draw a forest plot into a PNG file.

    Parameters
    ----------
    lines : sequence of Line
        Of one measure, at least one.
    path : path
    title : str
    captions : (str, str)
        Under the axis, left and right of no difference.
    dpi : int

    Raises
    ------
    ImportError
        Without matplotlib.
    FontMissing
        When Chinese labels cannot be drawn.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    groups = by_endpoint(lines)
    labels = " ".join(
        (title, *captions, *(f"{x.label}{x.detail}{x.endpoint}{' '.join(d for d, _ in x.sources)}" for x in lines))
    )
    family = _fonts(labels)
    axis = axis_for(lines, lines[0].measure in RATIOS)
    height = len(lines) + 1.3 * len(groups)
    figure = Figure(figsize=(10.5, 1.1 + 0.4 * height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.37, 0.62 / (1.1 + 0.4 * height), 0.33, 1 - 1.02 / (1.1 + 0.4 * height)))
    axes.set_xscale("log" if axis.log else "linear")
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.set_xticks(axis.ticks, [f"{t:g}" for t in axis.ticks], fontsize=8, family=family)
    axes.minorticks_off()
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.axvline(axis.neutral, color="#8a97a2", linewidth=1, linestyle=(0, (4, 3)))
    y = 0.0
    for endpoint, group in groups:
        y += 0.9
        name = f"{endpoint.removeprefix('other:')} · {lines[0].measure}"
        _text(axes, -1.1, y, name, family, size=10, weight="bold")
        y += 0.4
        for line in group:
            _draw(axes, line, axis, y + 0.4, family)
            y += 1.0
    _text(axes, -1.1, -0.25, title, family, size=11, weight="bold")
    _text(
        axes,
        0.5,
        0.0,
        "   |   ".join(captions),
        family,
        size=7.5,
        colour="#5c6b77",
        ha="center",
        down=26,
    )
    figure.savefig(path, dpi=dpi, facecolor="white", metadata={"Title": title, "Software": "trialext"})


def _text(
    axes: Any,
    x: float,
    y: float,
    text: str,
    family: list[str],
    *,
    size: float,
    weight: str = "normal",
    colour: str = "#1c2b36",
    ha: str = "left",
    down: float = 0.0,
) -> None:
    place: Any = axes.get_yaxis_transform()
    options = {
        "fontsize": size,
        "family": family,
        "fontweight": weight if len(family) == 1 else "normal",
        "color": colour,
        "ha": ha,
        "va": "center",
    }
    text = text.replace("$", r"\$")  # else it begins a formula
    if down:
        axes.annotate(
            text,
            (x, y),
            (0, -down),
            xycoords="axes fraction",
            textcoords="offset points",
            annotation_clip=False,
            **options,
        )
    else:
        axes.text(x, y, text, transform=place, clip_on=False, **options)


def _draw(axes: Any, line: Line, axis: Any, y: float, family: list[str]) -> None:
    if line.low is not None and line.high is not None:
        low, high = max(line.low, axis.low), min(line.high, axis.high)
        axes.plot([low, high], [y, y], color="#33526e", linewidth=1.3, solid_capstyle="butt")
        for bound, end, sign in ((line.low, low, "<"), (line.high, high, ">")):
            axes.plot([end], [y], sign if bound != end else "|", color="#33526e", markersize=4)
    face = "#ffffff" if line.flagged else "#1f6f8b"
    edge = "#b3261e" if line.flagged else "#1f6f8b"
    at = min(max(line.value, axis.low), axis.high)
    axes.plot([at], [y], "s", markersize=5.5, markerfacecolor=face, markeredgecolor=edge)
    _text(axes, -1.1, y - 0.17, clip_text(line.label, 9, 235), family, size=9)
    _text(axes, -1.1, y + 0.22, clip_text(line.detail, 7, 235), family, size=7, colour="#5c6b77")
    _text(axes, 1.05, y, line.text, family, size=9)
    names = ", ".join(dict.fromkeys(d for d, _ in line.sources))
    _text(axes, 1.47, y, clip_text(names, 7, 112), family, size=7, colour="#5c6b77")
