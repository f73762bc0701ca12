"""All mentions of a document: words of the packs and names recognised by their shape."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ..model import Mention
from ..patterns import Patterns
from ..text import inline
from ..text.fold import Folded
from .guarded import guarded
from .morphology import infer_drugs, infer_rates, infer_trials, is_other_word
from .ruler import Ruler, ruler_for

__all__ = ["cooperative_groups", "find_mentions", "unlinked"]


def find_mentions(text: str, patterns: Patterns, stretches: Sequence[tuple[int, int]] | None = None) -> list[Mention]:
    """Return the mentions of a folded text, in order.

    Parameters
    ----------
    text : str
        Folded text.
    patterns : Patterns
    stretches : sequence of (start, end), optional
        Look only here; by default the whole text.
    """
    ruler = ruler_for(patterns)
    found = [piece for m in ruler.find(text) for piece in _pieces(m, text, ruler.drugs)]
    drugs = {m.id.lower() for m in found if m.label == "DRUG"}
    marks = _Marks(found)
    for start, end, name in infer_drugs(text, patterns):
        if not marks.taken(start, end, {"DRUG", "REGIMEN", "TRIAL", "REGISTRY", "CLASS"}) and name.lower() not in drugs:
            found.append(Mention("DRUG", name, start, end, "drug.shape", inferred=True))
            marks.add(found[-1])
    trials: list[Mention] = []
    for start, end, name in infer_trials(text, patterns):
        if inline.fullmatch(r"[IVX]+|RCTs?|[A-Z]{1,2}|(?:Phase|PHASE)\b.*", name) or _NO_NAME.fullmatch(name):
            continue
        if not marks.taken(start, end, {"TRIAL", "REGISTRY", "DRUG", "REGIMEN", "TUMOUR"}):
            trials.append(Mention("TRIAL", name, start, end, "trial.shape", inferred=True))
            marks.add(trials[-1])
    # what stands within the name of a trial is nothing of its own
    starts = [t.start for t in trials]
    found = [
        m
        for m in found
        if not any(
            t.start <= m.start and m.end <= t.end
            for k in (bisect_right(starts, m.start),)
            for t in trials[max(0, k - 1) : k]
        )
    ] + trials
    for start, end, name in infer_rates(text, patterns):
        if not marks.taken(start, end, {"ENDPOINT", "MEASURE", "TRIAL", "POPULATION", "BIOMARKER"}):
            found.append(Mention("ENDPOINT", f"other:{name}", start, end, "endpoint.shape", inferred=True))
    before = len(found)
    found += _beside_registry(text, marks, patterns)
    for m in found[before:]:
        marks.add(m)
    again = _again(text, found, marks)
    called = {(m.start, m.end) for m in (*found[before:], *again)}
    found = [m for m in found if m.label != "ENDPOINT" or (m.start, m.end) not in called] + again
    found += _short_endpoints(text, found, marks)
    found += _behind_number(text, patterns, marks, ruler)
    found += _coordinated(text, found, ruler)
    found = [x for m in found for x in _relative_risk(m, text)]
    found = [
        replace(m, label="REGIMEN", id=text[m.start : m.end]) if m.label == "TRIAL" and _GIVEN.match(text, m.end) else m
        for m in found
    ]
    if _NO_EMESIS.search(text):
        found = [replace(m, id=_ANTIEMETIC) if m.label == "ENDPOINT" and m.id == "CR" else m for m in found]
    found = _with_slash(sorted(found, key=lambda m: (m.start, m.end)), text, cooperative_groups(patterns))
    led = _led_by(patterns)
    found = [_with_group(m, text, led) if m.label == "TRIAL" else m for m in found]
    return sorted(found, key=lambda m: (m.start, m.end))


_ANTIEMETIC = "other:complete response (no emesis)"
_NO_EMESIS = guarded(
    r"(?:complete\s+(?:response|protection|control)|(?<![A-Za-z])CR(?![A-Za-z])|完全缓解|完全控制|完全应答)(?:[^.;。]|i\.e\.){0,50}?(?:no\s+(?:emesis|vomiting|emetic)|(?:无|没有|未发生)呕吐)",
    re.I,
)
"""``complete response (no emesis, no rescue medication)``: what an antiemetic is to bring about, no remission."""
_NO_COOPERATIVE = frozenset(
    [
        "SEER",
        "NCI",
        "NIH",
        "FDA",
        "EMA",
        "NCCN",
        "ESMO",
        "ASCO",
        "CSCO",
        "INT",
        "ISRCTN",
        "ICTRP",
        "ANZCTR",
        "ChiCTR",
        "NCT",
        "EudraCT",
        "WHO",
        "EU",
        "ENETS",
        "CRUK",
        "NIHR",
        "AbbVie",
        "AstraZeneca",
        "GlaxoSmithKline",
        "IRCT",
        "PLC",
        "PLC-A",
        "IASLC",
        "ENSAT",
        "PKD",
        "MRC",
        "AGO",
        "AIO",
    ]
)


_SHORT_FORM = re.compile(r"(?:\s+(?:rates?|time))?\s*\(\s*(?P<abbr>[A-Z][A-Za-z-]{0,5}[A-Z])\s*\)")


def _short_endpoints(text: str, found: Sequence[Mention], marks: _Marks) -> list[Mention]:
    """``local recurrence (LR)``: a short form of initials means that endpoint in the rest of the text."""
    out: list[Mention] = []
    told: set[str] = set()
    for m in sorted(found, key=lambda m: m.start):
        short = _SHORT_FORM.match(text, m.end) if m.label == "ENDPOINT" else None
        if short is None or short.group("abbr") in told:
            continue
        abbr = short.group("abbr")
        words = inline.findall(r"[A-Za-z]+", text[m.start : short.start("abbr")])
        if marks.taken(*short.span("abbr"), _OTHER) or "".join(w[0] for w in words).upper() != abbr.upper():
            continue
        told.add(abbr)
        for x in inline.finditer(rf"(?<![A-Za-z0-9-]){re.escape(abbr)}(?![A-Za-z0-9-])", text[short.end() :]):
            span = short.end() + x.start(), short.end() + x.end()
            if not marks.taken(*span, _OTHER):
                out.append(Mention("ENDPOINT", m.id, *span, "endpoint.short-form", inferred=True))
    return out


def _with_slash(found: list[Mention], text: str, groups: frozenset[str]) -> list[Mention]:
    """``CALGB 10603/RATIFY``: a group's number and the name of one trial."""
    out: list[Mention] = []
    for m in found:
        last = next((k for k in range(len(out) - 1, max(-1, len(out) - 4), -1) if out[k].label == "TRIAL"), None)
        if m.label == "TRIAL" and last is not None and text[out[last].end : m.start] == "/":
            one = out[last]
            numbered = [_head(text[x.start : x.end]) in groups for x in (one, m)]
            if numbered[0] != numbered[1]:
                name = m if numbered[0] else one
                out[last] = replace(name, id=name.id or text[name.start : name.end], start=one.start, end=m.end)
                continue
            heads = {_head(text[x.start : x.end]) for x in (one, m)}
            if (
                not any(numbered)
                and len(heads) == 2
                and _ONE_OF_TWO_NAMES.match(text, m.end)
                and _only_together(found, text, one, m)
            ):
                # ``ASCENT-04/KEYNOTE-D19:``: two sponsors ran one trial, each under its own name
                out[last] = replace(one, id=text[one.start : m.end], end=m.end)
                continue
            if all(numbered) and len(heads) == 2 and not _SEVERAL.match(text, m.end):
                # ``MRC CR07/NCIC-CTG C016``: two groups ran one trial
                out[last] = replace(one, id=text[one.start : m.end], end=m.end)
                continue
        out.append(m)
    return out


