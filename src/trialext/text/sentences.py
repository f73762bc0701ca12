"""Paragraphs, sections and sentences of a folded text, and its language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import inline

__all__ = ["Line", "SentenceSpan", "first_sign", "language", "split_sentences"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")

_REFERENCES = re.compile(
    r"^[\W_]*(?:主要)?(?:参考文献|参考资料|references?|bibliography|literature cited)[\W_]*(?:\(?\d*\)?)$|^[\W_]*(?:参考文献|References)\s*[:：]",
    re.I,
)
_HEADING = re.compile(r"^\s*#{1,6}\s+\S")
_CAPTION = re.compile(r"^\W*(?:图|表|附图|附表|Figure|Fig\.?|Table|Tab\.?)\s*\d", re.I)
_NOTE = re.compile(r"^\W*(?:编者按|编者注|编辑按|导语|导读|Editor'?s note)", re.I)
_META = re.compile(
    r"^\W*(?:作者|来源|日期|链接|责任编辑|责编|编辑|审校|供稿|通信作者|通讯作者|基金项目|收稿日期|作者单位|作者简介|Correspondence|Corresponding author|Funding|Conflicts? of interest|Author contributions?|Acknowledge?ments?)\s*[:：]|^\W*https?://\S+\W*$",
    re.I,
)
_REFERENCE_LINE = re.compile(
    r"^\W*(?:\[?\d{1,3}\]?[.．、\s]*)\s*\S.{10,}(?:\bdoi\b|\[J\]|\[PUBMED Abstract\]|\d{4}\s*[;；,，]\s*\d+\s*(?:\(|:|：)|\d+\s*\(\d+\)\s*:\s*[eE]?\d+|: [eE]?\d+-\d+, (?:19|20)\d\d)",
    re.I | re.S,
)
_TITLE_MARK = re.compile(r"^(?:TITLE|标题|题目)\s*[.:：]", re.I)
_LABEL_LINE = re.compile(r"^(?:[A-Z][A-Z/ &-]*\.)?[A-Z][A-Z/ &-]+[.:]$")
_SPLIT = re.compile(
    r"[。！？!?]+[\"')\]]*|\.(?:\[\d[\d,\- ]*\]|\[\[?Level of evidence[^\]]*\]\]?|\"|\)|')*(?=\s+[\[(\"']?[A-Z0-9\u3400-\u9fff•-]|\s*$)|\.\s*(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]{2})\.(?=\s?[A-Za-z0-9(\"])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|v|et al|i\.e|e\.g|ie|eg|cf|Fig|Figs|fig|Tab|No|no|Nos|Dr|Prof|St|approx|ca|resp|Inc|Ltd|Co|Corp|Jr|Sr|Mr|Mrs|Ms|Ph\.D|M\.D|U\.S|U\.K|ver|dept|incl|min|max|mo|yr|wk|Vol|pp|Eq|Ref|Refs|sp|spp|al)|(?<![A-Za-z])(?<!\b[Aa]rm )(?<!\b[Gg]roup )(?<!\bregimen )(?<!\b[Vv]itamin )(?<!\b[Hh]epatitis )[A-Z])\.$"
)
_OPEN_END = re.compile(r"[^.。!?！？:：;；|>\]\s]\s*$")

LONGEST = 4_000
"""Characters of a sentence; what goes on for longer was never one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the folded text with its section."""

    start: int
    end: int
    section: str


@dataclass(frozen=True, slots=True)
class SentenceSpan:
    """A sentence of the folded text.

    Attributes
    ----------
    start, end : int
        Span in the folded text.
    section : str
        As in :class:`trialext.model.Sentence`.
    paragraph : int
        Running number of the paragraph.
    """

    start: int
    end: int
    section: str
    paragraph: int


def language(text: str) -> str:
    """Return ``zh`` or ``en``: whichever script carries more of `text`.

    Two Han characters weigh as much as one Latin word.
    """
    if _HAN.search(text) is None:
        return "en"
    return "zh" if len(_HAN.findall(text)) > 2 * len(_LATIN_WORD.findall(text)) else "en"


def _paragraphs(text: str) -> list[Line]:
    """Lines of the text with sections; a line that was only wrapped joins the one before."""
    lines: list[Line] = []
    section = "body"
    pos = 0
    titled = False
    for raw in text.split("\n"):
        start, end = pos, pos + len(raw)
        pos = end + 1
        stripped = raw.strip()
        if not stripped:
            continue
        if section == "references" and (_HEADING.match(raw) and not _REFERENCES.match(stripped)):
            section = "body"
        if _REFERENCES.match(stripped) and (len(stripped) < 40 or "doi" in stripped.lower()):
            section = "references"
        here = section
        if section != "references":
            if (
                stripped[0] == "|"
                or stripped.lower().startswith(("<html", "<table", "<tr"))
                or "<table" in stripped[:400]
            ):
                here = "table"
            elif _CAPTION.match(stripped):
                here = "caption"
            elif _NOTE.match(stripped):
                here = "note"
            elif _META.match(stripped):
                here = "meta"
            elif _REFERENCE_LINE.match(stripped[:LONGEST]) and _cites(stripped):
                here = "references"
            elif not titled and not _LABEL_LINE.match(stripped):
                here = "title" if len(stripped) < 400 and _looks_like_title(stripped) else "body"
        if not _LABEL_LINE.match(stripped):
            titled = True
        previous = lines[-1] if lines else None
        torn = (
            previous
            and here == "body"
            and previous.section in ("body", "title")
            and _torn(text, previous, start, stripped)
        )
        if previous and (
            torn
            or (
                previous.section == here == "body"
                and text.count("\n", previous.end, start) <= 2
                and _continues(text, previous, stripped)
            )
        ):
            lines[-1] = Line(previous.start, end, here)
        else:
            lines.append(Line(start, end, here))
    if len(lines) == 1 and lines[0].section == "title":
        lines[0] = Line(lines[0].start, lines[0].end, "body")
    return lines


def _cites(line: str) -> bool:
    """Tell a reference entry from a sentence that cites one: an author list comes first."""
    return bool(
        inline.match(
            r"^\W*\[?\d{1,3}\]?[.、\s]*\s*(?:[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+)? [A-Z]{1,3}\b|[\u4e00-\u9fff]{2,4}\s*[,，])",
            line,
        )
    )


def _looks_like_title(line: str) -> bool:
    return _TITLE_MARK.match(line) is not None or (
        not inline.search(r"[。.;；]\s*$", line.rstrip())
        and "。" not in line
        and len(inline.findall(r"\.\s+[A-Z]", line)) == 0
        and not inline.match(r"^\s*(?:[-*•]|\d+[.、)])", line)
        and not inline.match(r"^(?:摘要|Abstract|目的|背景)", line, re.I)
    )


def _continues(text: str, previous: Line, line: str) -> bool:
    if (
        line[0] in "-*•#|"
        or inline.match(r"^\d+[.、)]\s", line)
        or _HEADING.match(text[previous.start : previous.start + 40])
    ):
        return False
    before = text[max(previous.start, previous.end - 60) : previous.end]
    if len(before.rsplit("\n", 1)[-1]) < 40:
        return False
    tail = before.rstrip()[-1:]
    if tail in ",，、(（和与及":
        return True
    return bool(_OPEN_END.search(before)) and line[0].islower()


_NUMBER_OF_STUDY = re.compile(r"[(\[]\s*(?:NCT\d|ISRCTN|ChiCTR|EudraCT|UMIN)")
_TORN_TAIL = re.compile(
    r"(?:[=<>≤≥~(\[±]|\d\s*-|(?<![A-Za-z])(?:to|of|was|were|with|and|or|the|in|by|vs\.?|versus|CI|HR|OR|RR|[Pp])|[为于与和至到约])\s*$"
)
_TORN_HEAD = re.compile(r"(?:%|months?\b|years?\b|weeks?\b|days?\b|vs\b|versus\b|个?月|年|周|天|例|[)\]])")
_NEW_ITEM = re.compile(r"[-*•#|]|\d+[.、)]\s|\(\d+\)")


def _torn(text: str, previous: Line, start: int, line: str) -> bool:
    """A line break inside a statistic: ``8.8\\nmonths``, ``0.66 to\\n0.88``, a bracket that closes on the next line."""
    if (
        text.count("\n", previous.end, start) > 1
        or _NEW_ITEM.match(line)
        or _HEADING.match(text[previous.start : previous.start + 40])
    ):
        return False
    before = text[max(previous.start, previous.end - 300) : previous.end]
    if inline.search(r"(?:[Mm]edian|[Mm]ean|rate|survival|中位|率|期)[^.。;\n]{0,30}:\s*$", before) and inline.search(
        r"\d", line[:60]
    ):
        return True
    if _NUMBER_OF_STUDY.match(line) and inline.search(r"(?:study|trial|研究|试验)\s*$", before):
        return True
    if _TORN_TAIL.search(before) or (inline.search(r"\d\s*$", before) and _TORN_HEAD.match(line)):
        return True
    opened = before.count("(") > before.count(")")
    close, opening = line.find(")"), line.find("(")
    return (
        opened
        and inline.search(r"\d", before[before.rfind("(") :]) is not None
        and 0 <= close < 120
        and not 0 <= opening < close
    )


def split_sentences(text: str) -> tuple[list[Line], list[SentenceSpan]]:
    """Split a folded text.

    Parameters
    ----------
    text : str
        Folded text.

    Returns
    -------
    lines : list of Line
        Paragraphs in order.
    sentences : list of SentenceSpan
        Sentences in order; together they cover every non-blank character.
    """
    lines = _paragraphs(text)
    sentences: list[SentenceSpan] = []
    for number, line in enumerate(lines):
        if line.section in ("table", "references"):
            sentences += _pieces(text, line.start, line.end, line.section, number)
            continue
        start = line.start
        for m in _SPLIT.finditer(text, line.start, line.end):
            if text[m.start()] == "." and _ABBREVIATION.search(text, max(start, m.start() - 8), m.start() + 1):
                continue
            if (
                m.group()[0] == "."
                and m.end() < line.end
                and inline.match(r"\s+\d", text[m.end() : m.end() + 3])
                and inline.search(
                    r"(?:[=<>≤≥]\s*0|\b[Pp]\s*[=<>]?\s*0?)$", text[max(start, m.start() - 30) : m.start()]
                )
            ):
                continue
            if (
                m.group()[0] == "."
                and inline.search(r"(?<![\d.])0$", text[max(start, m.start() - 2) : m.start()])
                and inline.match(r"\s\d{2,4}(?![\d.%]|\s*%)", text[m.end() : m.end() + 8])
            ):
                continue  # ``0. 77``: a space that a scan left behind the point
            if _depth(text, max(start, m.start() - LONGEST), m.start()) > 0 and m.end() < line.end:
                continue
            if text[start : m.end()].strip():
                sentences += _pieces(text, *_trim(text, start, m.end()), line.section, number)
            start = m.end()
        if text[start : line.end].strip():
            sentences += _pieces(text, *_trim(text, start, line.end), line.section, number)
    return lines, sentences


_SEAM = re.compile(r"[\s,;、；，>|]")


def first_sign(text: str, signs: str, start: int, end: int) -> int:
    """Return where the first of some signs stands in ``text[start:end]``, or `end`.

    Parameters
    ----------
    text : str
    signs : str
        Single characters, such as those that end a clause.
    start, end : int
        The stretch.

    Examples
    --------
    >>> first_sign("A; B。C", ";。", 2, 6), first_sign("A, B", ";。", 0, 4)
    (4, 4)
    """
    return min((at for at in (text.find(sign, start, end) for sign in signs) if at >= 0), default=end)


def _pieces(text: str, start: int, end: int, section: str, paragraph: int) -> list[SentenceSpan]:
    """Cut a sentence that goes on for too long, where a word or clause ends."""
    out: list[SentenceSpan] = []
    while end - start > LONGEST:
        cut = start + LONGEST
        seam = next((k for k in range(cut, cut - 400, -1) if _SEAM.match(text, k - 1)), cut)
        out.append(SentenceSpan(*_trim(text, start, seam), section, paragraph))
        start = _trim(text, seam, end)[0]
    if end > start:
        out.append(SentenceSpan(start, end, section, paragraph))
    return [s for s in out if s.end > s.start]


_BRACKET = re.compile(r"[()\[\]]")


def _depth(text: str, start: int, end: int) -> int:
    """Open brackets between start and end that do close soon after; others are slips, not scopes."""
    stack: list[int] = []
    for m in _BRACKET.finditer(text, start, end):
        if m.group() in "([":
            stack.append(m.start())
        elif stack:
            stack.pop()
    if not stack:
        return 0
    closing = ")" if text[stack[-1]] == "(" else "]"
    close = text.find(closing, end, end + 200)
    opening = text.find(text[stack[-1]], end, end + 200)
    closes = close >= 0 and "\n" not in text[end:close] and not (0 <= opening < close)
    return len(stack) if closes and end - stack[-1] < 300 else 0


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
