r"""Reading a text as if it were typed plainly, without losing where each sign stood.

Full-width forms, every dash and tilde, middle-dot decimals, thin spaces, LaTeX fragments of
optical character recognition (``$9 5 \%$``) and Markdown marks are read as their plain
equivalents. The text itself is never rewritten: a :class:`Folded` carries the offsets back.
"""

from __future__ import annotations

import html
import re
from array import array
from dataclasses import dataclass

from .hant import to_simplified
from .radicals import RADICALS

__all__ = ["Folded", "fold"]

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_ONE_TO_ONE: dict[int, str] = {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
_ONE_TO_ONE |= {ord(c): " " for c in _SPACES}
_ONE_TO_ONE |= {ord(c): "-" for c in "‐‑‒–—―−﹣⁃─"}
_ONE_TO_ONE |= {ord(c): "~" for c in "∼〜˜⁓～"}
_ONE_TO_ONE |= {ord(c): "'" for c in "’‘′`´"} | {ord(c): '"' for c in "“”„″"}
_ONE_TO_ONE |= {ord(a): b for a, b in zip("≦≧⩽⩾﹪【】〔〕﹤﹥∶ꓽ⁄∕•", "≤≥≤≥%[][]<>::///", strict=False)}
_ONE_TO_ONE[ord("•")] = "•"
_ONE_TO_ONE |= {ord(c): " " for c in "®™©"}  # behind a brand they say nothing
_ONE_TO_ONE |= RADICALS
_TABLE = {k: v for k, v in _ONE_TO_ONE.items() if k != ord(v)}

_MUCOSA = re.compile(r"粘(?=膜)")  # two spellings of one word
_STOP = re.compile(r"(?<=[\u4e00-\u9fff]{2})\.(?=\s?\d)")  # a sentence in Chinese that ends before a number
_DOT = re.compile(r"[·∙‧・⋅•]")
_MID_DOT = re.compile(r"(?<=\d)[·∙‧・⋅•](?=\d)")
# an enumeration comma that optical character recognition read as a full stop: 3.1%.1.9%和2.1%
_LOST_COMMA = re.compile(
    r"(?P<before>\d%[ ]?|±[ ]?\d+(?:\.\d+)?[ ]?(?:d|h|min|月|年|天|岁|分|周)[)]?[ ]?)\."
    r"(?=[ ]?\d+(?:\.\d+)?(?:%[ ]?(?:[、,;。和及与(]|\.[ ]?\d)|[ ]?±))"
)

_COMMANDS = {
    "sim": "~", "thicksim": "~", "approx": "≈", "pm": "±", "times": "x", "leq": "≤", "leqslant": "≤", "le": "≤",
    "geq": "≥", "geqslant": "≥", "ge": "≥", "equiv": "=", "chi": "χ", "alpha": "α", "beta": "β", "gamma": "γ",
    "kappa": "κ", "mu": "μ", "cdot": ".", "lt": "<", "gt": ">", "%": "%", "#": "#", "&": "&", "_": "_", "$": "$",
    "ll": "<", "gg": ">", "to": "~", "rightarrow": "→", "mid": "|", " ": " ", ",": " ", ";": " ", "!": "", "~": " ",
    "left": "", "right": "", "{": "{", "}": "}", "circ": "°", "div": "÷", "neq": "≠", "less": "<", "textless": "<",
    "textgreater": ">", "langle": "<", "rangle": ">",
}  # fmt: skip
_LATEX = re.compile(r"\\(?:left|right)\s*[.|](?!\s*\d)|\\([A-Za-z]+|.)|~|[{}^_ ]|\bscriptstyle\b|.", re.S)
# ``\left. P < 0.05 \right|``: brackets that print nothing
_EDIT = re.compile(
    r"""(?P<math>\$(?=[^$\n]*\$)(?P<inner>[^$\n]{1,400})\$)
      | (?P<image>!\[[^\]\n]{0,300}\]\([^)\n]{0,600}\))
      | (?P<link>\[(?P<label>(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,300})\]\((?P<url>[^()\s]{0,600}(?:\([^()\s]*\)[^()\s]*)*(?:\s+"[^"\n]*")?)\))
      | (?P<escape>\\(?=[~%*_\[\]().#+<>&-]))
      | (?P<stars>\*{1,3}(?=\S)|(?<=\S)\*{1,3})
      | (?P<under>(?<![A-Za-z0-9])_(?=[A-Za-z]{1,3}_)|(?<=(?<![A-Za-z])[A-Za-z])_(?![A-Za-z0-9]))
      | (?P<entity>&(?:[a-zA-Z]{2,8}|\#\d{2,6}|\#x[0-9a-fA-F]{2,5});)
      | (?P<tag></?(?:sup|sub|b|i|em|strong|span|u|font|a|small)(?:\s[^<>\n]{0,200})?/?>)
      | (?P<invisible>[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069])
      | (?P<thousand>(?<=\d)[\u2009\u202f\u00a0](?=\d{3}(?!\d)))
      | (?P<parted>(?<=\d)\x20(?=\.\d{1,2}\s?(?:个月|月|年|%|％|months)))
      # a decimal that optical character recognition pulled apart: 为59. 4%, HR=0. 51(95%CI 0. 38~0. 69)
      | (?P<apart>(?:(?<=[\u4e00-\u9fff=<>＝＜＞(（~～±,，/:：]\d)|(?<=[\u4e00-\u9fff=<>＝＜＞(（~～±,，/:：]\d\d)|(?<=[A-Za-z]\s0))
          (?<![表图章节第]\d)[.．]\x20(?=\d{1,4}\s?(?:[%％‰±~～–—)）;；,，。]|-\d|个?月|年|周|岁|例?/|和|与|及|vs)))
    """,
    re.X,
)
_REGISTERED = re.compile(r"NCT\d{8}")
_NEEDS_EDIT = re.compile(
    r"[$\\*_&\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\u2009\u202f\u00a0]|\]\(|</?[a-z]|[\u4e00-\u9fff=<>＝＜＞(（~～±,，/:：]\d{1,2}[.．]\x20\d|[A-Za-z] 0[.．]\x20\d|\d\x20\.\d"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text with the way back.

    Attributes
    ----------
    text : str
        The folded text.
    starts, ends : array of int, or None
        For each folded character the span in the source that it stands for; None where
        folding kept the length, so that offsets are equal.
    """

    text: str
    starts: array[int] | None = None
    ends: array[int] | None = None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that the folded span ``start:end`` was read from."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= len(self.text):
            last = self.ends[-1] if self.ends else 0
            return last, last
        first = self.starts[start]
        return (first, first) if end <= start else (first, self.ends[end - 1])


class _Writer:
    """Collects folded characters with the source span of each."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: array[int] = array("l")
        self.ends: array[int] = array("l")

    def copy(self, text: str, start: int, end: int) -> None:
        self.parts.append(text[start:end])
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))

    def put(self, folded: str, start: int, end: int) -> None:
        self.parts.append(folded)
        for _ in folded:
            self.starts.append(start)
            self.ends.append(end)