def _head(name: str) -> str:
    """The cooperative group of ``CALGB 10603``, ``NCIC-CTG C016`` or ``JCOG0802``."""
    return inline.sub(r"\d.*$", "", inline.split(r"[ -]", name)[0])


def _only_together(found: Sequence[Mention], text: str, *pair: Mention) -> bool:
    """Whether neither of two names of trials stands without the other."""
    for m in found:
        if m.label == "TRIAL" and any(text[m.start : m.end] == text[x.start : x.end] for x in pair):
            beside = text[m.start - 1 : m.start] == "/" or text[m.end : m.end + 1] == "/"
            if not beside:
                return False
    return True


_ONE_OF_TWO_NAMES = re.compile(
    r"\s*(?:[:(,]|研究(?!均|都)|试验(?!均|都)|是|(?:trial|study)(?![A-Za-z])|was(?![A-Za-z]))"
)
_SEVERAL = re.compile(r"\s*(?:trials|studies|两项|等)")


@lru_cache(maxsize=4)
def _led_by(patterns: Patterns) -> re.Pattern[str]:
    """A cooperative group right before the name of a trial."""
    names = sorted(cooperative_groups(patterns) - _NO_COOPERATIVE, key=lambda n: (-len(n), n))
    return re.compile(rf"(?<![A-Za-z0-9-])(?:{'|'.join(map(re.escape, names))})[ /-]$")


