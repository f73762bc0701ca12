"""Write what benchmarks/run.py measured: figures as JSON, a page and a plot.

usage: report.py [DIR]    writes the page and the plot of DIR/performance.json again
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

__all__ = ["write"]

Figures = dict[str, Any]

COLLECTIONS = {
    "en_abstracts": "abstracts of randomised trials, English (evidence-inference)",
    "en_reviews": "evidence reviews on cancer treatment, English (NCI PDQ)",
    "zh_guidelines": "treatment guidelines, Chinese",
    "zh_papers": "papers with statistics, Chinese, read by OCR (ChinaXiv)",
    "corpus": "the corpus of this repository, Chinese and English",
}

GROWTH = {
    "document": ("One document of growing size", "size", "seconds per million characters"),
    "documents": ("A growing number of documents", "abstracts", "milliseconds per abstract"),
    "lexicon": ("A growing lexicon", "phrases in a further pack", "seconds for the same abstracts"),
}


def write(figures: Figures, out: Path) -> None:
    """Write performance.json, performance.md and performance.svg into `out`."""
    (out / "performance.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (out / "performance.md").write_text("\n".join(page(figures)) + "\n", "utf-8")
    if figures.get("speed"):
        (out / "performance.svg").write_text(plot(figures["speed"]), "utf-8")


def page(figures: Figures) -> list[str]:
    """Return the lines of the page; what was not measured is left out."""
    lines = [
        "# Performance",
        "",
        "Made by `make bench`; do not edit. Figures move with the machine; the ratios, medians of "
        f"{figures.get('rounds', 1)} interleaved rounds on fresh texts (one core, processor time), are what counts.",
        f"Python {figures.get('python')} on {figures.get('machine')}.",
    ]
    if not figures.get("complete") or figures.get("quick"):
        lines += ["", "**A quick or interrupted run: some figures are missing or rough.**"]
    for section in (_speed, _workers, _growth, _cold, _stages):
        if found := section(figures):
            lines += ["", *found]
    return lines


def _speed(figures: Figures) -> list[str]:
    rows = figures.get("speed")
    if not rows:
        return []
    lines = [
        "## Speed",
        "",
        "trialext is measured end to end: reading the file, extraction, storing the rows. The others get the same "
        "texts, lexicon and number patterns, and neither read nor store anything. `spaCy naive` is the sentencizer, an "
        "entity ruler and the patterns; `one re scan` is a single pass of the number patterns alone.",
        "",
        "![Speed of trialext and others](performance.svg)",
        "",
        "| texts | program | million characters/s | trialext is … times as fast | peak memory, MB |",
        "|---|---|---:|---:|---:|",
    ]
    for r in rows:
        ratio = "" if r["name"] == "trialext" or not r["ratio"] else f"{r['ratio']:.2f}"
        lines.append(f"| {r['texts']} | {r['name']} | {r['speed']:.3f} | {ratio} | {r['peak_mb']:.0f} |")
    told = [t for t in COLLECTIONS if any(r["texts"] == t for r in rows)]
    return [*lines, "", *(f"- {t}: {COLLECTIONS[t]}" for t in told)]


def _workers(figures: Figures) -> list[str]:
    told = figures.get("workers")
    if not told:
        return []
    one, two = told["seconds"]["1"], told["seconds"]["2"]
    lines = ["## Workers", "", "| processes | seconds | abstracts/s | times as fast |", "|---:|---:|---:|---:|"]
    lines += [
        f"| {n} | {s:.1f} | {told['documents'] / s:.0f} | {ratio} |"
        for n, s, ratio in ((1, one, ""), (2, two, f"{told['ratio']:.2f}"))
    ]
    lines += ["", f"Wall time of {told['documents']:,} abstracts, the fastest round. The database takes "
              f"{told['database_bytes'] / told['documents'] / 1000:.1f} kB per abstract"]  # fmt: skip
    if shards := figures.get("shards"):
        lines[-1] += (
            f", the Parquet files of a shard {shards['bytes'] / shards['documents'] / 1000:.1f} kB; "
            f"merging adds {shards['merge'] / shards['documents'] * 1000:.2f} ms per abstract"
        )
    lines[-1] += "."
    return lines


def _growth(figures: Figures) -> list[str]:
    lines: list[str] = []
    for key, (title, left, right) in GROWTH.items():
        values = figures.get("growth", {}).get(key)
        if not values:
            continue
        peaks = figures.get("growth_peak_mb", {}) if key == "documents" else {}
        lines += ["", f"## {title}", "", f"| {left} | {right} | relative |" + (" peak memory, MB |" if peaks else "")]
        lines += ["|---|---:|---:|" + ("---:|" if peaks else "")]
        for label, value in values:
            memory = f" {peaks[label]:.0f} |" if label in peaks else ""
            lines.append(f"| {label} | {value:.2f} | {value / values[0][1]:.2f} |{memory}")
    return lines[1:]


def _cold(figures: Figures) -> list[str]:
    rows = figures.get("cold")
    if not rows:
        return []
    lines = [
        "## From a cold start",
        "",
        "Processor seconds of a fresh process.",
        "",
        "| what | seconds | times `import spacy` |",
        "|---|---:|---:|",
    ]
    return lines + [f"| {_code(r['name'])} | {r['cpu']:.2f} | {r['ratio']:.2f} |" for r in rows]


def _code(name: str) -> str:
    return f"`{name}`" if name.startswith(("import", "trialext")) else name


def _stages(figures: Figures) -> list[str]:
    rows = figures.get("stages")
    if not rows:
        return []
    lines = ["## Where the time goes", "", "| room | share |", "|---|---:|"]
    return lines + [f"| {room} | {share:.0%} |" for room, share in rows if share >= 0.005]


def plot(rows: list[dict[str, Any]]) -> str:
    """Return bars of the speeds, one group per collection, on a logarithmic axis."""
    titles = list(dict.fromkeys(r["texts"] for r in rows))
    speeds = [r["speed"] for r in rows]
    low = math.floor(math.log10(min(speeds)))
    high = max(math.ceil(math.log10(max(speeds))), low + 1)

    def x(speed: float) -> float:
        return 190 + (math.log10(speed) - low) / (high - low) * 420

    bars, y = [], 30.0
    for title in titles:
        bars.append(f'<text x="10" y="{y}" font-weight="bold">{title}</text>')
        for row in (r for r in rows if r["texts"] == title):
            y += 20
            colour = "#1b6ca8" if row["name"] == "trialext" else "#9aa5b1"
            width = max(x(row["speed"]) - 190, 1)
            bars.append(f'<text x="184" y="{y + 4}" text-anchor="end">{row["name"]}</text>')
            bars.append(f'<rect x="190" y="{y - 8}" width="{width:.1f}" height="14" fill="{colour}"/>')
            bars.append(f'<text x="{x(row["speed"]) + 6:.1f}" y="{y + 4}">{row["speed"]:.3g}</text>')
        y += 34
    grid = []
    for power in range(low, high + 1):
        grid.append(f'<line x1="{x(10**power):.1f}" x2="{x(10**power):.1f}" y1="14" y2="{y - 20}" stroke="#dde3ea"/>')
        grid.append(f'<text x="{x(10**power):.1f}" y="{y}" text-anchor="middle">{10.0**power:g}</text>')
    grid.append(f'<text x="400" y="{y + 20}" text-anchor="middle">million characters per second of one core</text>')
    size = f"0 0 680 {y + 32:.0f}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" font-family="sans-serif" font-size="12">'
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    return "\n".join([head, paper, *grid, *bars, "</svg>\n"])


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs"
    write(json.loads((folder / "performance.json").read_text("utf-8")), folder)