def _math(text: str, start: int, end: int, out: _Writer) -> None:
    """Write a LaTeX fragment as plain text: spaces mean nothing in it, commands mean signs."""
    for m in _LATEX.finditer(text, start, end):
        piece = m.group()
        if m.group(1) is not None:
            sign = _COMMANDS.get(m.group(1), "")
            if sign:
                out.put(sign, m.start(), m.end())
        elif piece == "~":
            out.put(" ", m.start(), m.end())
        elif piece not in "{}^_ " and piece != "scriptstyle" and not piece.startswith("\\"):
            out.put(piece, m.start(), m.end())


def _edit(text: str, start: int, end: int, out: _Writer) -> None:
    pos = start
    for m in _EDIT.finditer(text, start, end):
        if m.start() < pos:
            continue
        out.copy(text, pos, m.start())
        kind = m.lastgroup
        if m.group("math"):
            _math(text, m.start("inner"), m.end("inner"), out)
        elif m.group("link"):
            inner = m.start("label"), m.end("label")
            cited = re.fullmatch(r"\^?\d{1,3}", m.group("label"))
            if cited and not (m.start() and text[m.start() - 1] == "["):
                out.put("[", m.start(), m.start() + 1)
                _edit(text, *inner, out)
                out.put("]", m.end() - 1, m.end())
            else:
                _edit(text, *inner, out)
                number = _REGISTERED.search(text, *m.span("url"))
                if (
                    number
                    and number.group() not in text[m.start("label") : m.start("url")] + text[m.end() : m.end() + 60]
                ):
                    # the link of a trial's name to its registration: the number is told nowhere else
                    out.put(" (", number.start(), number.start())
                    out.copy(text, *number.span())
                    out.put(")", number.end(), number.end())
        elif kind == "apart":
            out.put(".", m.start(), m.end())
        elif kind == "parted":
            pass  # ``6 .7个月``
        elif kind == "entity":
            plain = html.unescape(m.group())
            out.put(plain if len(plain) == 1 else " ", m.start(), m.end())
        pos = m.end()
    out.copy(text, pos, end)


