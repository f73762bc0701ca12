"""One printed value or p-value that holds for several arms, endpoints or times."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from ..model import Arms
from ..recognise.guarded import Guarded
from ..text import inline
from .arm_model import ArmTable
from .binding import Binding, Focus
from .scene import Endpoint, Scene

__all__ = ["both_arms", "both_changed", "each_endpoint", "each_time"]


def _shared(b: Binding, *arms: Arms) -> list[Binding]:
    """One binding for each group that has the value."""
    return [replace(b, experimental=x, group=None, rules=[*b.rules, "group.both-arms"], reasons=[]) for x in arms]


def both_arms(b: Binding, scene: Scene, both: Guarded, table: ArmTable, focus: Focus) -> list[Binding]:
    """``62% in both arms``: one row per arm."""
    s = b.statistic
    if s.kind != "arm":
        return [b]
    named = _named_both(b, scene)
    if named:
        return _shared(b, *named)
    own = () if focus.several else table.design
    arms = (focus.default.arms if focus.default is not None else ()) or own
    after, before = (
        scene.text[s.reach : min(scene.end, s.reach + 60)],
        scene.text[max(scene.start, s.start - 24) : s.start],
    )
    if (
        len(arms) > 2
        and (m := _IN_ALL.match(after) or _ALL_ARE.search(before))
        and _COUNTS[m["n"].lower()] == len(arms)
    ):
        return _shared(b, *arms)
    if b.experimental and not inline.search(
        r"(?:两|二)(?:组|种药物?|种方案|药)[^,;。\d]{0,12}(?:均|都|同)",
        scene.text[max(scene.start, s.start - 24) : s.start],
    ):
        return [b]
    m = both.search(scene.text, s.reach, min(scene.end, s.reach + 50))
    contrast = focus.default or focus.contrast
    if contrast is not None and inline.search(
        r"(?:两|二)(?:组|种药物?|种方案|药)(?:患者)?[^,;。\d]{0,12}(?:均|都|同)(?:约)?(?:为|是|达)?(?:约)?\s*$|(?<![A-Za-z])both\s+(?:groups|arms)\s*(?:was|were|:)?\s*$",
        scene.text[max(scene.start, s.start - 30) : s.start],
        re.I,
    ):
        return _shared(b, contrast.experimental, contrast.comparator)
    if contrast is not None and inline.match(
        r"\s*(?:for|in|with)\s+both(?![A-Za-z])(?!\s+[A-Za-z])", scene.text[s.reach : s.reach + 20]
    ):
        return _shared(b, contrast.experimental, contrast.comparator)
    if not m or contrast is None or not inline.match(r"[\s\w)]{0,24}\bin\s|.{0,6}$", scene.text[s.reach : m.start()]):
        return [b]
    return _shared(b, contrast.experimental, contrast.comparator)


_COUNTS = {"three": 3, "four": 4, "five": 5, "3": 3, "4": 4, "5": 5, "三": 3, "四": 4, "五": 5}
_IN_ALL = re.compile(
    r"\s*\)?\s*(?:for|in|with)\s+(?:each|all)(?:\s+of)?(?:\s+the)?\s+(?P<n>three|four|five|[345])\s+(?:treatment\s+|study\s+)?(?:arms|groups|regimens|treatments|combinations|schedules)",
    re.I,
)
_ALL_ARE = re.compile(
    r"(?P<n>[三四五345])\s?(?:个)?(?:组|方案)(?:患者)?[^,;。\d]{0,12}(?:均|都)(?:约)?(?:为|是|达)?(?:约)?\s*$"
)
"""``2.5 months for each of the three regimens``, ``三组均为``: how many arms have the value."""
_JOINS_TWO = re.compile(r"(?:方案|治疗|组)?\s*(?:和|与|及|、|and|,)\s*(?:the\s+)?", re.I)


def _named_both(b: Binding, scene: Scene) -> list[Arms]:
    """``A组和B组的发生率均为5.5%``, ``66.6% in both the A and the B arms``: the two groups that share a value."""
    s = b.statistic
    pairs = [
        (x, y)
        for x, y in itertools.pairwise(scene.groups)
        if x.parts and y.parts and x.parts != y.parts and _JOINS_TWO.fullmatch(scene.text[x.end : y.start])
    ]
    for x, y in pairs:
        shared_after = s.reach <= x.start <= s.reach + 30 and inline.search(
            r"(?<![A-Za-z])both\s+(?:the\s+)?$", scene.text[s.reach : x.start], re.I
        )
        shared_before = (
            y.end <= s.start
            and inline.search(
                r"(?:均|都)(?:为|是|达到?|约)*\s*$|(?<![A-Za-z])(?:both|each)\s*$", scene.text[y.end : s.start], re.I
            )
            and not inline.search(r"[;。]", scene.text[y.end : s.start])
        )
        if shared_after or shared_before:
            return [x.parts, y.parts]
    return []


def each_time(b: Binding, scene: Scene) -> list[Binding]:
    """``1年、2年和5年生存率均为94.4%``: one row per landmark."""
    s = b.statistic
    if (
        s.kind != "arm"
        or b.timepoint is None
        or not inline.search(r"(?:均|都)(?:为|是|达)?\s*$", scene.text[max(scene.start, s.start - 6) : s.start])
    ):
        return []
    run = [t for t in scene.times if t.end <= s.start]
    last = len(run) - 1
    while last > 0 and inline.fullmatch(
        r"\s*(?:,|、|和|与|及|and|/)\s*", scene.text[run[last - 1].end : run[last].start]
    ):
        last -= 1
    listed = run[last:]
    if len(listed) < 2 or b.timepoint not in listed:
        return []
    return [replace(b, timepoint=t, rules=[*b.rules, "time.each"]) for t in listed]


_NEXT_LISTED = re.compile(r"\s*(?:,\s*and|,|and|、|和|及)\s*")

_EACH_IN = re.compile(
    r",?\s*each\s+(?:(?:occurring|reported|seen|observed|present)\s+)?(?:in|for|at)?\s*(?:only\s+|about\s+)?$|(?:各占|各为|均为|均占|均是|发生率均为)\s*$",
    re.I,
)


_BOTH_CHANGED = re.compile(
    r"(?:两|二|各)组(?:患者)?(?!间)[^;。()组]{0,60}?(?:较|与|比|同|[高低优短长大小多少]于)(?:同组|本组|自身|各自)?(?:(?:治疗|干预|用药|化疗|放疗|给药|手术|入院|护理|术)?前|基线)(?:水平|时|值)?(?:相比|比较)?[^;。()组]{0,24}[(,]?\s*$"
    r"|(?<![A-Za-z])(?:increas|decreas|improv|declin|rose|fell|reduc|chang|worsen|deteriorat)\w*(?:\s+[a-z]+){0,5}\s+(?:in|for|with|from\s+baseline\s+in)\s+both\s+(?:the\s+)?(?:treatment\s+|study\s+)?(?:groups|arms)\s*[(,]?\s*$",
    re.I,
)


def both_changed(b: Binding, scene: Scene, focus: Focus) -> list[Binding]:
    """``increased in both groups (P<0.001)``, ``两组均较治疗前降低(P<0.05)``: a test of each group against itself."""
    s = b.statistic
    contrast = focus.default or focus.contrast
    if (
        s.kind != "p"
        or contrast is None
        or not _BOTH_CHANGED.search(scene.text, max(scene.start, s.start - 120), s.start)
    ):
        return []
    arms = contrast.arms or (contrast.experimental, contrast.comparator)
    why = "comparator: the test is of a change within the group"
    return [
        replace(b, experimental=arm, comparator=(), group=None, rules=[*b.rules, "sides.both-within"], reasons=[why])
        for arm in arms
        if arm
    ]


def each_endpoint(b: Binding, scene: Scene) -> list[Binding]:
    """``ORR and DCR were higher (both P<0.05)``, ``diarrhea and colitis, each in 2%``: one row per endpoint."""
    s = b.statistic
    if (
        s.kind == "arm"
        and s.unit == "%"
        and (m := _EACH_IN.search(scene.text, max(scene.start, s.start - 40), s.start))
    ):
        listed = [e for e in scene.endpoints if e.end <= m.start() and e.id == "AE" and not e.generic]
        run = listed[-1:]
        for e in reversed(listed[:-1]):
            if not _NEXT_LISTED.fullmatch(scene.text[e.end : run[0].start]):
                break
            run.insert(0, e)
        if len(run) >= 2:
            return [replace(b, endpoint=e, rules=[*b.rules, "endpoint.each"], reasons=list(b.reasons)) for e in run]
        return []
    if s.kind == "p" and (b.endpoint is None or b.endpoint.id == "other:unspecified"):
        return _each_marker(b, scene)
    if s.kind != "p" or not inline.search(
        r"均|都|(?<![A-Za-z])(?:both|all)\s+(?=[Pp])|[Pp]\s*(?:values?)?\s*(?:for\s+)?(?:both|all)(?![A-Za-z])",
        scene.text[max(scene.start, s.start - 6) : s.end],
        re.I,
    ):
        return []
    before = [e for e in scene.endpoints if e.end <= s.start]
    named = list({e.id: e for e in before}.values())
    if len(named) < 2 or len(named) > 6:
        return []
    return [replace(b, endpoint=e, rules=[*b.rules, "endpoint.each"], reasons=list(b.reasons)) for e in named]


def _each_marker(b: Binding, scene: Scene) -> list[Binding]:
    """``CEA、CA125均低于对照组(P<0.001)``: what was measured is the outcome where the sentence names no other."""
    s = b.statistic
    clause = max(scene.text.rfind(c, scene.start, s.start) for c in ";。") + 1
    named = [
        m for m in scene.mentions if m.label == "BIOMARKER" and max(clause, scene.start) <= m.start and m.end <= s.start
    ]
    run = named[-1:]
    for m in reversed(named[:-1]):
        if not _NEXT_LISTED.fullmatch(scene.text[m.end : run[0].start]):
            break
        run.insert(0, m)
    if not run or not _COMPARED_BEHIND.match(scene.text, run[-1].end, s.start):
        return []
    told = [Endpoint(m.start, m.end, f"other:{m.id}") for m in {m.id: m for m in run}.values()]
    kept = [r for r in b.reasons if not r.startswith("endpoint")]
    return [replace(b, endpoint=e, rules=[*b.rules, "endpoint.marker"], reasons=list(kept)) for e in told]


_COMPARED_BEHIND = re.compile(
    r"(?:的?(?:血清|血浆)?(?:水平|含量|浓度|指标|表达量?))?(?:均|都|则|也|明显|显著|较[^,;。]{0,12})*(?:高于|低于|升高|降低|下降|上升|优于|差异|比较|增加|减少|无明显|无显著)"
    r"|\s*(?:levels?|concentrations?)?\s*(?:was|were)\s+(?:significantly\s+)?(?:higher|lower|increased|decreased|reduced|elevated)(?![A-Za-z])"
)
