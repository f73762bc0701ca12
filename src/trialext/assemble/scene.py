"""A sentence made ready for assembly: its items, groups, endpoints, time points and comparisons."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..model import Mention
from ..recognise.citations import citation_numbers
from ..recognise.guarded import guarded
from ..recognise.items import Item, number_value, scan_numbers, unit_name
from ..text import inline
from .arm_model import ArmTable, Contrast, Group
from .contrasts import contrasts_in
from .groups import groups_in

__all__ = ["AGED", "BULLET", "Endpoint", "Scene", "TimePoint", "make_scene"]

BULLET = re.compile(r"\s*(?:[-*•·▪◆●➢✔▶►■□★☆○◇▎]\s*|[(]\d{1,2}[)]|[①-⑳]|\d{1,2}[、.)]\s*[^\d\s,;。]{2,8}:)")
"""A bullet, a number in brackets, or a numbered point with a title of its own: it belongs to what stands above it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint word; `generic` where it only names the event (``risk of death``)."""

    start: int
    end: int
    id: str
    generic: bool = False


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A landmark such as ``5 years``."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Scene:
    """One sentence with everything that was recognised in it (folded offsets)."""

    text: str
    start: int
    end: int
    section: str
    paragraph: int
    items: list[Item]
    mentions: list[Mention]
    groups: list[Group]
    endpoints: list[Endpoint]
    times: list[TimePoint]
    contrasts: list[Contrast] = field(default_factory=list)

    @property
    def opens_point(self) -> bool:
        """Whether the sentence begins with the sign or the number of a point of a list."""
        return BULLET.match(self.text[self.start : self.start + 16]) is not None

    @property
    def tells_results(self) -> bool:
        """Whether a percentage, an interval or a p-value is printed in it."""
        return any(i.kind in ("percent", "ci", "p") for i in self.items)

    @property
    def cites(self) -> set[int]:
        """The numbers of the works it cites."""
        return {n for i in self.items if i.kind == "cite" for n in citation_numbers(self.text[i.start : i.end])}

    @property
    def body(self) -> str:
        """The sentence itself."""
        return self.text[self.start : self.end]


_GENERIC = re.compile(
    r"^(?:(?:risks?|hazard) of .*|(?:disease )?progression(?: or death)?|death(?: from any cause)?|deaths?|died|死亡(?:风险|危险)?|(?:疾病)?进展(?:或死亡|、复发或死亡)?(?:风险)?|(?:疾病)?复发[或和]死亡|(?:disease )?(?:recurrence|relapse) or death|progression, relapse,? or death|(?:best )?(?:overall )?response|responses|responded|responders|recurrence|survival|lived|生存|生存获益|缓解|预后|prognosis|incidence|发生率|发病率|prevalence|death risk)$",
    re.I,
)
_RESPECTIVELY = guarded(r"respectively|分别|依次", re.I)
_HAN_NUMBER = "一二两三四五六七八九十"
_UNITS = r"(?:months?|mos?|years?|yrs?|weeks?|wks?|days?|hours?|hrs?|个月|月|年|周|天|日|小时)"
_BEFORE_TIME = guarded(
    r"(?:(?<![A-Za-z])(?:at|after|within|by|over|during|every|last|first|past|than|least|beyond|until|up to|through|for|next|previous|another|additional|follow-?up (?:of|was|period)?|every other)\s+(?:the\s+|a\s+|an\s+|another\s+|approximately\s+|about\s+|end of\s+)*(?:week\s+)?|术后|治疗后|移植后|复发后|随访(?:时间)?(?:为|至|到)?|至少|每|连续|服用|停药|近|前|过去|超过|第|满|持续|共|后|在|用药)\s*$",
    re.I,
)
_AFTER_TIME = re.compile(
    r"^\s*(?:的)?(?:累积|总|总体|无|生存|OS|PFS|DFS|EFS|RFS|LRFS|DMFS|LRRFS|CSS|局部|复发|死亡|存活|率|后|内|时|以上|以内|随访|远处|肿瘤|疾病|持续|MFS|疗效|末|初|of\s+(?:follow|treatment|therapy|age)|after|later|before|earlier|post|follow|old|cumulative|overall|progression|disease|event|relapse|recurrence|local|loco|distant|survival|actuarial|estimated|freedom|metastas|cancer|biochemical|failure|probabilit|rate)",
    re.I,
)

_NUMBERED_TIME = guarded(
    r"(?<![A-Za-z])(weeks?|months?|years?)\s+(\d{1,3})(?![\d.%]|\s*(?:-|to|and|or|,)\s*\d|\s+(?:months|weeks|years|days))",
    re.I,
)
"""``at week 14``"""
_HAN_NUMERAL = re.compile(rf"[{_HAN_NUMBER}]")
_HAN_TIME = guarded(rf"(?<![{_HAN_NUMBER}第])([{_HAN_NUMBER}]{{1,2}})(年|个月|周)(?=[\u4e00-\u9fffA-Z])")
_WORD_TIME = guarded(
    rf"(?<![A-Za-z])(one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|sixty|ninety)[\s-]({_UNITS})(?![A-Za-z])",
    re.I,
)


_TIME_LATER = guarded(
    r"%[^.;,%]{0,16}?\s(?:at|after|by)\s+(\d{1,3})(?=\s*(?:,\s*and|,|and)\s+\d[\d.]*\s*%[^.;%]{0,16}?\s(?:at|after|by)\s+\d)",
    re.I,
)
_UNIT_LATER = re.compile(r"\s(?:at|after|by)\s+\d{1,3}[\s-](months?|years?|weeks?|days?)(?![A-Za-z])", re.I)
"""``97% at 12 and 92% at 24 months``"""


def make_scene(
    text: str,
    start: int,
    end: int,
    section: str,
    paragraph: int,
    mentions: Sequence[Mention],
    table: ArmTable,
    randomised: bool,
) -> Scene:
    """Recognise what stands in one sentence and order it.

    Parameters
    ----------
    text : str
        Folded text.
    start, end, section, paragraph
        The sentence.
    mentions : sequence of Mention
        Mentions of the sentence, folded offsets.
    table : ArmTable
    randomised : bool
        Whether the sentence tells how patients were assigned.
    """
    items = scan_numbers(text, start, end)
    # digits inside a name (``IFM99-02``, ``5-FU``) are no numbers
    named = [(m.start, m.end) for m in mentions if m.label not in ("ENDPOINT", "MEASURE", "POPULATION")]
    items = [
        i
        for i in items
        if i.kind in ("open", "close", "comma", "semicolon", "p", "ci", "cite")
        or not any(a <= i.start < b and i.end <= b for a, b in named)
    ]
    endpoints = [
        Endpoint(m.start, m.end, m.id, bool(_GENERIC.match(text[m.start : m.end].strip())))
        for m in mentions
        if m.label == "ENDPOINT"
    ]
    endpoints = [
        e
        for e in endpoints
        if not _conditional(text, e, mentions)
        and not (e.id == "SD" and _DEVIATION.search(text[max(start, e.start - 12) : e.end + 8]))
    ]
    endpoints = _merge_endpoints(text, endpoints)
    endpoints = [
        e
        for e in endpoints
        if not (
            e.id == "other:incidence"
            and any(
                x is not e
                and x.id != "other:incidence"
                and (
                    0 <= e.start - x.end <= 14
                    or 0 <= x.start - e.end <= 24
                    # ``A组22例出现咳嗽,发生率为59%;B组11例,发生率为33%``: of what was told before
                    or (x.end <= e.start and inline.search(r"[,;(]\s*(?:(?:its|the)\s+)?$", text[start : e.start]))
                )
                for x in endpoints
            )
        )
    ]
    items, times = _time_points(text, items, endpoints, start)
    groups = groups_in(text, mentions, table, start, end)
    # ``89.4% in the 6-month group``: how long its patients were treated is no landmark
    times = [t for t in times if not any(g.noun and g.start <= t.start and t.end <= g.end for g in groups)]
    named_words = [("measure", m.start, m.end, m.id) for m in mentions if m.label == "MEASURE"]
    named_words += [("endpoint", e.start, e.end, e.id) for e in endpoints]
    named_words += [("group", g.start, g.end, "") for g in groups]
    named_words += [("respectively", m.start(), m.end(), "") for m in _RESPECTIVELY.finditer(text, start, end)]
    inside = _brackets(items)
    words = [Item(kind, a, z, id=name, depth=d, bracket=b) for kind, a, z, name in named_words for b, d in (inside(a),)]
    merged = sorted([*items, *words], key=lambda i: (i.start, i.end))
    return Scene(
        text,
        start,
        end,
        section,
        paragraph,
        merged,
        list(mentions),
        groups,
        endpoints,
        times,
        contrasts_in(text, groups, start, end, randomised),
    )


_DEVIATION = re.compile(
    r"(?:mean|均数|均值)s?\s*[(\[±]\s*SD|deviations?(?: \(|, )SD|标准差\(SD|[(\[]\s*SD\s*[=:,]?\s*\d|±\s*SD", re.I
)  # the spread of a mean, no stable disease


_SUFFERERS = re.compile(r"(?:患者|病人|人群|病史|史)(?!中?的?(?:百分|比例|占|发生|数|人数))")  # ``心力衰竭患者``
_SUFFERING = re.compile(r"(?:合并|伴有|患有|既往有?|(?<![A-Za-z])history of(?: \w+)?)\s*$", re.I)


_STATUS = re.compile(r"(?:[- ](?:negative|positive)|阴性|阳性)$", re.I)
_OF_SUCH = re.compile(
    r"(?:组|者|患者|病例|队列)|\s+(?:[\w-]+\s+)?(?:patients|children|adults|women|men|cases|cohort|groups?|disease|subjects)(?![A-Za-z])"
)
"""``the MRD-negative patients``: what they are, not what they reached."""


def _conditional(text: str, e: Endpoint, mentions: Sequence[Mention]) -> bool:
    """``the erlotinib without rash group``: the event says who, not what was measured."""
    before, after = text[max(0, e.start - 70) : e.start], text[e.end : e.end + 24]
    if inline.search(
        r"(?<![A-Za-z])(?:irrespective|regardless|independent(?:ly)?)\s+of\s+(?:the\s+|an?\s+|any\s+|their\s+)?(?:best\s+|tumou?r\s+|initial\s+)?$",
        before,
        re.I,
    ):
        return True
    if _STATUS.search(text, e.start, e.end) and _OF_SUCH.match(after):
        return True
    if e.id not in ("AE", "RECURRENCE", "CR", "PR", "SD", "PD", "ORR", "pCR"):
        return False
    if e.id == "AE" and (_SUFFERERS.match(after) or _SUFFERING.search(before)):
        return True
    counted = inline.search(
        r"(?:%|per\s?cent)\s*\)?\s*(?:[(\[][^()\[\]]{1,24}[)\]]\s*)?(?:of\s+)?(?:the\s+|all\s+)?(?:patients|those|women|men|subjects)\s+\S*\s*(?:an?\s+|any\s+)?$",
        before,
    )
    if (
        inline.fullmatch(r"(?:non-?)?responders?", text[e.start : e.end], re.I)
        and inline.search(
            r"(?<![A-Za-z])(?:of|in|among|for|between|than|good|poor|and|both)\s+(?:the\s+|good\s+|poor\s+|complete\s+)*$",
            before,
        )
        and not inline.search(r"(?:proportion|percentage|rate|number|%)s?\)?\s+of\s+(?:the\s+)?$", before)
    ):
        return True
    if inline.search(
        r"(?:proportions?|percentages?|rates?|numbers?|share)\s+of\s+(?:the\s+|all\s+)?(?:patients|women|men|subjects|participants)\s",
        before,
    ):
        return False  # ``the proportion of patients with a response``: what is measured
    if (
        not counted
        and inline.search(
            r"(?:patients|those|women|men|subjects|who)\s+(?:who\s+)?(?:with(?:out)?|had|have|achiev\w+|developed|did not develop|experienced|attain\w+)\s+(?:an?\s+|any\s+)?$",
            before,
        )
        and not inline.match(r"\s*(?:was|were|rate|in \d|\(\s*\d|\d)", after)
    ):
        return True
    if inline.search(r"(?:did not develop|developed)\s+$", before) and inline.match(
        r"\s*(?:,|\(|compared|were|had|group)", after
    ):
        return True
    named = [m for m in mentions if m.label in ("DRUG", "REGIMEN", "CLASS") and 0 <= e.start - m.end <= 10]
    return (
        bool(named)
        and bool(inline.search(r"(?:and|with|without)\s+$", before))
        and bool(inline.match(r"\s*(?:group|,|compared|\.|;|was|were)", after))
    )


def _brackets(items: Sequence[Item]) -> Callable[[int], tuple[int, int]]:
    opens = [(i.start, i.depth) for i in items if i.kind == "open"]
    closes = {}
    stack: list[int] = []
    for i in items:
        if i.kind == "open":
            stack.append(i.start)
        elif i.kind == "close" and stack:
            closes[stack.pop()] = i.start

    def at(pos: int) -> tuple[int, int]:
        best, depth = -1, 0
        for s, d in opens:
            if s < pos < closes.get(s, 1 << 60):
                best, depth = s, d + 1
        return best, depth

    return at


_OR = re.compile(r"\s*(?:或者?|or)\s*", re.I)
_HALF = re.compile(r"(?<![A-Za-z])(complete|partial)\s+(?:or|and/or)\s+$", re.I)


def _merge_endpoints(text: str, endpoints: list[Endpoint]) -> list[Endpoint]:
    """``overall survival (OS)`` and ``Recurrence or metastasis (Rec/Met)`` are one mention."""
    out: list[Endpoint] = []
    for e in endpoints:
        defined = out and inline.match(
            r"\s*(?:率)?\s*\((?=[A-Za-z+/,、 ]{2,20}\))", text[out[-1].end : out[-1].end + 24]
        )
        if defined and e.start < text.find(")", out[-1].end) and e.start - out[-1].end < 24:
            # ``缓解时间(DOR)`` is what its short form says; ``总有效率(CR+PR)`` only tells what counts
            if text[e.end] == ")" and text[out[-1].end : e.start].strip() in ("(", "率("):
                out[-1] = Endpoint(out[-1].start, e.end + 1, e.id, e.generic)
            continue
        if out and {e.id, out[-1].id} == {"CR", "PR"} and _OR.fullmatch(text, out[-1].end, e.start):
            out[-1] = Endpoint(out[-1].start, e.end, "ORR")  # ``达到CR或PR``: who responded at all
            continue
        half = _HALF.search(text, max(0, e.start - 24), e.start) if e.id in ("CR", "PR") else None
        if half and half.group(1)[:1].lower() == ("p" if e.id == "CR" else "c"):
            out.append(Endpoint(half.start(), e.end, "ORR"))  # ``a complete or partial response``
            continue
        if (
            out
            and "AE" not in (e.id, out[-1].id)
            and inline.match(r"\s*\([^()\d]*$", text[out[-1].end : e.start])
            and inline.match(r"[^()\d]{3,}\)|[^()\d]*\)\s*(?:was|were|为)(?![A-Za-z])", text[e.end : e.end + 60])
        ):
            continue  # ``overall response rate (complete and partial remission)``: what counts as one
        if (
            out
            and e.id == out[-1].id
            and inline.fullmatch(
                r"\s*(?:\(|\[|time|rates?|率)?\s*(?:\(|\[)?(?:[a-z]+\s*,\s*)?\s*", text[out[-1].end : e.start]
            )
        ):
            close = inline.match(r"\s*[)\]]", text[e.end : e.end + 2])
            out[-1] = Endpoint(
                out[-1].start, e.end + (close.end() if close else 0), e.id, out[-1].generic and e.generic
            )
        else:
            out.append(e)
    return out


_LASTED = re.compile(
    r"%[)]?\s*的?(?:患者|病例|病人)?的?(?:无[\u4e00-\u9fff]{2,4})?(?:生存|缓解(?:持续)?|[A-Z]{2,3})(?:期|时间)?(?:均)?(?:达到?|超过|大于|长于|不短于|不少于|至少|>|≥)$"
)
_SURVIVAL_TIME = re.compile(r"(?<![A-Za-z])median(?![A-Za-z])", re.I)
"""``the median PFS was longer with A, at 13.3 months, than …``: a value, no landmark."""


AGED = re.compile(
    r"(?:(?<![A-Za-z])(?:aged?|younger|older)\s+(?:than\s+|of\s+|at\s+least\s+)?|年龄\s*)[<>≥≤]?\s*$", re.I
)


def _time_points(
    text: str, items: list[Item], endpoints: Sequence[Endpoint], start: int
) -> tuple[list[Item], list[TimePoint]]:
    """Separate landmarks and spans of time from durations that are results."""
    times: list[TimePoint] = []
    out: list[Item] = []
    starts = [e.start for e in endpoints]
    carried: set[int] = set()
    for n, item in enumerate(items):
        if item.kind == "duration" and item.value is not None:
            printed = text[item.start : item.end]
            head = item.start
            k = n - 1
            while k >= 0 and items[k].kind in ("comma", "number", "and"):
                if items[k].kind == "number" and not inline.fullmatch(
                    r"[\s,、/-]*(?:and|or|和|及|与|to)?\s*", text[items[k].end : head]
                ):
                    break
                if items[k].kind == "number":
                    head = items[k].start
                k -= 1
            before = text[max(start, head - 24) : head]
            after = text[item.end : item.end + 30]
            hyphen = "-" in printed[1:]
            whole = float(item.value).is_integer()
            near = any(
                0 <= s - item.end <= 14 and not inline.search(r"[,;。(]|vs|比|for|in ", text[item.end : s])
                for s in starts
            )
            is_time = AGED.search(before) is None and (
                (hyphen and not inline.match(r"\s+(?:median|mean)\b", after))
                or (
                    whole
                    and bool(inline.match(r"^\s*的?[A-Za-z-]{2,10}\s*(?:率|[:：为]|(?:was|were)\b)", after))
                    and not inline.search(r"(?:median|中位)\S{0,4}\s*$", before, re.I)
                )
                or (
                    # ``24%的患者无进展生存达6个月以上``
                    whole and bool(_LASTED.search(text, max(start, item.start - 40), item.start))
                )
                or (
                    # ``累积发生率2年为17%,5年为23%``
                    whole
                    and bool(
                        inline.match(
                            r"时?(?:\s*[、,和及与]\s*\d{1,2}\s?(?:年|个?月)时?)*\s*(?:的?(?:发生|生存)?率)?(?:分别|依次|各)?(?:为|达|是|仅|约|[:=])*\s*\d[\d.]*\s*%",
                            text[item.end : item.end + 60],
                        )
                    )
                    and not inline.search(
                        r"(?:median|中位(?:数)?|mean|平均|为|达|至|到|后|内|约|超过|满)\s*$", before, re.I
                    )
                )
                or (
                    # ``4.5年无病生存率``
                    float(item.value * 2).is_integer()
                    and item.unit in ("years", "months")
                    and bool(inline.match(r"\s*(?:的)?(?:(?![,;。(为])[\u4e00-\u9fffA-Za-z]){2,9}率(?!比)", after))
                    and not inline.search(r"(?:median|中位(?:数)?|为|达|至|到)\s*$", before, re.I)
                )
                or (whole and near and bool(inline.match(r"[^,;。(]{0,14}?(?:率|\brates?\b)", after)))
                or (
                    whole
                    and near
                    and not inline.search(
                        r"(?:median|中位(?:数)?|mean|平均)\s*(?:为|was|of|有|是|达)?\s*$", before, re.I
                    )
                )
                or (
                    bool(_AFTER_TIME.match(after))
                    and whole
                    and not inline.search(
                        r"(?:median|中位(?:数)?|mean|平均)\s*(?:为|was|of|有|是|达)?\s*$", before, re.I
                    )
                    and not inline.match(r"^\s*(?:的)?(?:vs|比)", after)
                    and not inline.search(r"(?:was|were|为|median|中位\S{0,8})\s*$", before, re.I)
                )
                or (
                    bool(_BEFORE_TIME.search(before))
                    and not (
                        not whole
                        and inline.search(r",\s+at\s+$", before)
                        and _SURVIVAL_TIME.search(text, start, item.start)
                    )
                    and not inline.search(r"(?:中位|median|mean)[^,;。]{0,30}$", before + "", re.I)
                    and not inline.search(
                        r"(?:improved|increased|prolonged|extended|reduced|decreased|延长|提高|降低|缩短)[^,;。]{0,10}(?:to|from|至|到)\s*$",
                        before,
                        re.I,
                    )
                )
            )
            if is_time:
                times.append(TimePoint(item.start, item.end, _time_text(item.value, item.unit or "")))
                # ``at 5, 10, and 15 years``: the earlier numbers share the unit
                k = n - 1
                last = item.start
                while k >= 0 and items[k].kind in ("comma", "number"):
                    if items[k].kind == "number":
                        if items[k].value is None or not inline.fullmatch(
                            r"\s*(?:,|、|and|or|和|,\s*and|-|/)*\s*(?:and|or)?\s*", text[items[k].end : last]
                        ):
                            break
                        times.append(
                            TimePoint(items[k].start, items[k].end, _time_text(items[k].value or 0, item.unit or ""))
                        )
                        carried.add(k)
                        last = items[k].start
                    k -= 1
                out.append(replace(item, kind="timepoint"))
                continue
        out.append(item)
    out = [i for n, i in enumerate(out) if n not in carried] if len(out) == len(items) else out
    # ``1年,3年,5年生存率``: what is listed with a landmark is one
    for n in range(len(out) - 1, 0, -1):
        if out[n].kind != "timepoint":
            continue
        k = n - 1
        while k >= 0 and out[k].kind == "comma":
            k -= 1
        if (
            k >= 0
            and out[k].kind == "duration"
            and out[k].value is not None
            and float(out[k].value or 0).is_integer()
            and not inline.search(
                r"(?:为|was|were|median|中位\S{0,6})\s*$", text[max(start, out[k].start - 12) : out[k].start]
            )
            and inline.fullmatch(r"\s*(?:,|、|and|和|及|与|or|/)*\s*(?:and\s*)?", text[out[k].end : out[n].start])
        ):
            times.append(TimePoint(out[k].start, out[k].end, _time_text(out[k].value or 0, out[k].unit or "")))
            out[k] = replace(out[k], kind="timepoint")
    stop = items[-1].end + 200 if items else start
    for m in _HAN_TIME.finditer(text[start:stop]) if _HAN_NUMERAL.search(text, start, stop) else ():
        value = number_value(m.group(1))
        if value is not None and any(0 <= s - (start + m.end()) <= 8 for s in starts):
            times.append(TimePoint(start + m.start(), start + m.end(), _time_text(value, unit_name(m.group(2)))))
    stop = (items[-1].end if items else start) + 200
    for m in _WORD_TIME.finditer(text[start:stop]):
        value = number_value(m.group(1))
        if value is not None:
            times.append(TimePoint(start + m.start(), start + m.end(), _time_text(value, unit_name(m.group(2)))))
    for m in _NUMBERED_TIME.finditer(text, start, stop) if items else ():
        value = number_value(m.group(2))
        if value is not None:
            times.append(TimePoint(m.start(), m.end(), _time_text(value, unit_name(m.group(1)))))
            out = [i for i in out if not (i.kind in ("number", "range") and m.start() <= i.start < m.end())]
    for m in _TIME_LATER.finditer(text, start, stop) if items else ():
        unit = _UNIT_LATER.search(text, m.end(), min(len(text), m.end() + 120))
        value = number_value(m.group(1))
        if unit is not None and value is not None:
            times.append(TimePoint(m.start(1), m.end(1), _time_text(value, unit_name(unit.group(1)))))
            out = [i for i in out if not (i.kind in ("number", "range") and m.start(1) <= i.start < m.end(1))]
    return out, sorted(times, key=lambda t: t.start)


def _time_text(value: float, unit: str) -> str:
    number = f"{value:g}"
    return f"{number} {unit[:-1] if number == '1' and unit.endswith('s') else unit}"