def fold(text: str) -> Folded:
    r"""Fold `text`.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    Folded
        Plain reading and offset map.

    Examples
    --------
    >>> fold("ＨＲ０·５１（95％CI）").text
    'HR0.51(95%CI)'
    >>> f = fold(r"$9 5 \%$ CI")
    >>> f.text, f.source(0, 3)
    ('95% CI', (1, 7))
    """
    edited = _NEEDS_EDIT.search(text) is not None
    if not edited and text.isascii():
        return _shortened(text, None, None)
    out = _Writer()
    if edited:
        _edit(text, 0, len(text), out)
        plain = "".join(out.parts)
    else:
        plain = text
    plain = to_simplified(plain.translate(_TABLE))
    plain = _STOP.sub("。", plain) if "." in plain else plain
    plain = _MUCOSA.sub("黏", _MID_DOT.sub(".", plain) if _DOT.search(plain) else plain)
    if "%." in plain or "% ." in plain or "±" in plain:
        plain = _LOST_COMMA.sub(_comma_again, plain)
    return _shortened(plain, out.starts, out.ends) if edited else _shortened(plain, None, None)


def _comma_again(m: re.Match[str]) -> str:
    """The comma for a stop inside a list; a stop before a space ends an English sentence: ``and 3%. 64% of …``."""
    text, at = m.string, m.start()
    ends = text.startswith(" ", m.end()) and text[max(0, at - 40) : at].isascii()
    return m.group() if ends else f"{m.group('before')}、"


_SPACE_RUN, _WORD_RUN, _SIGN_RUN = 8, 100, 1000
_MANY_SPACES = re.compile(rf"\s\s{{{_SPACE_RUN}}}")
_RUN = re.compile(rf"\s{{{_SPACE_RUN + 1},}}|[A-Za-z0-9]{{{_WORD_RUN + 1},}}|[!-;=?-{{}}~]{{{_SIGN_RUN + 1},}}")


def _shortened(text: str, starts: array[int] | None, ends: array[int] | None) -> Folded:
    """Cut runs that no print holds: white space, one endless word, signs without a space.

    They carry nothing, and every expression that looks around in them would take its time.
    Of white space the line breaks are kept first.
    """
    # the words tell at once; Chinese, which has none, is looked through
    if (_MANY_SPACES.search(text) is None and max(map(len, text.split()), default=0) <= _WORD_RUN) or not _RUN.search(
        text
    ):
        return Folded(text, starts, ends)
    if starts is None or ends is None:
        starts, ends = array("l", range(len(text))), array("l", range(1, len(text) + 1))
    parts: list[str] = []
    new_starts: array[int] = array("l")
    new_ends: array[int] = array("l")
    pos = 0
    for m in _RUN.finditer(text):
        run = m.group()
        if run[0].isspace():
            kept = [m.start() + k for k, c in enumerate(run) if c == "\n"][:_SPACE_RUN] or [
                *range(m.start(), m.start() + _SPACE_RUN)
            ]
        else:
            kept = [*range(m.start(), m.start() + (_WORD_RUN if run[:_WORD_RUN].isalnum() else _SIGN_RUN))]
        parts += (text[pos : m.start()], "".join(text[k] for k in kept))
        new_starts.extend(starts[pos : m.start()])
        new_ends.extend(ends[pos : m.start()])
        new_starts.extend(starts[k] for k in kept)
        new_ends.extend(ends[k] for k in kept)
        pos = m.end()
    parts.append(text[pos:])
    new_starts.extend(starts[pos:])
    new_ends.extend(ends[pos:])
    return Folded("".join(parts), new_starts, new_ends)
