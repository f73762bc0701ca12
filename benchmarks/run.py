"""Measure trialext against its peers on the same texts in one run; write docs/performance.md and a plot.

usage: run.py [--texts FILE.jsonl[.gz] ...] [--rounds N] [--chars N] [--seconds S] [--no-peers] [--out DIR]

Without --texts: the corpus of this repository, repeated with other numbers, and the larger
collections in ../shared/bulk where they are.  Peers that need libraries of their own live in
environments below benchmarks/.cache, made on first use.  Figures move with the machine;
the ratios, measured in interleaved rounds, are what counts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
CACHE = HERE / ".cache"
PEERS = {"EDS-NLP": "edsnlp", "medspaCy": "medspacy"}
NAMES = ["trialext", "spaCy tokenizer", "spaCy naive", "EDS-NLP", "medspaCy", "one re scan"]
BULK = ("en_abstracts", "en_reviews", "zh_guidelines", "zh_papers")

# What every contender looks for besides the lexicon: printed statistics in both languages.
PATTERNS = [
    r"(?:HR|OR|RR|hazard ratio|odds ratio|relative risk|风险比|比值比)[^\d]{0,12}\d+(?:\.\d+)?",
    r"\d{2}\s?%\s?(?:CI|confidence interval|可信区间|置信区间)[^\d]{0,6}\d+(?:\.\d+)?\s?(?:-|–|to|~|,)\s?\d+(?:\.\d+)?",
    r"[Pp]\s?(?:=|<|>|≤|≥)\s?0?\.\d+",
    r"\d+(?:\.\d+)?\s?(?:months|weeks|years|days|个月|周|年)",
    r"\d+(?:\.\d+)?\s?%",
    r"\d+\s?/\s?\d+",
    r"\d+(?:\.\d+)?\s?±\s?\d+(?:\.\d+)?",
    r"(?:median|mean|中位|平均)[^\d]{0,20}\d+(?:\.\d+)?",
    r"n\s?=\s?\d+",
    r"(?:IQR|range|范围)[^\d]{0,6}\d+(?:\.\d+)?\s?(?:-|–|to)\s?\d+(?:\.\d+)?",
    r"(?:NCT\d{8}|ChiCTR[-\w]*\d+)",
    r"(?:mean difference|SMD|WMD|均数差)[^\d]{0,12}-?\d+(?:\.\d+)?",
]


def read_texts(path: Path) -> list[str]:
    """Return the texts of a JSON lines file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def own_texts(chars: int) -> list[str]:
    """Return corpus texts, repeated with changed digits until there is enough."""
    chance = random.Random(1)
    base = [p.read_text("utf-8") for p in sorted((ROOT / "corpus").glob("*.txt"))]
    texts: list[str] = []
    while sum(map(len, texts)) < chars:
        for text in base:
            texts.append(re.sub(r"(?<=\d)\d(?=\D)", lambda m: str(chance.randint(0, 9)), text) if texts else text)
    return texts


def cut(texts: list[str], chars: int) -> list[str]:
    """Return as many texts as make `chars`; a single longer text is kept whole."""
    found: list[str] = []
    size = 0
    for text in texts:
        if found and size + len(text) > chars:
            break
        found.append(text)
        size += len(text)
    return found


def lexicon() -> list[str]:
    """Return the phrases of the shipped packs that name things."""
    from trialext.patterns import load_patterns

    labels = ("DRUG", "REGIMEN", "TRIAL", "CLASS", "ENDPOINT", "BIOMARKER", "TUMOUR")
    return sorted({alias for entry in load_patterns().of(*labels) for alias in entry.aliases if len(alias) > 2})


