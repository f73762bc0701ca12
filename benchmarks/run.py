"""Measure trialext against its peers on the same texts in one run; write docs/performance.md and a plot.

usage: run.py [--quick] [--minutes M] [--rounds N] [--texts FILE.jsonl[.gz] ...] [--no-peers] [--out DIR]

Without --texts: the corpus of this repository and the larger collections in ../shared/bulk where
they are.  Peers that need libraries of their own live in environments below benchmarks/.cache
(or --environments), made on first use.  Figures are kept after every round: an interrupted run
writes what it has.  Figures move with the machine; the ratios, measured in interleaved rounds on
fresh texts, are what counts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from report import write

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = {"EDS-NLP": "edsnlp", "medspaCy": "medspacy"}
NAMES = ["trialext", "spaCy tokenizer", "spaCy naive", "EDS-NLP", "medspaCy", "one re scan"]
BULK = ("en_abstracts", "en_reviews", "zh_guidelines", "zh_papers")
PIECE = 20_000
"""Longer texts are cut: how a long document fares is measured on its own."""

ABSTRACT = 1840
"""Characters of an abstract, for the documents that are counted."""

ANSWER_SECONDS = 240.0
"""A contender that says nothing for so long has failed."""

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


# --- texts ------------------------------------------------------------------------------------


def pieces(texts: Iterator[str]) -> Iterator[str]:
    """Yield the texts, long ones in pieces that end with a line."""
    for text in texts:
        while len(text) > PIECE:
            end = text.rfind("\n", PIECE // 2, PIECE) + 1 or PIECE
            yield text[:end]
            text = text[end:]
        if text.strip():
            yield text


def read_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a JSON lines file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def own_texts() -> Iterator[str]:
    """Yield the texts of the corpus, then the same with other numbers, for ever."""
    chance = random.Random(1)
    base = [p.read_text("utf-8") for p in sorted((ROOT / "corpus").glob("*.txt"))]
    yield from base
    while True:
        for text in base:
            yield re.sub(r"(?<=\d)\d(?=\D)", lambda m: str(chance.randint(0, 9)), text)


def slices(texts: Iterator[str], chars: int, count: int) -> list[list[str]]:
    """Return `count` lists of texts with at most about `chars` characters each: fresh text for each round."""
    taken: list[str] = []
    size = 0
    while size < chars * count and (text := next(texts, None)) is not None:
        taken.append(text)
        size += len(text)
    found: list[list[str]] = [[] for _ in range(count)]
    at = 0
    for text in taken:
        found[min(at * count // size, count - 1)].append(text)
        at += len(text)
    if not all(found):
        raise SystemExit(f"too few texts for {count} rounds")
    return found


def abstracts(given: Sequence[Path]) -> Iterator[str]:
    """Yield documents of the length of an abstract, no two alike."""
    source = next((p for p in given if "abstract" in p.name), None)
    texts = pieces(read_texts(source)) if source else own_texts()
    for number, text in enumerate(texts):
        for at in range(0, len(text) - ABSTRACT // 2, ABSTRACT):
            yield f"{text[at : at + ABSTRACT]} {number}"


def lexicon() -> list[str]:
    """Return the phrases of the shipped packs that name things."""
    from trialext.patterns import load_patterns

    labels = ("DRUG", "REGIMEN", "TRIAL", "CLASS", "ENDPOINT", "BIOMARKER", "TUMOUR")
    return sorted({alias for entry in load_patterns().of(*labels) for alias in entry.aliases if len(alias) > 2})


# --- contenders -------------------------------------------------------------------------------


def say(message: str) -> None:
    """Print one line of progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {message}", file=sys.stderr, flush=True)


def peer_python(name: str, environments: Path) -> str:
    """Return the interpreter of a contender; make its environment on first use."""
    if name not in PEERS:
        return sys.executable
    folder = environments / PEERS[name]
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        say(f"installing {PEERS[name]}, some minutes once …")
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEERS[name]], check=True)
        (folder / ".ready").touch()
    return str(python)


