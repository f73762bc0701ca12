"""Which values of a sentence are printed as one list, and what the list shares."""

from __future__ import annotations

import re

from ..recognise.items import Item
from ..text import inline
from .statistic import Statistic

__all__ = ["bracket_ends", "joiner", "number_lists", "one_p_for_all", "split_pairs"]


_WITH_GROUP = re.compile(r"^\s*(?:with|for|in|on|after)\s+[^,;.()\d]{2,50}?\s+(?=to\s+$)")

_JOIN_VS = re.compile(
    r"(?i)^[\s,;:]*(?:vs?\.?|versus|VS\.?|V|比|对|和对照组|compared\s+(?:with|to)|as\s+compared\s+(?:with|to)|as\s+against|against|in comparison (?:with|to)|相比|/|对比|相对于|相较于)[\s:]*(?:about|only|约|仅|仅为|为)?\s*$"
)

_JOIN_AND = re.compile(r"^\s*(?:,|、|/)?\s*(?:and|or|和|与|及|以及|或|&|且|而)?\s*(?:about|only|约|仅|为|a|an)?\s*$")


def joiner(gap: str) -> str:
    """Tell how two values are joined: ``vs``, ``and`` or ``''`` where something stands between."""
    if _JOIN_VS.match(gap):
        return "vs"
    if gap.strip() and _JOIN_AND.match(gap):
        return "and"
    if inline.fullmatch(r"\s+[.,]?\s*", gap):
        return "and"  # optical character recognition lost the sign
    return ""


_OF_ALL = re.compile(r"均|都|(?<![A-Za-z])(?:all|both|each)(?![A-Za-z])", re.I)


def one_p_for_all(text: str, found: list[Statistic]) -> None:
    """``women (OR 0.64), smokers (OR 0.70; all P<0.001)``: the one p-value belongs to each ratio of the list."""
    for n, s in enumerate(found):
        if s.kind != "effect" or s.p_value is None or "p" not in s.spans:
            continue
        a, b = s.spans["p"]
        if not _OF_ALL.search(text[max(s.end, a - 5) : b]):
            continue
        behind = s
        for before in reversed(found[:n]):
            apart = text[before.reach : behind.start]
            if (
                before.measure != s.measure
                or before.p_value is not None
                or len(apart) > 40
                or inline.search(r"[;。]", apart)
            ):
                break
            behind = before
            before.p_op, before.p_value, before.spans["p"] = s.p_op, s.p_value, (a, b)
            before.rules.append("p.of-all")


def one_p_behind_all(text: str, found: list[Statistic]) -> None:
    """``TRAE [RR=0.76] 与3级TRAE [RR=0.41] 均更低(均P<0.001)``: the p-value behind several ratios belongs to each."""
    for s in tuple(found):
        if s.kind != "p" or s.p_sort or not _OF_ALL.search(text[max(0, s.start - 6) : s.end]):
            continue
        begin = max(text.rfind(c, 0, s.start) for c in ";。\n") + 1
        before = [x for x in found if begin <= x.start < s.start]
        ratios = [x for x in before if x.kind == "effect" and x.p_value is None]
        if len(ratios) < 2 or len(ratios) != len(before):
            continue
        for x in ratios:
            x.p_op, x.p_value, x.spans["p"] = s.p_op, s.p_value, (s.start, s.end)
            x.rules.append("p.of-all")
        found.remove(s)


def bracket_ends(text: str, items: list[Item]) -> dict[int, int]:
    """Return where each opened bracket of a sentence closes."""
    ends: dict[int, int] = {}
    stack: list[int] = []
    for item in items:
        if item.kind == "open":
            stack.append(item.start)
        elif item.kind == "close" and stack:
            ends[stack.pop()] = item.end
    return ends


def _after(text: str, s: Statistic, closes: dict[int, int]) -> int:
    """End of a statistic with the brackets that only hold its own parts."""
    end = s.reach
    while end < len(text) and text[end] in " )]":
        if text[end] in ")]" and s.bracket >= 0 and closes.get(s.bracket, -1) == end + 1:
            break
        end += 1
    return end