def _with_group(m: Mention, text: str, led: re.Pattern[str]) -> Mention:
    """``GCIG INTERLACE``: the group that ran the trial belongs to its full name; its short form stays its id."""
    before = led.search(text[max(0, m.start - 16) : m.start])
    return m if before is None else replace(m, id=m.id or text[m.start : m.end], start=m.start - len(before.group()))


def unlinked(mentions: Sequence[Mention], folded: Folded, source: str) -> list[Mention]:
    """Cut names of trials where a link begins: of ``COG [AALL1331](…)`` the name is what is linked.

    Parameters
    ----------
    mentions : sequence of Mention
        Folded offsets.
    folded : Folded
    source : str
        The text that was folded.
    """
    if "](" not in source:
        return list(mentions)
    out = []
    for m in mentions:
        a, b = folded.source(m.start, m.end)
        opened = source.find("[", a, b) if m.label == "TRIAL" else -1
        if opened > a:
            at = next(k for k in range(m.start, m.end) if folded.source(k, k + 1)[0] > opened)
            name = folded.text[at : m.end]
            m = replace(m, start=at, id=name if m.id == folded.text[m.start : m.end] else m.id)
        out.append(m)
    return out


def _relative_risk(m: Mention, text: str) -> list[Mention]:
    """``relative risk of progression 0.48``: the measure, and the endpoint that follows it."""
    if m.label == "MEASURE" and m.id == "HR" and text.startswith("死亡", m.start) and m.end - m.start > 3:
        # ``死亡风险比0.89``: the endpoint is told in the name of the measure
        return [Mention("ENDPOINT", "OS", m.start, m.start + 2, m.rule), replace(m, start=m.start + 2)]
    if m.label == "ENDPOINT" and text.endswith("风险", m.start, m.end) and text.startswith("比", m.end):
        # ``复发风险比0.86``: the endpoint and the hazard ratio share two characters
        at = m.end - 2
        return [replace(m, end=at), Mention("MEASURE", "HR", at, m.end + 1, m.rule)] if at > m.start else [m]
    word = _RISK_OF.match(text, m.start, m.end) if m.label == "ENDPOINT" else None
    before = _RELATIVE.search(text, max(0, m.start - 12), m.start) if word else None
    if word is None or before is None:
        return [m]
    return [Mention("MEASURE", "RR", before.start(), word.end("risk"), m.rule), replace(m, start=word.end())]


_RISK_OF = re.compile(r"(?P<risk>risks?)\s+of\s+(?:the\s+)?(?=\S)", re.I)
_RELATIVE = re.compile(r"(?<![A-Za-z])relative\s+$", re.I)
_GIVEN = re.compile(r"\s?(?:方案|化疗|(?:regimen|chemotherapy|backbone|chemoradiotherapy)(?![A-Za-z]))")
"""``ALCL99方案``: what was given, called after the study that gave it first."""


_NAMED = guarded(
    r"(?<![A-Za-z0-9/-])(?P<name>[A-Z][A-Za-z]{0,11}(?:[A-Z]|(?<=[A-Za-z])[- ]?\d)[A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,3}|[A-Z]{4,14}(?:[- ]\d{1,4})?)"
    r"\s*(?:研究|试验|trial|study)?\s*[(\[](?:[^()\[\]]{0,40}?[\s,;(])?(?:NCT\s?\d{8}|ChiCTR[-A-Za-z]*\d+|ISRCTN\s?\d+|UMIN\d+|EudraCT|NTR\s?\d{3,5}|ACTRN\d+|JPRN|jRCT\w+|DRKS\d+)"
)