class Contender:
    """A process that waits for texts to work on; once it has failed it is not asked again."""

    def __init__(self, name: str, python: str, resources: Path) -> None:
        self.name = name
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")} if name == "trialext" else dict(os.environ)
        self._process = subprocess.Popen(
            [python, str(HERE / "contenders.py"), name, str(resources)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=environment,
            start_new_session=True,  # Ctrl-C is for this process, which ends the others
        )
        self.alive = self._answer() is not None

    def ask(self, **asked: Any) -> dict[str, Any] | None:
        """Return the answer, or None when it has failed."""
        if not self.alive or self._process.stdin is None:
            return None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except OSError:
            self.alive = False
            return None
        told = self._answer()
        self.alive = told is not None
        return told

    def _answer(self) -> dict[str, Any] | None:
        watch = threading.Timer(ANSWER_SECONDS, self._process.kill)
        watch.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else ""
        finally:
            watch.cancel()
        if not line:
            say(f"{self.name} failed and is left out")
            return None
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True)
class Bench:
    """What all phases share."""

    folder: Path
    environments: Path
    words: list[str]
    seconds: float
    rounds: int
    ends: float

    @contextmanager
    def contender(self, name: str, packs: Sequence[str] = ()) -> Iterator[Contender]:
        """Start a contender and end it with the block."""
        resources = self.folder / f"resources-{abs(hash((name, tuple(packs))))}.json"
        told = {
            "lexicon": self.words,
            "patterns": PATTERNS,
            "packs": list(packs),
            "warm": list(islice(own_texts(), 0, 33, 6)),
        }
        resources.write_text(json.dumps(told), "utf-8")
        started = Contender(name, peer_python(name, self.environments), resources)
        try:
            yield started
        finally:
            started.close()

    def file(self, texts: Sequence[str]) -> str:
        """Write texts as JSON lines; return the path."""
        handle, path = tempfile.mkstemp(dir=self.folder, suffix=".jsonl")
        with open(handle, "w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
        return path

    def turns(self, title: str, share: float = 1.0) -> Iterator[int]:
        """Yield rounds: always one, the others while there is time."""
        until = time.monotonic() + (self.ends - time.monotonic()) * share
        for number in range(self.rounds):
            if number and time.monotonic() > until:
                say(f"{title}: no time for more than {number} of {self.rounds} rounds")
                return
            say(f"{title}: round {number + 1} of {self.rounds}")
            yield number


Figures = dict[str, Any]
Save = Callable[[], None]


# --- phases -----------------------------------------------------------------------------------


def throughput(bench: Bench, sets: dict[str, list[list[str]]], names: list[str], figures: Figures, save: Save) -> None:
    """Measure characters per processor second of every contender on every collection."""
    speeds: dict[tuple[str, str], list[float]] = defaultdict(list)
    ratios: dict[tuple[str, str], list[float]] = defaultdict(list)
    peak: dict[str, float] = {}
    with ExitStack() as stack:
        contenders = []
        for name in names:
            say(f"starting {name}")
            try:
                contenders.append(stack.enter_context(bench.contender(name)))
            except (OSError, subprocess.CalledProcessError) as error:
                say(f"{name} cannot be installed and is left out: {error}")
        for number in bench.turns("speed", 0.6):
            for title, rounds in sets.items():
                path = bench.file(rounds[number])
                this: dict[str, float] = {}
                for contender in contenders:
                    if told := contender.ask(texts=path, seconds=bench.seconds):
                        this[contender.name] = told["chars"] / max(told["cpu"], 1e-6) / 1e6
                        speeds[title, contender.name].append(this[contender.name])
                        peak[contender.name] = max(peak.get(contender.name, 0), told["peak_mb"])
                os.unlink(path)
                for name, speed in this.items():
                    if "trialext" in this:
                        ratios[title, name].append(this["trialext"] / speed)
                say(f"  {title}: " + ", ".join(f"{n} {v:.3g}" for n, v in this.items()) + " M characters/s")
            figures["speed"] = [
                {
                    "texts": title,
                    "name": name,
                    "speed": statistics.median(speeds[title, name]),
                    "ratio": statistics.median(ratios[title, name]) if ratios[title, name] else None,
                    "peak_mb": peak[name],
                }
                for title in sets
                for name in names
                if speeds[title, name]
            ]
            save()


def growth(bench: Bench, text: str, many: list[str], quick: bool, figures: Figures, save: Save) -> None:
    """Measure trialext on longer documents, more documents and larger lexicons."""
    sizes = [("10 kB", 10_000, 10), ("100 kB", 100_000, 1), *([] if quick else [("1 MB", 1_000_000, 1)])]
    files = [(label, n * k, bench.file([(text * (n // len(text) + 1))[:n]] * k)) for label, n, k in sizes]
    counts = [len(many) // 16, len(many) // 4, len(many)]
    found: dict[str, dict[str, list[float]]] = {"document": {}, "documents": {}, "lexicon": {}}
    peaks: dict[str, float] = {}

    def keep(kind: str, label: str, value: float) -> None:
        found[kind].setdefault(label, []).append(value)
        figures["growth"] = {k: [[x, statistics.median(v)] for x, v in d.items()] for k, d in found.items() if d}
        figures["growth_peak_mb"] = peaks

    for _ in bench.turns("a longer document", 0.3):
        with bench.contender("trialext") as own:
            for label, chars, path in files:
                if told := own.ask(texts=path, seconds=0):
                    keep("document", label, told["cpu"] / chars * 1e6)
        save()
    for _ in bench.turns("more documents", 0.3):
        for count in counts:
            with bench.contender("trialext") as own:
                if told := own.ask(texts=bench.file(many[:count]), seconds=0):
                    keep("documents", str(count), told["cpu"] / count * 1000)
                    peaks[str(count)] = max(told["peak_mb"], peaks.get(str(count), 0))
        save()
    packs = [("none", []), *((f"{n:,}", [made_up_pack(bench.folder, n)]) for n in (1000, 20_000))]
    path = bench.file(many[: len(many) // 4])
    with ExitStack() as stack:
        own_each = [(label, stack.enter_context(bench.contender("trialext", pack))) for label, pack in packs]
        for _ in bench.turns("a larger lexicon", 0.4):
            for label, own in own_each:
                if told := own.ask(texts=path, seconds=0):
                    keep("lexicon", label, told["cpu"])
            save()


def made_up_pack(folder: Path, count: int) -> str:
    """Write a pack of `count` phrases that resemble names of drugs; return its folder."""
    chance = random.Random(count)
    pack = folder / f"pack-{count}"
    pack.mkdir()
    with (pack / "more.jsonl").open("w", encoding="utf-8") as file:
        for number in range(count):
            name = "".join(chance.choices("abcdefghiklmnoprstuvz", k=9)) + f"q{number}"
            file.write(json.dumps({"label": "DRUG", "pattern": name, "id": name}) + "\n")
    return str(pack)


def workers(bench: Bench, many: list[str], figures: Figures, save: Save) -> None:
    """Measure wall seconds with one and two processes, and what a database and shards weigh."""
    path = bench.file(many)
    times: dict[int, list[float]] = {1: [], 2: []}
    with bench.contender("trialext") as own:
        for _ in bench.turns("workers", 0.7):
            for jobs, values in times.items():
                if told := own.ask(texts=path, seconds=0, jobs=jobs):
                    values.append(told["wall"])
                    documents, size = told["documents"], told["bytes"]
            if times[1] and len(times[1]) == len(times[2]):
                figures["workers"] = {
                    "documents": documents,
                    "chars": sum(map(len, many)),
                    # the fastest: what else the machine does disturbs two processes more than one
                    "seconds": {str(jobs): min(values) for jobs, values in times.items()},
                    "ratio": min(times[1]) / min(times[2]),
                    "database_bytes": size,
                }
                save()
        if told := own.ask(texts=path, seconds=0, shards=True):
            figures["shards"] = {k: told[k] for k in ("documents", "bytes", "merge", "wall")}
            save()


def cold(bench: Bench, figures: Figures, save: Save) -> None:
    """Measure programs from nothing: wall and processor seconds."""
    sentence = "Median PFS was 9.1 months with pembrolizumab (HR 0.61; 95% CI 0.45-0.83; P=0.002)."
    text = bench.folder / "one.txt"
    text.write_text(sentence, "utf-8")
    python = [sys.executable, "-m", "trialext"]
    extract = [*python, "extract", str(text), "-q", "--db"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for number in bench.turns("start"):
        for again in range(2):
            first, second = (str(bench.folder / f"{number}-{again}-{n}.db") for n in range(2))
            cache = {**environment, "TRIALEXT_CACHE": str(bench.folder / f"cache-{number}-{again}")}
            for name, command, variables in (
                ("import spacy", [sys.executable, "-c", "import spacy"], environment),
                ("trialext --help", [*python, "--help"], environment),
                ("one short document, the very first time", [*extract, first], cache),
                ("one short document", [*extract, second], cache),
                ("one short document, nothing changed", [*extract, second], cache),
            ):
                before = children()
                started = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=variables)
                times[name].append((time.perf_counter() - started, children() - before))
        base = [max(cpu, 1e-6) for _, cpu in times["import spacy"]]
        figures["cold"] = [
            {
                "name": name,
                "wall": statistics.median(w for w, _ in values),
                "cpu": statistics.median(c for _, c in values),
                "ratio": statistics.median(c / b for (_, c), b in zip(values, base, strict=True)),
            }
            for name, values in times.items()
        ]
        save()


def children() -> float:
    """Return the processor seconds of ended children."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def stages(texts: list[str], figures: Figures, save: Save) -> None:
    """Measure the share of the time that each room takes, by the profiler of the standard library."""
    import cProfile
    import pstats

    from trialext.model import Document
    from trialext.patterns import load_patterns
    from trialext.pipeline import extract
    from trialext.store.rows import to_rows

    say("where the time goes")
    patterns = load_patterns()
    for text in texts:  # what is compiled on first use is no part of it
        extract(Document("warm", text), patterns)
    profile = cProfile.Profile()
    profile.enable()
    for text in texts:
        to_rows(extract(Document("x", text), patterns))
    profile.disable()
    shares: dict[str, float] = defaultdict(float)
    told: Any = pstats.Stats(profile)
    for (file, _, _), (_, _, own, _, callers) in told.stats.items():
        room = _room(file)
        if room:
            shares[room] += own
            continue
        total = sum(c[2] for c in callers.values()) or 1.0
        for (caller, _, _), (_, _, share, _) in callers.items():
            shares[_room(caller) or "libraries"] += own * share / total
    whole = sum(shares.values())
    figures["stages"] = sorted(([room, value / whole] for room, value in shares.items()), key=lambda r: -r[1])
    save()


def _room(file: str) -> str | None:
    match = re.search(r"trialext/(\w+)(?:/|\.py)", file)
    return match.group(1) if match else None


# --- all of it --------------------------------------------------------------------------------


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round of little text, installed peers only: a check")
    parser.add_argument("--minutes", type=float, default=10, help="rounds are left out that would take longer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chars", type=int, default=150_000, help="characters of each collection in each round")
    parser.add_argument("--seconds", type=float, default=5, help="a slow contender stops after this")
    parser.add_argument("--texts", nargs="*", type=Path, default=[])
    parser.add_argument("--no-peers", action="store_true", help="leave out what needs environments of its own")
    parser.add_argument("--environments", type=Path, default=HERE / ".cache", help="folder of the peers' environments")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    return parser.parse_args()


def measure(a: argparse.Namespace, figures: Figures, save: Save) -> None:
    """Go through all phases."""
    rounds, chars, documents = (1, 30_000, 160) if a.quick else (a.rounds, a.chars, 1600)
    bulk = [ROOT.parent / "shared" / "bulk" / f"{name}.jsonl.gz" for name in BULK]
    given = a.texts or [p for p in bulk if p.is_file()]
    sets = {p.name.split(".")[0]: slices(pieces(read_texts(p)), chars, rounds) for p in given}
    sets["corpus"] = slices(pieces(own_texts()), chars, rounds)
    wanted = [n for n in NAMES if not (a.no_peers and n in PEERS)]
    if a.quick:
        wanted = [n for n in wanted if n not in PEERS or (a.environments / PEERS[n] / ".ready").exists()]
    own = list(islice(own_texts(), 33))
    many = list(islice(abstracts(given), documents))
    with tempfile.TemporaryDirectory() as folder:
        ends = time.monotonic() + a.minutes * 60
        bench = Bench(Path(folder), a.environments, lexicon(), a.seconds, rounds, ends)
        figures |= {"rounds": rounds, "quick": a.quick, "python": platform.python_version()}
        figures |= {"machine": platform.machine(), "cores": os.cpu_count()}
        throughput(bench, sets, wanted, figures, save)
        cold(bench, figures, save)
        stages(own, figures, save)
        workers(bench, many, figures, save)
        growth(bench, "\n\n".join(own), many, a.quick, figures, save)


def main() -> int:
    """Measure and write; return the exit code."""
    a = arguments()
    a.out.mkdir(parents=True, exist_ok=True)
    figures: Figures = {"complete": False}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    try:
        measure(a, figures, lambda: write(figures, a.out))
        figures["complete"] = True
    except KeyboardInterrupt:
        say("interrupted; what was measured is written")
    figures["minutes"] = round((time.monotonic() - started) / 60, 1)
    write(figures, a.out)
    print((a.out / "performance.md").read_text("utf-8"))
    return 0 if figures["complete"] else 130


if __name__ == "__main__":
    sys.exit(main())
