"""What stands where in a sentence: clauses, brackets, printed lists and what they run over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from ..model import Arms
from ..recognise.guarded import guarded
from ..text import inline
from .arm_model import BY_PATIENT, ArmTable, Contrast, Group
from .binding import Binding, Focus
from .contrasts import contrasts_in, expand
from .groups import NICKNAME, nickname
from .scene import Endpoint, Scene, TimePoint
from .statistic import Statistic

__all__ = ["Clauses"]


LASTING = {"OS", "PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "CSS"}

_ENUM = re.compile(
    r"^\s*(?:率|rates?|time|\d[\d.]*\s*(?:mg|[μµ]g|ug|g|IU|U|mL)(?:/[A-Za-z0-9]+){0,2}(?:\s+(?:QD|BID|Q\d?W|daily|twice daily|once daily|weekly))?)?[\s,、;/)\]-]*(?:(?:and|or|vs?\.?|versus|和|与|及|以及|或|compared\s+with|compared\s+to|&|,|、|;|/)\s*)+(?:(?:the|in|for|with|of|在|those|patients|rates?|time|率|by|to|as|well)\s*)*$",
    re.I,
)

_POPULATIONS = guarded(
    r"(?:patients|those|tumou?rs|women|men|subjects|participants|carriers)\s+(?:with|aged|older|younger|who|without|whose|having)\b.{0,160}?(?:compared\s+(?:with|to)|than|versus|vs\.?)\s+(?:[a-z]+\s+(?:for|of|in|among)\s+)?(?:the\s+|in\s+)?(?:(?:patients|those|tumou?rs|women|men|subjects|participants)\s+)(?:with|aged|older|younger|who|without|whose|having)\b"
    # ``MRD阴性患者3年DFS率85%,阳性患者54%``, ``Ph样者42%,非Ph样者69%``
    r"|(?:阳性|阴性|高表达|低表达|突变型?|野生型?|高危|低危)(?:患者|组|者)[^;。]{0,40}?\d\s*%[^;。\d]{0,10}?(?:阳性|阴性|高表达|低表达|突变型?|野生型?|高危|低危)(?:患者|组|者)"
    r"|(?P<like>[A-Za-z]{1,6}样)者[^;。]{0,30}?\d\s*%[^;。\d]{0,10}?非(?P=like)者"
    r"|(?:阳性|阴性|高表达|低表达|突变型|野生型|高危|低危|早期|晚期|男性|女性|高水平|低水平)[^,;。]{0,6}(?:患者|组)[^;。]{0,30}(?:高于|低于|长于|短于|优于|较|与|比)[^;。]{0,12}(?:阳性|阴性|高表达|低表达|突变型|野生型|高危|低危|早期|晚期|男性|女性|高水平|低水平)",
    re.I | re.S,
)

_Mark = TypeVar("_Mark", Group, Endpoint, TimePoint)


def _enumerations(text: str, marks: Sequence[_Mark]) -> list[list[int]]:
    """Maximal runs of marks that only connectors separate, as lists of indices."""
    runs: list[list[int]] = []
    for n, mark in enumerate(marks):
        if n and _ENUM.match(text[marks[n - 1].end : mark.start]) and len(text[marks[n - 1].end : mark.start]) < 40:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def distinct(values: Sequence[object]) -> bool:
    return len(set(values)) == len(values)


class Clauses:
    """What stands where in a sentence: clauses, brackets, printed lists and what they run over."""

    def __init__(self, scene: Scene, statistics: list[Statistic], focus: Focus, table: ArmTable, zh: bool) -> None:
        self.scene, self.focus, self.table, self.zh = scene, focus, table, zh
        self.text = scene.text
        self.bindings = [Binding(s) for s in statistics]
        self.default = default = focus.default or focus.contrast
        self.named = [
            g
            for g in (self._in_scope(g, default, focus.several, table.nicknamed) for g in self._told_back(scene.groups))
            if g.parts
        ]
        if default is not None:
            self.named = sorted([*self.named, *self._by_number(default)], key=lambda g: (g.start, -g.end))
        self.contrasts = scene.contrasts
        if any(g.role in ("former", "latter") for g in scene.groups) or (
            focus.several and any(g.role for g in scene.groups)
        ):
            self.contrasts = contrasts_in(self.text, self.named, scene.start, scene.end)
        self.lists: list[list[Binding]] = []
        for b in self.bindings:
            if (
                self.lists
                and self.lists[-1][0].statistic.kind == b.statistic.kind
                and self.lists[-1][0].statistic.group == b.statistic.group
                and b.statistic.place
            ):
                self.lists[-1].append(b)
            else:
                found = next(
                    (
                        ls
                        for ls in self.lists
                        if ls[0].statistic.kind == b.statistic.kind and ls[0].statistic.group == b.statistic.group
                    ),
                    None,
                )
                if found is not None and b.statistic.place:
                    found.append(b)
                else:
                    self.lists.append([b])
        self.bounds = [
            (ls[0].statistic.start, self._out_of_bracket(ls, max(x.statistic.reach for x in ls))) for ls in self.lists
        ]
        self.last_pair: tuple[Arms, Arms] | None = None
        self.last_single: tuple[Group, int] | None = None
        self.group_runs = [[self.named[i] for i in run] for run in _enumerations(self.text, self.named)]
        self.endpoint_runs = [[scene.endpoints[i] for i in run] for run in _enumerations(self.text, scene.endpoints)]
        self.time_runs = [[scene.times[i] for i in run] for run in _enumerations(self.text, scene.times)]

    def _out_of_bracket(self, ls: Sequence[Binding], reach: int) -> int:
        """Where a list ends: ``27.2% (95% CI, 14.1-40.4, 12 of 44 assessable patients)`` with all that its bracket says."""
        last = max((b.statistic for b in ls), key=lambda s: s.start)
        opened = inline.search(r"\([^()]*$", self.text[last.end : reach])
        close = inline.match(r"[^()\d;]{0,40}\)", self.text[reach : self.scene.end]) if opened else None
        if close is None or any(reach <= b.statistic.start < reach + close.end() for b in self.bindings):
            return reach
        return reach + close.end()

    def _by_number(self, default: Contrast) -> list[Group]:
        """``the doublet``, ``三药组``: the one arm of the comparison with so many drugs."""
        out: list[Group] = []
        for m in NICKNAME.finditer(self.text, self.scene.start, self.scene.end):
            name = nickname(m.group())
            if any(g.start < m.end() and m.start() < g.end for g in self.scene.groups):
                continue
            parts = expand((name,), default)
            if parts != (name,):
                out.append(Group(m.start(), m.end(), parts, noun=True))
        return out

    def _told_back(self, groups: Sequence[Group]) -> list[Group]:
        """``前者``, ``the latter``: read through the two groups mentioned last."""
        out: list[Group] = []
        own: list[Group] = []
        for g in groups:
            if g.role not in ("former", "latter"):
                own.append(g)
            else:
                # the two mentioned last; a group named twice counts where it was named last
                before = list(
                    dict.fromkeys(x.parts for x in reversed(own) if x.parts and not x.parts[0].startswith(BY_PATIENT))
                )
                pair = (before[1], before[0]) if len(before) >= 2 else self.focus.mentioned
                if pair is not None:
                    g = replace(g, parts=pair[0] if g.role == "former" else pair[1], role="")
            out.append(g)
        return out

    @staticmethod
    def _in_scope(g: Group, default: Contrast | None, several: bool, told: bool) -> Group:
        """A group named by its role is a side of the comparison in focus."""
        if not g.role or g.role in ("former", "latter"):
            return g
        if default is not None:
            side = default.experimental if g.role == "experimental" else default.comparator
            return replace(g, parts=side) if several or not g.parts else g
        return replace(g, parts=()) if several and not told else g

    # -- helpers -------------------------------------------------------------------------
    def _prev_end(self, n: int) -> int:
        """End of the list before list n (of any kind but p), or the start of the sentence."""
        return max(
            [self.scene.start, *(b for k, (a, b) in enumerate(self.bounds) if b <= self.bounds[n][0] and k != n)]
        )

    def _next_start(self, n: int) -> int:
        return min(
            [
                self.scene.end,
                *(
                    a
                    for k, (a, b) in enumerate(self.bounds)
                    if a >= self.bounds[n][1] and k != n and self.lists[k][0].statistic.kind != "p"
                ),
            ]
        )

    def _clause_start(self, pos: int) -> int:
        cut = self.scene.start
        for c in (";", "。"):
            k = self.text.rfind(c, self.scene.start, pos)
            while k >= 0 and self._inside_bracket(k):
                k = self.text.rfind(c, self.scene.start, k)
            cut = max(cut, k + 1)
        return cut

    def _clause_end(self, pos: int) -> int:
        cut = self.scene.end
        for c in (";", "。"):
            k = self.text.find(c, pos, self.scene.end)
            if k >= 0:
                cut = min(cut, k)
        return cut

    def _inside_bracket(self, pos: int) -> bool:
        depth = 0
        for i in range(self.scene.start, pos):
            if self.text[i] in "([":
                depth += 1
            elif self.text[i] in ")]":
                depth = max(0, depth - 1)
        return depth > 0

    def _called(self, g: Group) -> tuple[str, Arms]:
        """A group by its printed name: two doses of a drug are two groups."""
        return self.text[g.start : g.end].lower(), g.parts

    def _distance(self, n: int, run: Sequence[Group] | Sequence[Endpoint] | Sequence[TimePoint]) -> int:
        a, b = self.bounds[n]
        return a - run[-1].end if run[-1].end <= a else run[0].start - b

    def nested(self, ls: Sequence[Binding]) -> int:
        """How many landmarks each group of a list has a value for: 3 of ``89%、74%、54%和83%、59%、44%``; else 0."""
        k = len(ls)
        texts = [b.timepoint.text for b in ls if b.timepoint is not None]
        times = len(dict.fromkeys(texts))
        inner = len(texts) == k and 2 <= times < k and k % times == 0 and texts == texts[:times] * (k // times)
        return times if inner and "time.nested" in ls[0].rules else 0

    def _run_for(self, n: int, runs, k: int, ident):  # type: ignore[no-untyped-def]
        """The nearest enumeration of k distinct things before list n (or after it with ``respectively``)."""
        a, _b = self.bounds[n]
        left = self._clause_start(a)
        best = None
        for run in runs:
            if len(run) == k and distinct([ident(x) for x in run]) and left <= run[0].start and run[-1].end <= a:
                best = run
        if best is None:
            best = self._run_after(n, runs, k)
        return best

    def _run_after(self, n: int, runs, k: int):  # type: ignore[no-untyped-def]
        _a, b = self.bounds[n]
        for run in runs:
            if (
                len(run) == k
                and b <= run[0].start <= b + 80
                and run[-1].end <= self._next_start(n)
                and inline.match(
                    r"^[\s,)\]%]*(?:patients|months|cases)?\s*,?\s*(?:respectively,?\s*)?(?:in|for|with|of|among|at|after|by)\b",
                    self.text[b : run[0].start] + " ",
                )
            ):
                return run
        return None

    def _clean(self, a: int, b: int) -> str:
        return inline.sub(r"\([^()]{0,60}\)|\[[^\[\]]{0,40}\]", "", self.text[a:b])

    def _values_end(self, n: int) -> int:
        """Where the values of groups before list `n` end: a difference between them hides no name."""
        return next(
            (self.bounds[m][1] for m in range(n - 1, -1, -1) if self.lists[m][0].statistic.kind == "arm"),
            self._prev_end(n),
        )

    def _nearest_contrast(self, a: int, b: int) -> Contrast | None:
        found = [c for c in self.contrasts if c.experimental != c.comparator]
        if not found:
            return None
        left, right = self._clause_start(a), self._clause_end(b)
        inside = [c for c in found if left <= c.start and c.end <= right]
        before = [c for c in inside if c.end <= a]
        if before:
            return before[-1]
        return inside[0] if inside else found[0]

    def _side(self, c: Contrast, g: Group) -> Arms:
        """The arm that a group is short for."""
        if self.table.is_told(g.parts):
            return g.parts
        return expand(g.parts, c, g.alone, self.table.kinds)

    @staticmethod
    def _other(c: Contrast, parts: Arms) -> Arms:
        """What an arm is compared with; of several arms, the control is compared with no one of them."""
        if parts == c.comparator:
            return () if c.several else c.experimental
        return c.comparator

    def _by_population(self) -> bool:
        """``patients with high miR-21 … compared to patients with low miR-21``: no treatments."""
        return not self.named and bool(_POPULATIONS.search(self.scene.body))
