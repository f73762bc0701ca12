"""One contender of the benchmark, in a process (and, for some, an environment) of its own.

usage: contenders.py NAME RESOURCES.json

Loads, warms up (as in a long run everything is loaded and compiled), says so with one JSON line, then answers each line of standard input, a JSON
object with ``texts`` (a file of JSON lines) and ``seconds`` (when to stop), with another:
characters, processor and wall seconds, peak memory.  Every contender gets the same texts, the
same lexicon and the same number patterns.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def in_memory(name: str, resources: dict) -> Callable[[dict], dict]:
    """Return what answers for a contender that neither reads nor stores."""
    work = CONTENDERS[name](resources)
    for text in resources["warm"]:
        work(text)

    def answer(asked: dict) -> dict:
        with open(asked["texts"], encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        chars = 0
        cpu, wall = time.process_time(), time.perf_counter()
        for text in texts:
            work(text)
            chars += len(text)
            if time.perf_counter() - wall > asked["seconds"]:
                break
        return {"chars": chars, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}

    return answer


class Silent:
    """An observer that ends the benchmark when a text fails."""

    def planned(self, files: int, size: int) -> None: ...
    def advanced(self, size: int, documents: int, chars: int) -> None: ...
    def failed(self, failure: object) -> None:
        raise SystemExit(f"a benchmark text failed: {failure}")

    def said(self, message: str) -> None: ...


def processor_seconds() -> float:
    """Return what this process and its ended children used."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in both)


def trialext(resources: dict) -> Callable[[dict], dict]:
    """Return what answers for trialext, end to end: read the file, extract, store."""
    from trialext.engine.cluster import merge, run_shard
    from trialext.engine.run import run
    from trialext.model import Document
    from trialext.patterns import load_patterns
    from trialext.pipeline import extract

    packs = resources.get("packs", [])
    patterns = load_patterns(packs)
    for text in resources["warm"]:
        extract(Document("warm.txt", text), patterns)

    def answer(asked: dict) -> dict:
        jobs = asked.get("jobs", 1)
        pin(jobs)
        path = asked["texts"]
        with open(path, encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        with tempfile.TemporaryDirectory() as folder:
            db, parts = Path(folder, "t.db"), Path(folder, "parts")
            cpu, wall = processor_seconds(), time.perf_counter()
            if asked.get("shards"):
                run_shard([path], parts, (1, 1), packs=packs, timeout=None, part_bytes=8 << 20, observer=Silent())
            else:
                run([path], str(db), jobs=jobs, packs=packs, observer=Silent())
            told: dict[str, Any] = {"cpu": processor_seconds() - cpu, "wall": time.perf_counter() - wall}
            if asked.get("shards"):
                told["bytes"] = sum(p.stat().st_size for p in parts.rglob("*.parquet"))
                start = time.perf_counter()
                merge([parts], str(db), observer=Silent())
                told["merge"] = time.perf_counter() - start
            else:
                told["bytes"] = db.stat().st_size
        return told | {"chars": sum(map(len, texts)), "documents": len(texts)}

    return answer


def pin(jobs: int) -> None:
    """Keep to one core for one job, so that no helper thread counts; allow all for more."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, CORES[:1] if jobs == 1 else CORES)


CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def main() -> None:
    """Answer until standard input ends."""
    name, resources_path = sys.argv[1:]
    resources = json.loads(Path(resources_path).read_text("utf-8"))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    pin(1)
    answer = trialext(resources) if name == "trialext" else in_memory(name, resources)
    print(json.dumps({"ready": name}), file=answers, flush=True)
    for line in sys.stdin:
        told = answer(json.loads(line))
        told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()
