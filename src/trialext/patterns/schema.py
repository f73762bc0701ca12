"""What a record of a pack may look like, and what is said of one that does not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .records import LABELS

__all__ = ["KEYS", "Problem", "check_record", "nearest"]

_TEXTS = ("aliases", "regexes", "needs", "not_with", "examples", "counterexamples")
KEYS = ("label", "id", "pattern", *_TEXTS, "tokens", "also", "lang", "facts", "note", "source", "replace", "disable")
"""Keys of a record, in the order of the documentation."""

_ALSO_KEYS = ("aliases", "regexes", "needs", "not_with", "lang")
_TOKEN_KEYS = [
    "ORTH",
    "TEXT",
    "LOWER",
    "NORM",
    "LENGTH",
    "SHAPE",
    "PREFIX",
    "SUFFIX",
    "IS_ALPHA",
    "IS_ASCII",
    "IS_DIGIT",
    "IS_LOWER",
    "IS_UPPER",
    "IS_TITLE",
    "IS_PUNCT",
    "IS_SPACE",
    "IS_STOP",
    "IS_SENT_START",
    "LIKE_NUM",
    "LIKE_URL",
    "LIKE_EMAIL",
    "SPACY",
    "REGEX",
    "OP",
]
_OPS = ("!", "?", "+", "*")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a pack.

    Attributes
    ----------
    file : str
        File as it was given, with its folder.
    line : int
        Line on which the record starts; 0 where the whole file is meant.
    message : str
        What is wrong and how to mend it.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return ``file:line: message``."""
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` with the name of `known` that is most like `word`, or nothing."""
    known = list(known)
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word.lower(), by_lower, 1, 0.6)
    return f'; did you mean "{by_lower[close[0]]}"?' if close else ""


def _texts(record: Mapping[str, Any], key: str) -> str | None:
    value = record.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        return f'"{key}" must be a list of texts, as ["a", "b"]'
    if any(not v.strip() for v in value):
        return f'"{key}" holds an empty text; take it out'
    return None


def _tokens(patterns: object) -> Iterable[str]:
    if not isinstance(patterns, list) or not all(isinstance(p, list) and p for p in patterns):
        yield '"tokens" must be a list of token patterns, as [[{"LOWER": "arm"}, {"ORTH": "A"}]]'
        return
    for pattern in patterns:
        for token in pattern:
            if not isinstance(token, dict):
                yield f'a token of a token pattern must be an object, as {{"LOWER": "arm"}}, not {token!r}'
                continue
            for key in token:
                if key not in _TOKEN_KEYS:
                    yield f'unknown token attribute "{key}"{nearest(key, _TOKEN_KEYS)}'
            op = token.get("OP", "?")
            if op not in _OPS and not re.fullmatch(r"\{\d*,?\d*\}", str(op)):
                yield f'unknown operator "{op}" of a token; it is one of {" ".join(_OPS)} or {{n,m}}'
        if all(set(token) <= {"OP"} for token in pattern if isinstance(token, dict)):
            yield "a token pattern of nothing but wildcards matches everything"


def check_regex(text: str) -> str | None:
    """Return what is wrong with a regular expression, or None."""
    try:
        rx = re.compile(text, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        at = getattr(error, "pos", None)
        return f"bad regular expression {text!r}: {error}" + (f" (sign {at + 1})" if at is not None else "")
    if rx.match(""):
        return f"the regular expression {text!r} matches nothing at all, hence everywhere; ask for at least one sign"
    return None


def check_record(record: object, cues: Iterable[str] | None) -> list[str]:
    """Return what is wrong with one record, as messages.

    Parameters
    ----------
    record : object
        What a line or a table held.
    cues : iterable of str or None
        The ``CUE_*`` labels that something reads; None takes every one of that form.
    """
    if not isinstance(record, dict):
        return [f'a record must be an object, as {{"label": "DRUG", "pattern": "…"}}, not {record!r:.40}']
    problems = [f'unknown key "{k}"{nearest(str(k), KEYS)}' for k in record if k not in KEYS]
    label = record.get("label")
    known = [*LABELS, *sorted(cues or ())]
    if label is None:
        problems.append('the key "label" is missing')
    elif not isinstance(label, str) or not (
        label in known or (cues is None and re.fullmatch(r"CUE_[A-Z0-9_]+", label))
    ):
        problems.append(f'unknown label "{label}"{nearest(str(label), known)}')
    if "id" in record and (not isinstance(record["id"], str) or not record["id"].strip()):
        problems.append('"id" must be a text: the canonical name that gets stored')
    for key in _TEXTS:
        if (wrong := _texts(record, key)) is not None:
            problems.append(wrong)
    pattern = record.get("pattern")
    if pattern is not None:
        if isinstance(pattern, list):
            problems += _tokens([pattern])
        elif not isinstance(pattern, str) or not pattern.strip():
            problems.append('"pattern" must be a phrase or a list of tokens')
    if "tokens" in record:
        problems += _tokens(record["tokens"])
    problems += _also(record.get("also", []))
    for key in ("note", "source", "lang"):
        if key in record and not isinstance(record[key], str):
            problems.append(f'"{key}" must be a text')
    if record.get("lang", "zh") not in ("zh", "en"):
        problems.append(f'"lang" is "zh" or "en", not "{record["lang"]}"')
    if not isinstance(record.get("facts", {}), dict):
        problems.append('"facts" must be an object of names and values')
    for key in ("replace", "disable"):
        if not isinstance(record.get(key, False), bool):
            problems.append(f'"{key}" is true or false')
    if not record.get("disable") and not any(
        record.get(k) for k in ("pattern", "aliases", "regexes", "tokens", "also")
    ):
        problems.append('nothing to match: give "aliases" (or "pattern", "regexes", "tokens")')
    if "id" not in record and not (isinstance(pattern, str) or record.get("aliases")):
        problems.append('the key "id" is missing')
    for text in _all_regexes(record):
        if (wrong := check_regex(text)) is not None:
            problems.append(wrong)
    return problems


def _also(forms: object) -> list[str]:
    if not isinstance(forms, list) or not all(isinstance(f, dict) for f in forms):
        return ['"also" must be a list of objects with "aliases" and "needs"']
    problems: list[str] = []
    for form in forms:
        problems += [f'unknown key "{k}" in "also"{nearest(k, _ALSO_KEYS)}' for k in form if k not in _ALSO_KEYS]
        problems += [wrong for key in _ALSO_KEYS[:-1] if (wrong := _texts(form, key)) is not None]
        if not form.get("aliases") and not form.get("regexes"):
            problems.append('a form of "also" needs "aliases" or "regexes"')
    return problems


def _all_regexes(record: Mapping[str, Any]) -> Iterable[str]:
    forms = record.get("also")
    for form in (record, *(forms if isinstance(forms, list) else ())):
        found = form.get("regexes", []) if isinstance(form, dict) else []
        yield from (r for r in found if isinstance(r, str)) if isinstance(found, list) else ()