_LEADING = re.compile(
    r"^[ \t]*(?:[*•·-]\s*|\d+[.)、]\s*|No\.\s?\d+\s*\|\s*|#+\s*)?(?P<name>[A-Z]{2,}[A-Za-z]*-\d{1,4}[A-Za-z]?|[A-Z]{4,14}(?:-\d+)?)\s*(?:研究|试验|trial|study)?\s*[:(]"
    r"(?=.{0,160}?(?:(?<![A-Za-z])(?:vs|versus|phase)(?![A-Za-z])|对比|期|n\s*=))",
    re.M,
)


_NUMBERED = guarded(
    r"(?P<name>[A-Z](?<![A-Za-z0-9/-].)[A-Za-z]+-\d{2,4}[A-Za-z]?)(?=\s*(?:研究|试验|[Tt]rial|[Ss]tudy))"
)


_SHAPE = r"(?P<{0}>[A-Z](?<![A-Za-z0-9/-].)[A-Z]{{2,}}[A-Za-z]*-(?:\d{{1,4}}[A-Za-z]?|[ⅠⅡⅢⅣ]|I{{1,3}}))(?![A-Za-z0-9])"
_TOLD = guarded(
    _SHAPE.format("name")
    + r"(?=\s+(?:was|is)\s+(?:an?|the)\s[^.;]{0,80}?(?:trial|study)|\s*是(?:一项|一个|[^,;。]{0,30}(?:试验|研究))|(?:研究|试验)?(?:也|还|又|已|刚刚?)?(?:读出了?|公布了?|揭盲|给了答案|给出了?答案|入组|招募|达到了?主要终点|未(?:能)?达到?主要终点)|,?\s+(?:however,\s+)?(?:met|did not meet|failed to meet|compared(?!\s+(?:with|to|and)(?![A-Za-z]))|enrolled)\s|:\s*(?:HR|OR|RR|hazard|ORR|mPFS|mOS)|,\s+however,\s+did)"
)
"""``X-1 was a phase II trial``, ``X-1 met its endpoint``, ``(X-1: HR 0.55)``: a name that only a trial would have."""
_DASHED = re.compile(r"[A-Z][A-Za-z]+-[\dIⅠⅡⅢⅣ]")  # what _NUMBERED, _TOLD and _PLACED cannot match without
_PLACED = guarded(
    r"(?:^|(?<=[.;。]\s)|(?<=[.;。]))(?:In|在)\s*(?P<name>[A-Z]{3,}[A-Za-z]*-\d{1,4}[A-Za-z]?)(?=,|中|\s+the\s)"
    r"|(?:研究|试验|trial|study)\s*\((?P<named>[A-Z]{3,}[A-Za-z]*-\d{1,4}[A-Za-z]?)\)",
    re.M,
)


_NO_NAME = re.compile(
    r"[IVX]+|HER2|EGFR|PD-L?1|RCTs?|(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b.*|(?:METHODS?|RESULTS?|BACKGROUND|OBJECTIVES?|CONCLUSIONS?|FINDINGS|PURPOSE|ABSTRACT|DESIGN|SETTING|PARTICIPANTS|INTERVENTIONS?|TITLE|SUMMARY|CRP|COVID-19)"
)


