"""What is known of groups: the group that a sentence names, two groups compared, and the table of a document."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..model import Arms, Mention
from ..recognise.guarded import Guarded
from ..text import inline
from .plain_words import Phrase

__all__ = [
    "APPROACHES",
    "BRINGS_DRUGS",
    "BY_PATIENT",
    "CONTROL_PARTS",
    "CYTOTOXIC",
    "DOSE",
    "LETTERED",
    "LOOSE_CLASS",
    "TREATMENT",
    "WITHOUT",
    "ArmTable",
    "Contrast",
    "Group",
    "does_without",
    "initials",
    "merge_parts",
    "names_a_class",
]

BY_PATIENT = "§"
"""Marks a group that is defined by its patients (``高表达组``); never stored as treatment."""

WITHOUT = "no "
"""Begins the name of a group by what it was not given."""
TREATMENT = {"DRUG", "REGIMEN", "CLASS"}
CONTROL_PARTS = {
    "placebo",
    "observation",
    "best supportive care",
    "no maintenance",
    "standard of care",
    "usual care",
    "sham",
    "vehicle",
    "no treatment",
    "watchful waiting",
    "control",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group as named in a sentence.

    Attributes
    ----------
    start, end : int
        Folded span.
    parts : tuple of str
        What the group was given; empty for a role whose definition is unknown.
    noun : bool
        Whether a word such as ``arm`` or ``组`` says that this is a group.
    role : str
        ``experimental``, ``comparator`` or empty.
    alone : bool
        Whether the text says that nothing else was given (``A alone``, 单用 A).
    backbone : tuple of str
        What the new treatment was added to: B of ``A on top of B`` and of ``在 B 基础上加用 A``.
    """

    start: int
    end: int
    parts: Arms
    noun: bool = False
    role: str = ""
    alone: bool = False
    backbone: Arms = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two groups that a sentence sets against each other, in the order of comparison.

    Attributes
    ----------
    experimental, comparator : tuple of str
    start, end : int
        Folded span of the two names.
    explicit : bool
        Whether words of comparison say so, or only the telling of the arms.
    by_role : bool
        Whether a side is named by its role alone.
    arms : tuple of Arms
        All arms of the study, where more than two were told.
    """

    experimental: Arms
    comparator: Arms
    start: int = 0
    end: int = 0
    explicit: bool = True
    by_role: bool = False
    arms: tuple[Arms, ...] = ()

    @property
    def several(self) -> bool:
        """Whether the study has more than two arms, so that no two of them are its comparison."""
        return len(self.arms) > 2


APPROACHES = {
    "laparoscopic surgery": "laparoscopic",
    "open surgery": "open",
    "robotic surgery": "robotic",
    "thoracoscopic surgery": "thoracoscopic",
    "minimally invasive surgery": "minimally invasive",
}


_TOLD_APART = {
    "conventionally fractionated radiotherapy": ("radiotherapy", "fractionat|accelerated"),
    "immediate surgery": ("surgery", "(?:delayed|deferred|interval) (?:primary )?(?:surgery|resection|excision)"),
}
"""A treatment, what it is called where nothing like the other is told, and the other."""
LETTERED = re.compile(r"[A-Za-z]\d?\s*[组臂]|(?:arm|group)\s\w{1,3}", re.I)


@dataclass(slots=True)
class ArmTable:
    """What one document says of its groups."""

    names: dict[str, Arms] = field(default_factory=dict)
    roles: dict[str, Arms] = field(default_factory=dict)
    opposed: set[frozenset[str]] = field(default_factory=set)
    joined: set[frozenset[str]] = field(default_factory=set)
    contrast: Contrast | None = None
    arms: list[Arms] = field(default_factory=list)
    alone: set[Arms] = field(default_factory=set)
    """Groups that were given one treatment alone: ``the A-alone arm``."""
    spelled: dict[str, Arms] = field(default_factory=dict)
    pattern: Guarded | None = None
    literals: Guarded | None = None
    classes: list[tuple[str, Arms, int, int]] = field(default_factory=list)
    told: list[tuple[int, str, Arms]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    mentions: Sequence[Mention] = ()
    printed: frozenset[tuple[str, str]] = frozenset()
    observed: bool = False
    negated: frozenset[str] = frozenset()
    markers: frozenset[str] = frozenset()
    """Biomarkers as printed; a group that is called by one is no treatment."""
    single: bool = False
    drug: str = ""
    chosen: str = ""
    titles: dict[str, Arms] = field(default_factory=dict)
    titled: list[Arms] = field(default_factory=list)
    kinds: Mapping[str, str] = field(default_factory=dict)
    nicknamed: bool = False
    called: dict[str, str] = field(default_factory=dict)
    """Short forms of roles: ``CG`` of ``control group``."""
    short_roles: Guarded | None = None
    operation: str = ""
    lettered: bool = False
    unopposed: Arms = ()
    """The one group that the text defines where it does not say what its control group was given."""
    told_first: Arms = ()
    """The comparator, where the text mostly tells it before the group that it is compared with."""
    design: tuple[Arms, ...] = ()
    """All arms of the study in the order in which it tells them, where there are more than two."""

    def plainly(self, parts: Arms) -> Arms:
        """A treatment without the words that tell nothing in this document: one fractionation, one time of surgery."""
        told, other = _TOLD_APART.get(parts[0], ("", "")) if len(parts) == 1 else ("", "")
        if told and not any(p != parts[0] and inline.search(other, p) for _, p in self.printed):
            parts = (told,)
        return self.operated(parts)

    def operated(self, parts: Arms) -> Arms:
        """``开腹组`` where the document is about one operation: the approach and the operation."""
        if not self.operation or len(parts) != 1 or parts[0] not in APPROACHES:
            return parts
        return (f"{APPROACHES[parts[0]]} {self.operation}",)

    def all_in(self, start: int, end: int) -> list[Mention]:
        """The mentions of a stretch."""
        return [m for m in self.mentions if start <= m.start and m.end <= end]

    def just_before(self, at: int) -> Sequence[Mention]:
        """Return the mentions of the 120 characters before a place."""
        first = bisect_left(self.mentions, at - 120, key=lambda m: m.start)
        return self.mentions[first : bisect_left(self.mentions, at, key=lambda m: m.start)]

    def shortened(self, name: str) -> Arms:
        """Return the one treatment whose name begins or ends with that of a group: ``短程组`` of ``短程放疗``."""
        if len(name) < 2:
            return ()
        longer = [(printed, known) for printed, known in self.printed if len(printed) > len(name)]
        named = {known for printed, known in longer if printed.startswith(name)}
        named = named or {known for printed, known in longer if printed.endswith(name)}
        return (named.pop(),) if len(named) == 1 else ()

    def tell(self, at: int, key: str, role: str, parts: Arms) -> None:
        """Note what a role is given, under its own name and its side."""
        self.lettered = self.lettered or LETTERED.fullmatch(key) is not None
        for name in (key, role) if role else (key,):
            self.roles.setdefault(name, parts)
            self.told.append((at, name, parts))

    def give_all(self, common: Arms) -> None:
        """Add to each arm of the design what all of them were given: ``三组放疗方案相同``."""
        arms = set(self.design)
        self.design = tuple((*arm, *common) for arm in self.design)
        for names in (self.roles, self.titles):
            names.update({name: (*parts, *common) for name, parts in names.items() if parts in arms})
        self.told = [(at, name, (*parts, *common) if parts in arms else parts) for at, name, parts in self.told]

    def is_told(self, parts: Arms) -> bool:
        """Whether the text defines just these treatments as an arm of their own, under a title or a letter."""
        return parts in self.titles.values() or any(
            arm == parts for _, name, arm in self.told if LETTERED.fullmatch(name)
        )

    def role(self, key: str, at: int) -> Arms:
        """What a role such as ``对照组`` was given: as told first, or in a text about several studies as told last before `at`."""
        first = self.roles.get(key, ())
        told = sorted((pos, parts) for pos, name, parts in self.told if name == key)
        if told and not self.single and bisect_left(self.breaks, told[0][0]) > bisect_left(self.breaks, at):
            return ()  # of a study that the text only comes to later
        if len({parts for _, parts in told}) < 2 or bisect_left(self.breaks, told[0][0]) == bisect_left(
            self.breaks, told[-1][0]
        ):
            return first
        return next((parts for pos, parts in reversed(told) if pos <= at), first)

    def between_roles(self, start: int, end: int) -> Contrast | None:
        """The comparison that a stretch draws by telling both roles."""
        here = {name: parts for pos, name, parts in reversed(self.told) if start <= pos < end}
        one, two = here.get("experimental"), here.get("comparator")
        return Contrast(one, two, start, start, explicit=False) if one and two and one != two else None

    def between_letters(self, start: int, end: int) -> Contrast | None:
        """The comparison of a stretch that tells two lettered arms and no more: ``Arm A received X; arm B received Y``."""
        here = {
            name: parts for pos, name, parts in reversed(self.told) if start <= pos < end and LETTERED.fullmatch(name)
        }
        if len(here) != 2:
            return None
        (_, one), (_, two) = sorted(here.items())
        return Contrast(one, two, start, start, explicit=False) if one and two and one != two else None

    def all_lettered(self) -> tuple[Arms, ...]:
        """The arms that are called by letters or numbers, in the order of these."""
        called = {name: parts for _, name, parts in reversed(self.told) if LETTERED.fullmatch(name)}
        return tuple(parts for _, parts in sorted(called.items()))

    def choice(self, name: str, at: int) -> Arms:
        """What a class such as ``standard therapy`` stands for at an offset."""
        if name == "physician's choice" and self.chosen:
            return (self.chosen,)
        for label, parts, start, stop in self.classes:
            if label == name and (self.single or start <= at < (stop or 1 << 60)):
                return parts
        return (name,)


def initials(parts: Arms, abbr: str) -> int:
    """Count how many treatments a short form has the first letter of.

    Parameters
    ----------
    parts : tuple of str
    abbr : str
        Short form, such as ``TE`` or ``FOLFOX``.

    Returns
    -------
    int
        Treatments with a letter of their own in `abbr`; each letter is given once.

    Examples
    --------
    >>> initials(("docetaxel", "epirubicin"), "DE")
    2
    >>> initials(("docetaxel", "epirubicin"), "E")
    1
    """
    letters = [c for c in abbr.upper() if c.isalpha()]
    hit = 0
    for p in parts:
        words = inline.findall(r"[A-Za-z]+", p)
        heads = (
            {w[0].upper() for w in words}
            | ({"F"} if p == "fluorouracil" else set())
            | ({"L", "F"} if p == "leucovorin" else set())
            | ({"S"} if p == "tegafur, gimeracil and oteracil" else set())  # S-1
        )
        found = next((c for c in letters if c in heads), None)
        if found:
            letters.remove(found)
            hit += 1
    return hit


def merge_parts(parts: Sequence[Arms]) -> Arms:
    """Join the parts of several groups, each part once.

    Parameters
    ----------
    parts : sequence of tuple of str

    Returns
    -------
    tuple of str
        In the order in which they were told.
    """
    out: list[str] = []
    for p in parts:
        out += [x for x in p if x not in out]
    return tuple(out)


_AMOUNT = r"(?:\d{1,2} \d{3}|\d[\d.,]*)(?:\s?-\s?\d[\d.,]*)?\s*(?:%|mg|g|µg|μg|ug|mcg|IU|U|Gy|MU|kg|m2|AUC|cycles?|ml|mL)[^\s,;)]{0,12}"
_WHEN = (
    r"(?:m-2|per\s+(?:day|week|m2|kg|dose|cycle)|(?:once|twice|thrice|(?:two|three|four)\s+times)\s+(?:a|per|each)?\s*(?:day|daily|weekly|week)|(?:once\s+)?(?:daily|weekly|biweekly)|"
    r"(?:on\s+)?(?:days?|d)\s*\d[\d-]*(?:(?:\s*,\s*|,?\s+and\s+|\s+to\s+|\s+through\s+)\d[\d-]*)*(?:\s+of\s+(?:each|every|a)\s+\d+-\s?(?:day|week)\s+cycle)?|"
    r"(?:every|each)\s+(?:\d+|two|three|four|six|other)\s+(?:weeks?|days?|hours?|months?)|every\s+(?:day|week)|q\s?\d+\s?[wdh]|"
    r"over\s+\d+(?:-\d+)?[\s-]*(?:hours?|hrs?|h|minutes?|min)|for\s+(?:up\s+to\s+)?(?:\d+(?:-\d+)?|one|two|three|four|five|six|eight)\s+(?:consecutive\s+)?(?:weeks?|days?|cycles?|hours?|h|courses?|months?)|"
    r"(?:as\s+an?\s+)?(?:(?:\d+[\s-]*(?:h|hours?|min)\s+|continuous\s+|bolus\s+|intravenous\s+)+infusion)|by\s+mouth|IV|PO|orally|intravenously|subcutaneously|[ip]\.[vo]\.|bid|tid|qd|b\.i\.d\.|d1)(?![A-Za-z])"
)
DOSE = (
    r"(?:(?:\d{1,2}|[一二两三四五六八])\s?个?(?:疗程|周期)的?\s?|"
    rf"\(?\s*{_AMOUNT}(?:\s+or\s+{_AMOUNT})?(?:\s*,?\s+{_WHEN})*\s*\)?\s*(?:(?<!%\s)of\s+)?|\s+{_WHEN}(?:\s*,?\s+{_WHEN})*\s*)?"
)
"""How much of a treatment is given and when, behind its name; the source of an expression that may match nothing."""
LOOSE_CLASS = re.compile(
    r"^(?:(?:neo)?adjuvant |preoperative |postoperative |concurrent |induction |consolidation |maintenance )?(?:chemotherapy|chemoradiotherapy|radiotherapy|therapy|maintenance|targeted therapy|immunotherapy|endocrine therapy)$"
)


BRINGS_DRUGS = re.compile(r"chemoembolization|infusion chemotherapy|intraperitoneal|perfusion|electrochemotherapy")
"""A procedure by which drugs are given: both belong to the arm."""
CYTOTOXIC = re.compile(r"platinum|antimetabolite|taxane|anthracycline|alkylator|vinca|topoisomerase|folate|microtubule")
"""The classes of drugs that make up chemotherapy."""


def does_without(parts: Arms) -> bool:
    """Whether a group is named by what it was not given.

    Examples
    --------
    >>> does_without(("no radiotherapy",)), does_without(("radiotherapy",))
    (True, False)
    """
    return parts[0].startswith(WITHOUT)


def names_a_class(part: str) -> bool:
    """Whether a treatment is a kind of treatment and no drug.

    Examples
    --------
    >>> names_a_class("chemotherapy"), names_a_class("PD-1 inhibitor"), names_a_class("nivolumab")
    (True, True, False)
    """
    return LOOSE_CLASS.match(part) is not None or part.endswith(("inhibitor", "TKI"))