def number_lists(text: str, found: list[Statistic], closes: dict[int, int]) -> None:
    """Number the printed lists: values of one kind that only connectors separate."""
    number = 0
    for kind in ("arm", "effect", "p"):
        previous: Statistic | None = None
        for s in (f for f in found if f.kind == kind):
            join = ""
            if (
                previous is not None
                and (previous.bracket == s.bracket or (_by_itself(text, previous) and _by_itself(text, s)))
                and (
                    previous.unit == s.unit
                    or kind != "arm"
                    or (
                        s.measure == previous.measure == "mean"
                        and (
                            None in (s.unit, previous.unit) or _EACH_ITS_OWN.search(text, 0, previous.start) is not None
                        )
                    )
                    or (
                        s.measure == previous.measure == "median" and "not reached" in (s.qualifier, previous.qualifier)
                    )
                )
            ):
                gap = text[_after(text, previous, closes) : s.start]
                if previous.bracket != s.bracket:
                    gap = inline.sub(r"[(\[]\s*$", "", gap)
                if (
                    kind == "arm"
                    and inline.search(r"from\s*$", text[max(0, previous.start - 6) : previous.start])
                    and inline.search(r"\sto\s+$", gap)
                ):
                    gap = _WITH_GROUP.sub(" ", gap)  # ``from 3.3 months with placebo to 5.5 months``
                gap = inline.sub(r"^[\s)\]]*", " ", gap) if kind == "effect" else gap
                join = joiner(_fraction_head(gap, s)) if len(gap) < 60 else ""
                if not gap and kind == "arm" and text[previous.reach : s.start].isspace():
                    join = "and"  # optical character recognition lost the sign
                if s.joined == "to" and previous.joined == "from":
                    join = "vs"
                elif inline.search(
                    r"(?:从|由|from)\s*$", text[max(0, previous.start - 6) : previous.start]
                ) and inline.fullmatch(
                    r"\s*(?:显著|明显)?(?:拉长|推迟|改善|下降|上升|提高|升高|降低|降|增加|减少|延长|缩短|升|增)?(?:到|至|为)(?:了)?\s*|\s*(?:up\s+|down\s+)?to\s+",
                    gap,
                ):
                    join, previous.joined, s.joined = "vs", "from", "to"
                if join == "and" and kind == "p" and not inline.search(r"and|和|,|、", gap):
                    join = ""
            if join and previous is not None:
                s.group, s.place = previous.group, previous.place + 1
                s.joined = s.joined or join
            else:
                number += 1
                s.group, s.place = number, 0
            previous = s


_EACH_ITS_OWN = re.compile(r"(?:分别|依次)(?:为|是|达到?)?\s*[(\[]?$|(?:高于|低于|优于)[^,;。]{1,10}的\s*[(\[]?$")
"""``分别为5.2 ng/ml和32.1 U/ml``: values of different things, each with its own unit."""


def _by_itself(text: str, s: Statistic) -> bool:
    """``(352±64) min``: nothing but the value stands in the bracket."""
    return s.spread_kind is not None and s.bracket >= 0 and not text[s.bracket + 1 : s.start].strip()


_TWO_TIMES = re.compile(
    r"\d{1,2}[-\s]?(?:years?|months?|年|个?月)?\s*(?:,?\s*and|、|和|及|,)\s*\d{1,2}(?:[-\s](?:year|month)|年|个?月)[^.;。]{0,60}$"
)
"""``1- and 3-year OS``, before the values."""


def split_pairs(text: str, found: list[Statistic]) -> None:
    """``71.9% vs. 46.9%, and 88.4% vs. 67.0%`` is two pairs, not one list of four."""
    by_list: dict[tuple[str, int], list[Statistic]] = {}
    for s in found:
        by_list.setdefault((s.kind, s.group), []).append(s)
    fresh = max((s.group for s in found), default=0)
    for members in by_list.values():
        joins = [s.joined for s in members[1:]]
        middle = joins.count("vs") == 1 and len(joins) % 2 and joins[len(joins) // 2] == "vs"
        if middle and (
            len(joins) >= 5
            or (len(joins) == 3 and _TWO_TIMES.search(text, max(0, members[0].start - 120), members[0].start))
        ):
            continue  # ``88, 44 and 24% versus 83, 38 and 22%``: two groups with as many values
        if "vs" in joins and "and" in joins:
            place = 0
            group = members[0].group
            for s in members:
                if s.joined == "and" and s.place:
                    fresh += 1
                    group, place = fresh, 0
                    s.joined = ""
                s.group, s.place = group, place
                place += 1


def _fraction_head(gap: str, s: Statistic) -> str:
    """Take the count away that stands before its percentage: ``vs 29 [11%]``, ``and 24/82 (29%)``."""
    if s.numerator is None:
        return gap
    return inline.sub(
        r"(?:\d[\d,]*(?:\s*/\s*\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s*(?:例|名|patients|cases)?\s*[(\[]?\s*$",
        "",
        gap,
    )