_INTRODUCED = re.compile(
    r"(?:(?<=[Tt]he )(?P<short>[A-Z]{1,3}-?\d{2,5}[A-Z]?|[A-Z]{2,4} \d{2,3}|[A-Z][a-z]{3,}-[A-Z])(?= (?:trial|study)(?![A-Za-z]))|(?<=[\u4e00-\u9fff])(?P<code>[A-Z]{1,3}-?\d{2,5}[A-Z]?)(?=研究(?!者|组)|试验(?!者|组)))|(?<![A-Za-z0-9/-])(?P<name>[A-Z]{4,12}(?:-[A-Z0-9]{1,8})?)(?=是(?:一项|一个|首个)[^,;。]{0,40}(?:试验|研究)|\s(?:was|is)\s(?:an?|the)\s[^.;,]{0,60}(?:trial|study)(?![A-Za-z]))"
)
"""``LEADER是一项双盲试验``, ``SOLO was a phase III trial``: a name that is told to be a trial."""
_GROUPS_STUDY = re.compile(r"(?<=在)(?P<name>[A-Z][A-Z-]{2,11}研究)(?=中)")
"""``在IFM研究中``: a cooperative group's study that has no name of its own."""
_LISTED_NAME = r"[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*(?:-(?:[A-Z][A-Za-z]*[0-9]*|[0-9]{1,4}[A-Z]?))*"
_LISTED = guarded(
    rf"(?:研究|试验|trials|studies)\s*\((?P<bracket>{_LISTED_NAME}(?:\s*(?:、|,|和|与|及|and|,\s*and)\s*{_LISTED_NAME})+)\)"
    rf"|(?<![A-Za-z0-9-])(?P<before>{_LISTED_NAME}(?:\s*(?:、|,|和|与|及|and|,\s*and)\s*{_LISTED_NAME})+)(?=\s?(?:等)?(?:两项|三项|多项)?(?:[ⅠⅡⅢI123一二三]+期)?(?:研究|试验|[ ]trials(?![A-Za-z])|[ ]studies(?![A-Za-z])))"
)
"""Several names that share one noun: ``EMPEROR-Reduced和EMPEROR-Preserved试验``, ``Ⅲ期研究(REMoDL-B、PHOENIX)``."""
_CALLED = guarded(
    r"(?:名为|称为|代号为?|简称|(?<![A-Za-z])(?:called|named|known as|dubbed)\s+(?:the\s+)?)\s*(?P<name>[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*(?:-[A-Z0-9][A-Za-z0-9]*)*(?:\s\d{1,4})?)\s*(?:的)?(?:[^,;。.]{0,12}?)(?:研究|试验|trial|study)"
    r"|(?<![A-Za-z0-9/-])(?P<phased>[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*(?:-[A-Z0-9][A-Za-z0-9]*)*)(?=(?:Ⅲ|III|3|三|Ⅱ|II|2|二|Ⅰ|I|1|一)[ab]?期(?:临床)?(?:研究|试验))"
    r"|\((?P<titled>[A-Z]{3,}[A-Za-z0-9-]*(?: [A-Z][A-Z0-9-]{2,})?)\)\s*:\s*(?=一项|多中心|随机|(?:an?|the)\s)(?=[^.。]{0,120}(?:试验|研究|trial|study))"
)
_A_TRIAL = re.compile(r"(?<![A-Za-z])(?:trial|study)(?![A-Za-z])|试验|研究", re.I)
_IN_TITLE = re.compile(r"(?<=\()(?P<name>[A-Z]{3,}-?\d{1,4}[A-Z]?|[A-Z]{4,}(?:-[A-Z0-9]+)?)(?=\)\s*(?:$|[:.]))")
"""``…: data from a randomised trial (ABCD-01)``, ``A versus B in melanoma (ABCD): a phase III trial``."""
_TITLE_LINE = re.compile(r"\s*(?:TITLE[.:]?\s*)?(?P<title>\S[^\n]{0,300})(?=\n)")
_REGISTERED = guarded(
    r"[;；(.。]\s*(?P<name>[A-Z][A-Za-z0-9]*[A-Z0-9][A-Za-z0-9]*(?:[ -][A-Z0-9][A-Za-z0-9-]*){0,2})\s+ClinicalTrials\.gov\s*(?:numbers?|identifiers?|编号|注册号)?[,，:：]?\s*NCT\d{8}"
)
"""``(Funded by …; ABCD ClinicalTrials.gov number, NCT01234567.)``"""


def _shortens(name: str, before: str) -> bool:
    """Whether an abbreviation is made of the first letters of the words before it: ``health belief model (HBM)``.

    Six letters of ten that come in order are enough; where there are hardly any words nothing is sure.
    """
    letters = [c for c in name.lower() if c.isalpha()]
    if len(inline.findall(r"[A-Za-z]{2,}", before)) < min(4, len(letters)):
        return name.isalpha()  # a Chinese title does not tell what a short form stands for
    heads = [w[0].lower() for w in inline.findall(r"[A-Za-z]+", before)[-(len(letters) + 3) :]]
    row = [0] * (len(heads) + 1)
    for c in letters:  # the longest common subsequence
        last = 0
        for k, h in enumerate(heads, 1):
            last, row[k] = row[k], last + 1 if c == h else max(row[k], row[k - 1])
    return row[-1] >= 0.6 * len(letters)


_OTHER = {"TRIAL", "REGISTRY", "DRUG", "REGIMEN", "TUMOUR", "ENDPOINT", "BIOMARKER", "MEASURE", "CLASS"}


