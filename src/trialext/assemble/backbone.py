"""What both arms of a comparison were given: the backbone that a new treatment or a placebo was added to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model import Arms
from ..recognise.guarded import guarded
from ..text import inline
from ..text.sentences import first_sign
from .arm_model import BY_PATIENT, CONTROL_PARTS, LOOSE_CLASS, ArmTable, Contrast, Group, merge_parts
from .groups import groups_in

__all__ = [
    "BOTH_GIVEN",
    "added_to_told",
    "distributed",
    "given_to_all",
    "given_to_both",
    "listed_on",
    "placebo_added",
    "under_the_last",
    "with_add_on",
    "with_backbone",
    "with_both",
    "with_the_same",
]

_WITH = r"(?:with|plus|added\s+to|on\s+top\s+of|in\s+addition\s+to|in\s+combination\s+with|combined\s+with|together\s+with|alongside)"
_KIND = r"(?:(?:the|a|an|continuous|ongoing|standard|background|concurrent|concomitant|usual|background\s+of)\s+)*"
_BOTH_WITH = guarded(
    r"(?:均|都)(?:同时|同步|继续|常规)?\s*(?:联合|接受|给予|予|采用|合并|使用|联用|加用)(?:了)?\s*$"
    # ``A or B, both with X``, ``all on continuous X``
    rf"|(?<![A-Za-z])(?:in\s+)?(?:both|each|either|all)(?:\s+of\s+them)?(?:\s+(?:case|arm|group|instance|patient|women|men)s?)?,?\s+(?:(?:were\s+|was\s+)?(?:given|added|administered|combined|received|also\s+received|on|receiving)(?:\s+{_WITH})?|{_WITH})\s+{_KIND}$"
    # ``A or B on top of X``
    rf"|(?:on\s+top\s+of|in\s+addition\s+to|added\s+to|,\s+together\s+with|gave\s+all\s+of\s+them)\s+{_KIND}$"
    rf"|(?:or|versus|with)\s+placebo,?\s+{_WITH}\s+{_KIND}$",
    re.I,
)
_FRAME = re.compile(r"以(?P<drugs>[^,;。]{2,40}?)(?:方案)?(?:为|作为)(?:化疗)?(?:骨架|基础|背景)[^;。]{0,60}$")
_ON_GROUND_OF = re.compile(
    r"在[^,;。]{2,50}?(?P<then>(?:治疗|化疗)?(?:的)?(?:基础上|之外|之上),?\s*[^,;。]{0,10}?(?:加用|联合|给予|接受|加|联用|予)?)\s*$"
    r"|(?:in addition to|on top of|on a background of|together with)\s[^;.]{3,60}?(?P<then2>,\s[^,;.]{0,60}?(?:receive|to|given|with|of)\s+)(?:either\s+)?$",
    re.I,
)
"""``在 A 和 B 之外,随机加用 C 或安慰剂``: A and B belong to both arms."""


_ON_IT = re.compile(r"(?<![A-Za-z])(?:treated\s+with|receiving|on|taking|received)\s+(?:[\w-]+\s+)?$", re.I)
_ADDING = re.compile(r"(?<![A-Za-z])(?:additional|add-on|to\s+add|addition\s+of|adding)\s+(?:either\s+)?$", re.I)


def _added_to(text: str, start: int, g: Group, c: Contrast) -> bool:
    """``patients on X were assigned to additional A or B``, ``to add A or B to X``."""
    if not _ADDING.search(text[max(start, c.start - 24) : c.start]):
        return False
    if g.end <= c.start:
        return _ON_IT.search(text[max(start, g.start - 30) : g.start]) is not None
    return g.start >= c.end and inline.fullmatch(r"\s+to\s+(?:[\w-]+\s+)?", text[c.end : g.start]) is not None


def with_backbone(text: str, start: int, named: Sequence[Group], c: Contrast) -> Contrast:
    """Return a comparison with what both groups of its sentence were given: ``A or placebo, both with C``.

    Parameters
    ----------
    text : str
        Folded text.
    start : int
        Where the sentence begins.
    named : sequence of Group
        The groups of the sentence.
    c : Contrast
    """
    common: list[str] = []
    for g in named:
        joint = 2 if text.startswith("联合", g.start) else 0  # ``均联合化疗``: the word is part of the name
        if _BOTH_WITH.search(text[max(start, g.start - 44) : g.start + joint]):
            common += [p for p in g.parts if p not in common]
            # ``(or carboplatin)``, ``顺铂或卡铂``
            last = g
            for x in named:
                if 0 <= x.start - last.end <= 5 and inline.fullmatch(
                    r"\s*(?:或|or|/|、|和|\+|加|,|and)\s*", text[last.end : x.start]
                ):
                    common += [p for p in x.parts if p not in common]
                    last = x
        if _added_to(text, start, g, c):
            common += [p for p in g.parts if p not in common]
    frame = _FRAME.search(text, max(start, c.start - 90), c.start)
    if frame:
        common += [
            p
            for g in named
            if frame.start() <= g.start and g.end <= frame.end("drugs")
            for p in g.parts
            if p not in common
        ]
        if common and not set(common) & {*c.experimental, *c.comparator}:
            return replace(c, experimental=(*c.experimental, *common), comparator=(*c.comparator, *common))
    led = _ON_GROUND_OF.search(text, max(start, c.start - 90), c.start)
    if led:
        common += [
            p
            for g in named
            if led.start() <= g.start < led.start("then" if led.group("then") else "then2")
            for p in g.parts
            if p not in common
        ]
    sides = {*c.experimental, *c.comparator}
    common = [p for p in common if p not in CONTROL_PARTS]
    if common and not (set(common) & sides) and len(c.comparator) == 1:
        return replace(c, experimental=(*c.experimental, *common), comparator=(*c.comparator, *common))
    # ``durvalumab or placebo plus chemotherapy``
    if (
        "placebo" in c.comparator
        and len(c.comparator) > 1
        and not set(c.experimental) & set(c.comparator)
        and inline.search(
            r"(?:\bor\b|或)\s*(?:matching\s+|matched\s+)?$",
            text[c.start : c.end][
                : max(
                    0,
                    text[c.start : c.end].find("placebo")
                    if "placebo" in text[c.start : c.end]
                    else text[c.start : c.end].find("安慰剂"),
                )
            ],
        )
    ):
        return replace(c, experimental=(*c.experimental, *(p for p in c.comparator if p != "placebo")))
    return c


_OR = re.compile(
    r"\s*(?:\([^()]{0,30}\)\s*)?(?:或者?|,?\s*or)\s*(?:(?:to\s+)?(?:receive\s+)?(?:the\s+)?same\s+(?:regimen|treatment|chemotherapy|combination|doublet|backbone)\s+(?:plus|with|and|combined\s+with)\s+|matching\s+|matched\s+)?",
    re.I,
)


def placebo_added(text: str, named: Sequence[Group], n: int) -> Group | None:
    """Return the placebo of ``在 A 基础上联合 B 或安慰剂`` or of ``…,对照组加安慰剂``.

    Parameters
    ----------
    text : str
        Folded text.
    named : sequence of Group
        The groups of the sentence.
    n : int
        The one that has a backbone.
    """
    g, behind = named[n], named[n + 1 :]
    if behind and behind[0].parts == ("placebo",) and _OR.fullmatch(text[g.end : behind[0].start]):
        return behind[0]
    other = next((x for x in behind if x.parts == ("placebo",)), None)
    told = other is not None and inline.search(
        r"(?:对照组|另一组)[^,;。]{0,6}(?:加|加用|联合|联用|给予|接受|用)\s*$", text[g.end : other.start]
    )
    return other if told else None


def with_the_same(text: str, c: Contrast) -> Contrast:
    """Return ``A plus B and C versus placebo plus the same chemotherapy`` with B and C on both sides.

    Parameters
    ----------
    text : str
        Folded text.
    c : Contrast
    """
    if len(c.experimental) < 2:
        return c
    named = max(c.start, text.rfind("化疗" if "化疗" in text[c.start : c.end] else "chemotherapy", c.start, c.end))
    within = "chemotherapy" in c.comparator and inline.search(
        r"(?:同样|相同)的?[^,;。]{0,4}$|(?<![A-Za-z])same\s+$", text[c.start : named]
    )
    behind = len(c.comparator) == 1 and _PLUS_THE_SAME.match(text, c.end)
    if not within and not behind:
        return c
    under = tuple(p for p in c.experimental[1:] if p not in c.comparator)
    return replace(c, comparator=tuple(p for p in c.comparator if not within or p != "chemotherapy") + under)


_PLUS_THE_SAME = re.compile(
    r"\s+(?:plus|with|and|combined\s+with|in\s+combination\s+with)\s+the\s+same\s+(?:[\w-]+\s+)?(?:regimen|treatment|chemotherapy|therapy|schedule|drugs?|combination|doublet|backbone)|\s*(?:联合|加)(?:同样|相同)的?(?:方案|化疗|治疗)",
    re.I,
)
_LAST_JOINT = re.compile(r"\s+(?:combined\s+|in\s+combination\s+)?with\s+|联合|加用", re.I)


def under_the_last(text: str, g: Group) -> Arms:
    """Return what stays where a placebo is given for the treatment named last: X of ``X with A or placebo``.

    Parameters
    ----------
    text : str
        Folded text.
    g : Group
        The group before the placebo.
    """
    if len(g.parts) < 2:
        return ()
    joints = list(_LAST_JOINT.finditer(text, g.start, g.end))
    if LOOSE_CLASS.match(g.parts[-1]):
        return g.parts[1:]  # ``A plus chemotherapy or placebo``
    if not joints or inline.search(r",|、|和|/|(?<![A-Za-z])(?:and|plus)(?![A-Za-z])", text[joints[-1].end() : g.end]):
        return ()
    return g.parts[:-1]


def distributed(text: str, named: Sequence[Group], n: int) -> Contrast | None:
    """Return the comparison of ``A and B with either X or Y``: both sides hold A and B.

    Parameters
    ----------
    text : str
        Folded text.
    named : sequence of Group
        The groups of the sentence.
    n : int
        The one that both sides hold.
    """
    if n + 2 >= len(named):
        return None
    a, x, y = named[n], named[n + 1], named[n + 2]
    one, two = text[a.end : x.start], text[x.end : y.start]
    either = r"(?:either|或)\s*" if y.parts != ("placebo",) else r"(?:either\s+|或\s*)?"
    if inline.fullmatch(
        rf"\s*(?:\([^()]{{0,60}}\)\s*)?(?:with|plus|combined with|in combination with|联合)\s+{either}(?:the\s+)?",
        one,
        re.I,
    ) and inline.fullmatch(r"\s*(?:\([^()]{0,30}\)\s*)?(?:or|或)\s*", two, re.I):
        return Contrast(merge_parts([x.parts, a.parts]), merge_parts([y.parts, a.parts]), a.start, y.end)
    return None


def with_add_on(c: Contrast | None, groups: Sequence[Group]) -> Contrast | None:
    """``A was tested with B … compared with placebo``: B was given on both sides.

    Parameters
    ----------
    c : Contrast or None
    groups : sequence of Group
        All groups of the stretch.
    """
    if c is None or c.comparator != ("placebo",):
        return c
    under = next((g.backbone for g in groups if g.backbone and g.parts == c.experimental), ())
    if under:
        return replace(c, comparator=("placebo", *under))
    fuller = {
        g.parts
        for g in groups
        if set(c.experimental) < set(g.parts)
        and not set(g.parts) & CONTROL_PARTS
        and not any(p.startswith(BY_PATIENT) for p in g.parts)
    }
    if len(fuller) != 1:
        return c
    whole = next(iter(fuller))
    return replace(c, experimental=whole, comparator=("placebo", *(p for p in whole if p not in c.experimental)))


_HAD = r"(?:received|had|(?:was|were)\s+(?:given|treated\s+with|on)|included|contained|comprised|used|got|continued(?:\s+with)?)"
_ARMS = r"(?:treatment\s+|study\s+|trial\s+)?(?:groups?|arms?|cohorts?|regimens?)"
_BOTH_HAD = guarded(
    rf"(?<![A-Za-z])(?:both|all|each|the\s+two)\s+{_ARMS}(?:\s+of\s+patients)?\s+(?:also\s+|additionally\s+|concurrently\s+)?{_HAD}\s+{_KIND}"
    rf"|(?<![A-Za-z])(?:patients|women|men|participants|those|children)\s+in\s+(?:both|all|each|either)\s+{_ARMS}\s+(?:also\s+|additionally\s+)?{_HAD}\s+{_KIND}"
    rf"|(?<![A-Za-z])in\s+(?:both|all|each|either)\s+{_ARMS},?\s+{_KIND}"
    rf"|(?<![A-Za-z])all(?:\s+(?:of\s+(?:them|the\s+patients)|patients|women|men|participants|children))?\s+(?:also\s+|additionally\s+|concurrently\s+)?(?:received|were\s+(?:given|treated\s+with|on))\s+{_KIND}"
    r"|(?:(?:两|各|三)(?:个)?组|两边|双方|两臂)(?:患者|病人)?(?:均|都|同时)+(?:同时|继续|常规)?(?:接受|给予|予以?|联合|采用|应用|使用)(?:了)?|(?:所有|全部)(?:患者|病人|受试者)(?:均|都)(?:同时|继续|常规)?(?:接受|给予|予以?|联合|采用|应用|使用)(?:了)?",
    re.I,
)
"""``Both groups received X``."""
_IN_BOTH = re.compile(
    rf"\s+(?:was|were)\s+(?:also\s+)?(?:given|administered|continued|added|used|performed|carried\s+out)\s+(?:in|to|for|on)\s+(?:both|all|each|either)\s+{_ARMS}(?![A-Za-z])",
    re.I,
)
"""``X was given in both arms``."""
_OF_ALL = re.compile(r"(?:[两二三四各]|三个|两个)组(?:患者|病人)?的?$")
_THE_SAME_IN_ALL = re.compile(r"(?:治疗)?(?:方案|方法|技术|剂量)?(?:均|都)?(?:完全)?(?:相同|一致|一样)")
"""``三组放疗方案相同``"""
_OPERATION = re.compile(r"(?:surgery|ectomy|resection|excision|biopsy)$")
_ALREADY = re.compile(
    r"\s*(?:premedication|prophyla|at\s+least\s+one|prior|previous|before|until\s+entry)|(?:预处理|预防|既往)", re.I
)


def given_to_both(text: str, sentences: Sequence[tuple[int, int, Sequence[Group]]]) -> Arms:
    """Return what the sentences of one study say that both of its groups were given.

    Parameters
    ----------
    text : str
        Folded text.
    sentences : sequence of (start, end, groups)
        The sentences of one study, in order.

    Returns
    -------
    tuple of str
        Empty where nothing is told.

    Examples
    --------
    >>> x = "Both groups received letrozole."
    >>> given_to_both(x, [(0, len(x), [Group(21, 30, ("letrozole",))])])
    ('letrozole',)
    """
    for start, end, groups in sentences:
        named = [g for g in groups if g.parts and not g.role and not g.parts[0].startswith(BY_PATIENT)]
        told = _BOTH_HAD.search(text, start, end) if named else None
        if told is not None:
            first = next((g for g in named if 0 <= g.start - told.end() <= 2), None)
            if (
                first is not None
                and not _OPERATION.search(first.parts[0])
                and not _ALREADY.match(text[first.end : first.end + 24])
            ):
                return listed_on(text, named, first)[0]
        for g in named:
            if _OF_ALL.search(text[max(start, g.start - 8) : g.start]) and _THE_SAME_IN_ALL.match(text, g.end):
                return g.parts
            parts, stop = listed_on(text, named, g)
            if _IN_BOTH.match(text, stop, end):
                return parts
    return ()


BOTH_GIVEN = guarded(
    r"(?:两组|两边|双方|各组|所有|全部)(?:患者|病人)?(?:均|都)?(?:常规)?(?:给予|予以|予|接受|采用|采取|行|使用|应用|服用|口服)|(?:both groups|all patients|patients in both groups)\s+(?:were\s+)?(?:received|given|treated with|underwent)\s+",
    re.I,
)


def given_to_all(text: str, table: ArmTable, at: int) -> list[Arms]:
    """``所有患者均接受放疗``: what the sentences before say that every patient got."""
    both = BOTH_GIVEN.search(text, max(0, at - 300), at)
    if both is None:
        return []
    until = first_sign(text, ",;。\n", both.end(), at)
    return [g.parts for g in groups_in(text, table.all_in(both.end(), until), table, both.end(), until) if g.parts][:1]


def listed_on(text: str, named: Sequence[Group], first: Group) -> tuple[Arms, int]:
    """Return all treatments of the list that a group begins, and where it ends: ``A, B and C``.

    Parameters
    ----------
    text : str
        Folded text.
    named : sequence of Group
        The groups of the sentence, in order.
    first : Group
    """
    parts, end = list(first.parts), first.end
    for g in named:
        if 0 <= g.start - end <= 40 and inline.fullmatch(
            r"\s*(?:\([^()]*\)\s*)?(?:,\s*and|,|and|plus|、|和|及|与|\+)\s*", text[end : g.start], re.I
        ):
            parts += [p for p in g.parts if p not in parts]
            end = g.end
    return tuple(parts), end


def with_both(c: Contrast | None, common: Arms) -> Contrast | None:
    """Return a comparison with what both groups were given on both of its sides.

    Parameters
    ----------
    c : Contrast or None
    common : tuple of str
        From :func:`given_to_both`.

    Examples
    --------
    >>> c = with_both(Contrast(("ribociclib",), ("placebo",)), ("letrozole",))
    >>> c.experimental, c.comparator
    (('ribociclib', 'letrozole'), ('placebo', 'letrozole'))
    """
    if c is None or not common or c.several:
        return c
    if c.comparator == common and not set(common) & set(c.experimental):
        return replace(c, experimental=(*c.experimental, *common))  # ``贝伐组和对照组,两组均予 X``
    if set(common) & {*c.experimental, *c.comparator}:
        return c
    return replace(c, experimental=(*c.experimental, *common), comparator=(*c.comparator, *common))


_BACKBONE_TOLD = re.compile(
    r"(?:作为|为)(?:共同的?)?(?:化疗|治疗)?(?:骨架|基础|背景)(?:化疗|方案|治疗)?(?![\u4e00-\u9fff])|(?:was|as)\s+(?:the|a)\s+(?:common\s+|chemotherapy\s+)?backbone(?![A-Za-z])",
    re.I,
)
_ADDED_BEFORE = re.compile(r"(?:加用|加入|加上|联合|(?<![A-Za-z])(?:adding|addition of|added))\s*$", re.I)


def added_to_told(text: str, sentences: Sequence[tuple[int, int, Sequence[Group]]]) -> Contrast | None:
    """``mFOLFOX6 was the backbone. Adding A … with placebo``: the backbone told before belongs to both arms.

    Parameters
    ----------
    text : str
        Folded text.
    sentences : sequence of (start, end, groups)
        The sentences of one study, in order.

    Returns
    -------
    Contrast or None
        What is added against placebo, both with the backbone; None where one of the three is not told.
    """
    under: Arms = ()
    added: Arms = ()
    placebo = False
    for start, end, groups in sentences:
        named = [g for g in groups if g.parts]
        told = _BACKBONE_TOLD.search(text, start, end)
        if told and not under:
            under = next((g.parts for g in reversed(named) if g.end <= told.start()), ())
            continue
        if not added:
            added = next((g.parts for g in named if _ADDED_BEFORE.search(text[max(start, g.start - 14) : g.start])), ())
        placebo = placebo or any(g.parts == ("placebo",) for g in named)
    if not (under and added and placebo) or set(under) & set(added):
        return None
    return Contrast(merge_parts([added, under]), merge_parts([("placebo",), under]), explicit=False)
