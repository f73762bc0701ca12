"""One contender of the benchmark, run in a process (and, for some, an environment) of its own.

usage: contenders.py NAME TEXTS.jsonl RESOURCES.json SECONDS

Reads the texts, warms up, then works through them (for at most SECONDS) and prints one JSON
line: characters, processor seconds, wall seconds and peak memory.  Every contender gets the
same texts, the same lexicon and the same number patterns.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Work = Callable[[str], object]


def one_scan(resources: dict) -> Work:
    """One scan with the standard library: the alternation of all number patterns."""
    pattern = re.compile("|".join(f"(?:{p})" for p in resources["patterns"]), re.ASCII)
    return lambda text: sum(1 for _ in pattern.finditer(text))


def tokenizer(resources: dict) -> Work:
    """spaCy's blank English tokenizer, alone."""
    import spacy

    return spacy.blank("en").make_doc


def naive(resources: dict) -> Work:
    """spaCy on the full text: sentencizer, EntityRuler with the lexicon, the patterns as char spans."""
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    nlp.add_pipe("sentencizer")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "DRUG", "pattern": term} for term in resources["lexicon"]])
    patterns = [re.compile(p, re.ASCII) for p in resources["patterns"]]

    def work(text: str) -> object:
        doc = nlp(text)
        spans = [doc.char_span(*m.span(), alignment_mode="expand") for p in patterns for m in p.finditer(text)]
        return doc.ents, spans

    return work


def edsnlp(resources: dict) -> Work:
    """EDS-NLP: normalizer, sentences, matcher with the lexicon, the patterns as regexes."""
    import edsnlp as eds

    nlp = eds.blank("eds")
    nlp.max_length = 10**9
    nlp.add_pipe("eds.normalizer")
    nlp.add_pipe("eds.sentences")
    regexes = {f"pattern{n}": p for n, p in enumerate(resources["patterns"])}
    nlp.add_pipe("eds.matcher", config={"terms": {"drug": resources["lexicon"]}, "regex": regexes, "attr": "LOWER"})
    return nlp


def medspacy(resources: dict) -> Work:
    """medspaCy: PyRuSH sentences, target matcher with lexicon and patterns, ConText."""
    import medspacy as med
    from medspacy.ner import TargetRule

    nlp = med.load()
    nlp.max_length = 10**9
    matcher = nlp.get_pipe("medspacy_target_matcher")
    matcher.add([TargetRule(term, "DRUG") for term in resources["lexicon"]])
    patterns = [re.compile(p, re.ASCII) for p in resources["patterns"]]

    def work(text: str) -> object:
        doc = nlp(text)
        return doc, [doc.char_span(*m.span(), alignment_mode="expand") for p in patterns for m in p.finditer(text)]

    return work


CONTENDERS = {"one re scan": one_scan, "spaCy tokenizer": tokenizer, "spaCy naive": naive}
CONTENDERS |= {"EDS-NLP": edsnlp, "medspaCy": medspacy}


def trialext(path: str, count: int, resources: dict) -> tuple[float, float]:
    """End to end: read the file, extract, store; return processor and wall seconds."""
    from trialext.engine.run import run
    from trialext.model import Document
    from trialext.patterns import load_patterns
    from trialext.pipeline import extract

    class Silent:
        def planned(self, files: int, size: int) -> None: ...
        def advanced(self, size: int, documents: int, chars: int) -> None: ...
        def failed(self, failure: object) -> None:
            raise SystemExit(f"a benchmark text failed: {failure}")

        def said(self, message: str) -> None: ...

    packs = resources.get("packs", [])
    patterns = load_patterns(packs)  # the packs' cache and the compiled rules are warm, as in a long run
    extract(Document("warm.txt", "Median PFS 9.1 months (HR 0.61; 95% CI 0.45-0.83)."), patterns)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "texts.jsonl")
        with open(path, encoding="utf-8") as lines:
            work.write_text("".join(itertools.islice(lines, count)), "utf-8")
        cpu, wall = time.process_time(), time.perf_counter()
        run([str(work)], str(Path(folder, "t.db")), jobs=resources.get("jobs", 1), packs=packs, observer=Silent())
        return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Measure one contender."""
    name, path, resources_path, seconds = sys.argv[1:]
    resources = json.loads(Path(resources_path).read_text("utf-8"))
    if hasattr(os, "sched_setaffinity") and resources.get("jobs", 1) == 1:
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    with open(path, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    if name == "trialext":
        count = len(texts)
        cpu, wall = trialext(path, count, resources)
        chars = sum(map(len, texts))
    else:
        work = CONTENDERS[name](resources)
        work("Median PFS 9.1 months (HR 0.61; 95% CI 0.45-0.83).")
        chars = 0
        cpu, wall = time.process_time(), time.perf_counter()
        for text in texts:
            work(text)
            chars += len(text)
            if time.perf_counter() - wall > float(seconds):
                break
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, "chars": chars, "cpu": cpu, "wall": wall, "peak_mb": peak}))


if __name__ == "__main__":
    main()