def peer_python(name: str) -> str:
    """Return the interpreter of a contender; make its environment on first use."""
    if name not in PEERS:
        return sys.executable
    folder = CACHE / PEERS[name]
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        print(f"installing {PEERS[name]} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEERS[name]], check=True)
        (folder / ".ready").touch()
    return str(python)


class Bench:
    """Runs contenders and keeps what they print."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds
        self.words = lexicon()

    def measure(self, name: str, texts: list[str], **more: Any) -> dict[str, Any] | None:
        """Run one contender once; None when it fails."""
        path, resources = self.folder / "texts.jsonl", self.folder / "resources.json"
        with path.open("w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
        resources.write_text(json.dumps({"lexicon": self.words, "patterns": PATTERNS} | more), "utf-8")
        command = [peer_python(name), HERE / "contenders.py", name, path, resources, str(self.seconds)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")} if name == "trialext" else dict(os.environ)
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=environment)
        if done.returncode:
            print(f"{name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result


def throughput(bench: Bench, sets: dict[str, list[str]], names: list[str], rounds: int) -> list[dict[str, Any]]:
    """Return speed per text collection and contender: medians of interleaved rounds."""
    rows = []
    for title, texts in sets.items():
        speeds: dict[str, list[float]] = defaultdict(list)
        ratios: dict[str, list[float]] = defaultdict(list)
        peak: dict[str, float] = {}
        for number in range(rounds):
            this: dict[str, float] = {}
            for name in names:
                got = bench.measure(name, texts)
                if got:
                    this[name] = got["chars"] / got["cpu"] / 1e6
                    speeds[name].append(this[name])
                    peak[name] = max(peak.get(name, 0), got["peak_mb"])
            for name, speed in this.items():
                if "trialext" in this:
                    ratios[name].append(this["trialext"] / speed)
            print(
                f"{title}, round {number + 1}: " + ", ".join(f"{n} {v:.3f}" for n, v in this.items()), file=sys.stderr
            )
        for name in names:
            if speeds[name]:
                row = {"texts": title, "name": name, "speed": statistics.median(speeds[name]), "peak": peak[name]}
                rows.append(row | {"ratio": statistics.median(ratios[name]) if ratios[name] else None})
    return rows


def growth(bench: Bench, text: str, rounds: int) -> dict[str, list[tuple[str, float]]]:
    """Return seconds by size of a document, of the lexicon, and by number of documents and workers."""

    def seconds(texts: list[str], clock: str = "cpu", **more: Any) -> float:
        found = [r[clock] for r in (bench.measure("trialext", texts, **more) for _ in range(rounds)) if r]
        return statistics.median(found)

    def long(chars: int) -> str:
        return (text * (chars // len(text) + 1))[:chars]

    found: dict[str, list[tuple[str, float]]] = {}
    sizes = [("10 kB", 10_000, 20), ("100 kB", 100_000, 2), ("1 MB", 1_000_000, 1)]
    found["document"] = [(label, seconds([long(n)] * copies) / copies / n * 1e6) for label, n, copies in sizes]
    pieces = [text[i : i + 2000] for i in range(0, len(text), 2000)]
    many = [pieces[i % len(pieces)] + f" {i}" for i in range(2000)]
    found["documents"] = [(str(n), seconds(many[:n]) / n * 1000) for n in (200, 1000, 2000)]
    with tempfile.TemporaryDirectory() as folder:
        found["lexicon"] = []
        for count in (1000, 20_000):
            packs = Path(folder, str(count))
            packs.mkdir()
            chance = random.Random(count)
            with (packs / "more.jsonl").open("w", encoding="utf-8") as file:
                for number in range(count):
                    name = "".join(chance.choices("abcdefghiklmnoprstuvz", k=9)) + f"q{number}"
                    file.write(json.dumps({"label": "DRUG", "pattern": name, "id": name}) + "\n")
            found["lexicon"].append((f"{count} more", seconds(many[:400], packs=[str(packs)])))
    found["workers"] = [(str(jobs), seconds(many, "wall", jobs=jobs)) for jobs in (1, 2)]
    return found


def cold(rounds: int) -> list[tuple[str, float]]:
    """Return wall seconds from nothing, medians."""
    sentence = "Median PFS was 9.1 months with pembrolizumab (HR 0.61; 95% CI 0.45-0.83; P=0.002)."
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "one.txt")
        text.write_text(sentence, "utf-8")
        run = [sys.executable, "-m", "trialext"]
        commands = {
            "import spacy": [sys.executable, "-c", "import spacy"],
            "trialext --help": [*run, "--help"],
            "trialext extract, one short document": [*run, "extract", str(text), "-q", "--db"],
            "trialext extract, nothing changed": [*run, "extract", str(text), "-q", "--db", f"{folder}/same.db"],
        }
        times: dict[str, list[float]] = defaultdict(list)
        for number in range(rounds + 1):
            for name, command in commands.items():
                line = [*command, f"{folder}/{number}.db"] if command[-1] == "--db" else command
                started = time.perf_counter()
                subprocess.run(
                    line, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
                )
                if number:  # the first round warms caches of the disk
                    times[name].append(time.perf_counter() - started)
    return [(name, statistics.median(values)) for name, values in times.items()]


def stages(texts: list[str]) -> list[tuple[str, float]]:
    """Return the share of the time that each room takes, by the profiler of the standard library."""
    import cProfile
    import pstats

    from trialext.model import Document
    from trialext.patterns import load_patterns
    from trialext.pipeline import extract
    from trialext.store.rows import to_rows

    patterns = load_patterns()
    extract(Document("warm", texts[0][:2000]), patterns)
    profile = cProfile.Profile()
    profile.enable()
    for text in texts:
        to_rows(extract(Document("x", text), patterns))
    profile.disable()
    shares: dict[str, float] = defaultdict(float)
    figures: Any = pstats.Stats(profile)
    for (file, _, _), (_, _, own, _, callers) in figures.stats.items():
        room = _room(file)
        if room:
            shares[room] += own
            continue
        total = sum(c[2] for c in callers.values()) or 1.0
        for (caller, _, _), (_, _, share, _) in callers.items():
            shares[_room(caller) or "libraries"] += own * share / total
    whole = sum(shares.values())
    return sorted(((room, value / whole) for room, value in shares.items()), key=lambda r: -r[1])


def _room(file: str) -> str | None:
    match = re.search(r"trialext/(\w+)(?:/|\.py)", file)
    return match.group(1) if match else None


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    """Write bars of the speeds, one group per collection, on a logarithmic axis."""
    import math

    titles = list(dict.fromkeys(r["texts"] for r in rows))
    speeds = [r["speed"] for r in rows]
    low, high = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds)))

    def x(speed: float) -> float:
        return 190 + (math.log10(speed) - low) / (high - low) * 420

    parts, y = [], 30.0
    for title in titles:
        parts.append(f'<text x="10" y="{y}" font-weight="bold">{title}</text>')
        for row in (r for r in rows if r["texts"] == title):
            y += 20
            colour = "#1b6ca8" if row["name"] == "trialext" else "#9aa5b1"
            parts.append(f'<text x="184" y="{y + 4}" text-anchor="end">{row["name"]}</text>')
            parts.append(
                f'<rect x="190" y="{y - 8}" width="{max(x(row["speed"]) - 190, 1):.1f}" height="14" fill="{colour}"/>'
            )
            parts.append(f'<text x="{x(row["speed"]) + 6:.1f}" y="{y + 4}">{row["speed"]:.3g}</text>')
        y += 34
    for power in range(low, high + 1):
        parts.append(f'<line x1="{x(10**power):.1f}" x2="{x(10**power):.1f}" y1="14" y2="{y - 20}" stroke="#dde3ea"/>')
        parts.append(f'<text x="{x(10**power):.1f}" y="{y}" text-anchor="middle">{10.0**power:g}</text>')
    parts.append(f'<text x="400" y="{y + 20}" text-anchor="middle">million characters per second of one core</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {y + 32:.0f}" font-family="sans-serif" font-size="12">'
    path.write_text("\n".join([head, *parts, "</svg>\n"]), "utf-8")


def report(rows: list[dict[str, Any]], grown: dict[str, list[tuple[str, float]]], starts: list[tuple[str, float]],
           shares: list[tuple[str, float]], out: Path, rounds: int) -> None:  # fmt: skip
    """Write the tables."""
    lines = [
        "# Performance",
        "",
        "Made by `make bench`; do not edit. Figures move with the machine, the ratios (medians of "
        f"{rounds} interleaved rounds on one core, processor time) are what counts.",
        f"Python {platform.python_version()} on {platform.machine()}.",
        "",
        "## Speed",
        "",
        "trialext is measured end to end: reading the file, extraction, storing the rows. The others get the same "
        "texts, lexicon and number patterns, and neither read nor store anything.",
        "",
        "![Speed of trialext and others](performance.svg)",
        "",
        "| texts | program | million characters/s | trialext is … times as fast | peak memory, MB |",
        "|---|---|---:|---:|---:|",
    ]
    for r in rows:
        ratio = "" if r["name"] == "trialext" or not r["ratio"] else f"{r['ratio']:.2f}"
        lines.append(f"| {r['texts']} | {r['name']} | {r['speed']:.3f} | {ratio} | {r['peak']:.0f} |")
    titles = {
        "document": ("One document of growing size", "size", "seconds per million characters"),
        "documents": ("A growing number of documents", "documents", "milliseconds per document"),
        "lexicon": ("A growing lexicon", "phrases in a further pack", "seconds for the same 400 documents"),
        "workers": ("Workers", "processes", "seconds of wall time for the same 2,000 documents"),
    }
    for key, (title, left, right) in titles.items():
        values = grown[key]
        lines += ["", f"## {title}", "", f"| {left} | {right} | relative |", "|---|---:|---:|"]
        lines += [f"| {label} | {value:.3f} | {value / values[0][1]:.2f} |" for label, value in values]
    base = starts[0][1]
    lines += ["", "## From a cold start", "", "| what | seconds | times `import spacy` |", "|---|---:|---:|"]
    lines += [f"| `{name}` | {value:.3f} | {value / base:.2f} |" for name, value in starts]
    lines += ["", "## Where the time goes", "", "| room | share |", "|---|---:|"]
    lines += [f"| {room} | {share:.0%} |" for room, share in shares if share >= 0.005]
    (out / "performance.md").write_text("\n".join(lines) + "\n", "utf-8")
    plot(rows, out / "performance.svg")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", nargs="*", type=Path, default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chars", type=int, default=1_000_000, help="characters per collection")
    parser.add_argument("--seconds", type=float, default=20, help="a slow contender stops after this")
    parser.add_argument("--no-peers", action="store_true", help="leave out what needs environments of its own")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    a = parser.parse_args()
    bulk = [ROOT.parent / "shared" / "bulk" / f"{name}.jsonl.gz" for name in BULK]
    given = a.texts or [p for p in bulk if p.is_file()]
    sets = {p.name.split(".")[0]: cut(read_texts(p), a.chars) for p in given}
    own = own_texts(a.chars)
    sets["corpus"] = own
    names = [n for n in NAMES if not (a.no_peers and n in PEERS)]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), a.seconds)
        rows = throughput(bench, sets, names, a.rounds)
        grown = growth(bench, "\n\n".join(own[:33]), a.rounds)
    a.out.mkdir(exist_ok=True)
    report(rows, grown, cold(a.rounds), stages(own[:33]), a.out, a.rounds)
    print((a.out / "performance.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