@lru_cache(maxsize=4)
def cooperative_groups(patterns: Patterns) -> frozenset[str]:
    """Cooperative groups, whose name with a number is a study."""
    return frozenset(a for e in patterns.of("CUE_STOP_TRIAL") if e.id.startswith("groups") for a in e.aliases)


def _beside_registry(text: str, marks: _Marks, patterns: Patterns) -> list[Mention]:
    """``SELECT (phase 3, NCT01321554)``: the name that a registry id stands behind is a trial."""
    out: list[Mention] = []
    own = _Marks(())
    dashed = _DASHED.search(text) is not None
    told = [
        m.span(m.lastgroup or 0)
        for rx in ((_PLACED, _CALLED, _INTRODUCED) if dashed else (_CALLED, _INTRODUCED))
        for m in rx.finditer(text)
    ]
    told += [m.span("name") for m in _REGISTERED.finditer(text)]
    titled = _TITLE_LINE.match(text)
    begin, end = titled.span("title") if titled else (0, 0)
    told += [
        m.span("name")
        for m in _IN_TITLE.finditer(text, begin, end)
        if (m.group("name").isalpha() or _A_TRIAL.search(text, begin, end))
        and not _shortens(m.group("name"), text[begin : m.start("name")])
    ]
    groups = cooperative_groups(patterns)
    for m in _GROUPS_STUDY.finditer(text):
        if (
            m.group("name")[:-2] in groups
            and not marks.taken(m.start("name"), m.end("name"), {"TRIAL", "REGISTRY", "DRUG", "REGIMEN"})
            and not _NO_NAME.fullmatch(m.group("name")[:-2])
        ):
            out.append(
                Mention("TRIAL", m.group("name"), m.start("name"), m.end("name"), "trial.group-study", inferred=True)
            )
            own.add(out[-1])
    for m in _LISTED.finditer(text):
        group = m.lastgroup or 0
        told += [
            (m.start(group) + x.start(), m.start(group) + x.end())
            for x in inline.finditer(_LISTED_NAME, m.group(group))
        ]
    for start, end in told:
        if len(text[start:end]) < 4 or is_other_word(text[start:end], patterns) or own.taken(start, end, {"TRIAL"}):
            continue
        if not marks.taken(start, end, _OTHER) and not _NO_NAME.fullmatch(text[start:end]):
            out.append(Mention("TRIAL", text[start:end], start, end, "trial.placed", inferred=True))
            own.add(out[-1])
    begun = {m.start for m in out}
    for m in (
        *_NAMED.finditer(text),
        *_LEADING.finditer(text),
        *(_NUMBERED.finditer(text) if dashed else ()),
        *(_TOLD.finditer(text) if dashed else ()),
    ):
        start, end = m.span("name")
        if len(m.group("name")) <= 3 and is_other_word(m.group("name"), patterns):
            continue  # ``low-dose CT (ISRCTN78513845)``
        # ``RESPONSE (NCT…)``: no short form of an endpoint is as long
        shouted = len(m.group("name")) > 5 and m.group("name").isupper() and m.end() - end > 8
        if (
            not marks.taken(start, end, _OTHER - {"ENDPOINT"} if shouted else _OTHER)
            and not _NO_NAME.fullmatch(m.group("name"))
            and start not in begun
        ):
            begun.add(start)
            out.append(Mention("TRIAL", m.group("name"), start, end, "trial.beside-registry", inferred=True))
    return out


_GLUED = re.compile(r"^[ \t]*\d{1,2}(?=[A-Z][A-Za-z]{2,14}(?:[- ]?\d{1,4})?(?:研究|试验|\s(?:trial|study)\b))", re.M)


def _behind_number(text: str, patterns: Patterns, marks: _Marks, ruler: Ruler) -> list[Mention]:
    """``7PLANB研究``: the number of a point that lost its space is no part of the name behind it."""
    out = []
    for m in _GLUED.finditer(text):
        a = m.end()
        stretch = text[a : a + 60]
        shaped = [
            Mention("TRIAL", name, s, e, "trial.shape", inferred=True) for s, e, name in infer_trials(stretch, patterns)
        ]
        hit = next((x for x in (*ruler.find(stretch), *shaped) if x.start == 0 and x.label == "TRIAL"), None)
        if hit is not None and not marks.taken(a, a + hit.end, {"TRIAL", "REGISTRY"}):
            out.append(replace(hit, start=a, end=a + hit.end))
            marks.add(out[-1])
    return out


