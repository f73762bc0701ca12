"""Regular expressions of packs: which may run for ever, and what they cannot match without.

A backtracking engine needs exponential time for some expressions, ``(a+)+b`` the best
known.  Those with a repetition inside a repetition are tried on texts made for them, in a
process of their own that is ended after a bounded time.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["endless", "longest_match", "required_literals"]

_TRIAL_SECONDS = 1.0
_CHILD = """
import json, re, sys
for n, (text, probes) in enumerate(json.load(sys.stdin)):
    print(n, flush=True)
    rx = re.compile(text, re.ASCII)
    for probe in probes:
        rx.search(probe)
print("done", flush=True)
"""


def _parsed(text: str) -> Any:
    """Return the parse tree of an expression, None where there is none."""
    try:
        from re import _parser  # type: ignore[attr-defined]  # no public parse tree exists

        return _parser.parse(text, re.ASCII)
    except (ImportError, re.error, RecursionError, OverflowError):
        return None


def _name(op: Any) -> str:
    return str(op)


def _children(op: str, arg: Any) -> list[Any]:
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [arg[2]]
    if op == "SUBPATTERN":
        return [arg[3]]
    if op == "BRANCH":
        return list(arg[1])
    if op in ("ASSERT", "ASSERT_NOT"):
        return [arg[1]]
    if op == "ATOMIC_GROUP":
        return [arg]
    return [a for a in arg[1:] if a is not None] if op == "GROUPREF_EXISTS" else []


def _sample(tree: Any) -> str:
    """Return a text that `tree` probably matches."""
    out: list[str] = []
    for op, arg in tree:
        kind = _name(op)
        if kind == "LITERAL":
            out.append(chr(arg))
        elif kind in ("ANY", "NOT_LITERAL"):
            out.append("a")
        elif kind == "IN":
            out.append(_of_class(arg))
        elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            out.append(_sample(arg[2]) * max(1, arg[0]))
        elif kind == "BRANCH":
            out.append(_sample(arg[1][0]))
        elif kind == "SUBPATTERN":
            out.append(_sample(arg[3]))
    return "".join(out)


def _of_class(items: Any) -> str:
    for op, arg in items:
        kind = _name(op)
        if kind == "LITERAL":
            return chr(arg)
        if kind == "RANGE":
            return chr(arg[0])
        if kind == "CATEGORY":
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}.get(_name(arg), "-")
    return "a"


def _many(low: int, high: Any) -> bool:
    return int(high) >= 10 and int(high) > low


def _pumps(tree: Any, before: str = "", inside: bool = False) -> list[tuple[str, str]]:
    """Return (text before, text to repeat) for each repetition that may backtrack badly."""
    found: list[tuple[str, str]] = []
    for op, arg in tree:
        kind = _name(op)
        if kind in ("MAX_REPEAT", "MIN_REPEAT") and _many(arg[0], arg[1]):
            body = _sample(arg[2])
            if inside or _ambiguous(arg[2]):
                found.append((before, body))
            found += _pumps(arg[2], before, True)
        else:
            for child in _children(kind, arg):
                found += _pumps(child, before, inside)
        before += _sample([(op, arg)])
    return found


def _ambiguous(tree: Any) -> bool:
    """Return whether the body of a repetition itself repeats or chooses."""
    return any(
        (_name(op) in ("MAX_REPEAT", "MIN_REPEAT") and int(arg[1]) > arg[0])
        or _name(op) == "BRANCH"
        or any(_ambiguous(child) for child in _children(_name(op), arg))
        for op, arg in tree
    )


def _probes(text: str) -> list[str]:
    tree = _parsed(text)
    if tree is None:
        return []
    return [
        before + body[:8] * n + "\x01"
        for before, body in dict.fromkeys(_pumps(tree))
        if body
        for n in (12, 22, 30, 200)
    ]


def endless(texts: Sequence[str], seconds: float = _TRIAL_SECONDS) -> list[str]:
    """Return those of `texts` that do not end in `seconds` on a text made for them.

    Parameters
    ----------
    texts : sequence of str
        Regular expressions that compile.
    seconds : float
        Time for one expression; the call ends after that time for each one it finds.
    """
    suspects = [(t, p) for t in dict.fromkeys(texts) if (p := _probes(t))]
    bad: list[str] = []
    while suspects:
        budget = seconds + 0.02 * len(suspects)
        try:
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", _CHILD],
                input=json.dumps(suspects),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=budget,
                check=False,
            )
            break
        except subprocess.TimeoutExpired as error:
            said = error.stdout or b""
            lines = (said.decode() if isinstance(said, bytes) else said).split()
            at = int(lines[-1]) if lines and lines[-1].isdigit() else 0
            bad.append(suspects[at][0])
            suspects = suspects[at + 1 :]
        except OSError:  # no process can be started here: judge by form alone
            bad += [t for t, _ in suspects if re.search(r"[+*]\)[+*{]", t)]
            break
    return bad


def required_literals(text: str) -> tuple[str, ...]:
    """Return literals of which one stands in every match of `text`; empty where none is sure.

    A text without any of them need not be searched: ``"KEYNOTE" in text`` is some hundred
    times faster than the expression.

    Examples
    --------
    >>> required_literals(r"(?:KEYNOTE|Keynote)[- ]?\\d+")
    ('KEYNOTE', 'Keynote')
    """
    tree = _parsed(text)
    if tree is None or tree.state.flags & re.IGNORECASE:
        return ()
    return _literals(tree)


def longest_match(text: str) -> int:
    """Return the most characters that `text` can match; 0 where that is without limit or too many to be of use.

    Examples
    --------
    >>> longest_match(r"KEYNOTE[- ]?\\d{1,4}"), longest_match(r"\\w+")
    (12, 0)
    """
    tree = _parsed(text)
    if tree is None:
        return 0
    width = int(tree.getwidth()[1])
    return width if width <= _USEFUL and all(w <= _USEFUL for w in _looks(tree)) else 0


def _looks(tree: Any) -> Iterator[int]:
    """Yield how far each look ahead or back of an expression reaches."""
    for op, arg in tree:
        kind = _name(op)
        if kind in ("ASSERT", "ASSERT_NOT"):
            yield int(arg[1].getwidth()[1])
        for child in _children(kind, arg):
            yield from _looks(child)


_USEFUL = 200


def _literals(tree: Any) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    run = ""

    def better(new: tuple[str, ...]) -> bool:
        return bool(new) and min(map(len, new)) >= 2 and (not best or min(map(len, new)) > min(map(len, best)))

    for op, arg in [*tree, ("END", None)]:
        kind = _name(op)
        if kind == "LITERAL":
            run += chr(arg)
            continue
        if better((run,)):
            best = (run,)
        run = ""
        new: tuple[str, ...] = ()
        if kind == "BRANCH":
            parts = [_literals(branch) for branch in arg[1]]
            new = tuple(dict.fromkeys(x for p in parts for x in p)) if all(parts) else ()
        elif kind == "SUBPATTERN":
            # in ``(?i:abc)`` no spelling is sure
            new = () if arg[1] & re.IGNORECASE else _literals(arg[3])
        elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and arg[0] >= 1:
            new = _literals(arg[2])
        if better(new):
            best = new
    return best