_COORDINATED = re.compile(
    r"(?<![A-Za-z0-9+/-])([A-Z][A-Za-z0-9-]{0,9})\s?(?:与|和|、|及|或|对比|vs\.?|versus|and|or)\s?$"
)
_KIND_OF_REGIMEN = re.compile(r"(方案|化疗|组)|\s(regimens?|chemotherapy|arms?|groups?)(?![A-Za-z])")


def _coordinated(text: str, found: Sequence[Mention], ruler: Ruler) -> list[Mention]:
    """``TC与EC-T方案``: the word printed once says what both names are."""
    taken = {(m.start, m.end) for m in found}
    out = []
    for m in found:
        if m.label != "REGIMEN":
            continue
        before = _COORDINATED.search(text, max(0, m.start - 20), m.start)
        if before is None or before.span(1) in taken:
            continue
        kind = _KIND_OF_REGIMEN.search(text[m.start : m.end]) or _KIND_OF_REGIMEN.match(text, m.end)
        if kind is None:
            continue
        whole = before.group(1) + (kind.group(1) or f" {kind.group(2)}".rstrip("s"))
        known = next((x for x in ruler.find(whole) if x.start == 0 and x.label == "REGIMEN"), None)
        if known is not None:
            out.append(replace(known, start=before.start(1), end=before.end(1)))
    return out


def _again(text: str, found: list[Mention], marks: _Marks) -> list[Mention]:
    """A trial named once is known by that name in the whole document."""
    names = {
        text[m.start : m.end]: m.id
        for m in found
        if m.label == "TRIAL" and len(text[m.start : m.end]) >= 4 and inline.match(r"[A-Z]", text[m.start])
    }
    if not names:
        return []
    families = {
        m.group(1) for n in names for m in [inline.fullmatch(r"([A-Z][A-Za-z]{4,}[A-Za-z])-\d{2,4}[A-Z]?", n)] if m
    }
    also = [
        re.escape(f) + r"-\d{2,4}[A-Z]?" for f in sorted(families)
    ]  # ``LITESPARK-011`` beside the ``LITESPARK-005 trial``
    rx = re.compile(
        r"(?<![A-Za-z0-9/-])(?:"
        + "|".join([*(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n))), *also])
        + r")(?![A-Za-z0-9/]|-[A-Za-z0-9])"
    )
    return [
        Mention("TRIAL", names.get(m.group(), m.group()), m.start(), m.end(), "trial.again", inferred=True)
        for m in rx.finditer(text)
        if not marks.taken(m.start(), m.end(), {"TRIAL", "REGISTRY", "DRUG", "REGIMEN"})
    ]


def _pieces(m: Mention, text: str, drugs: Mapping[str, str]) -> list[Mention]:
    """``5-FU/LV`` names its drugs itself: each is a mention of its own."""
    printed = text[m.start : m.end]
    if m.label != "REGIMEN" or not inline.search(r"[/+]", printed):
        return [m]
    out, at = [], m.start
    for piece in inline.split(r"([/+])", printed):
        name = drugs.get(piece.strip().lower())
        if name is not None:
            out.append(Mention("DRUG", name, at, at + len(piece), m.rule))
        elif piece not in "/+":
            return [m]
        at += len(piece)
    return out


class _Marks:
    """The characters that mentions of each label stand on, so that a look at a span takes the same time in any text."""

    def __init__(self, found: Iterable[Mention]) -> None:
        self.by_label: dict[str, bytearray] = {}
        for m in found:
            self.add(m)

    def add(self, m: Mention) -> None:
        """Mark the characters of a mention."""
        marks = self.by_label.setdefault(m.label, bytearray())
        if len(marks) < m.end:
            marks.extend(bytes(m.end - len(marks)))
        marks[m.start : m.end] = b"\1" * (m.end - m.start)

    def taken(self, start: int, end: int, labels: set[str]) -> bool:
        """Tell whether a mention of one of `labels` overlaps ``start:end``."""
        return any(label in labels and marks.find(1, start, end) >= 0 for label, marks in self.by_label.items())
