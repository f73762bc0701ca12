"""Tables as rows of evidence: the heads of row and column say what a cell's number is.

Header, row label, section row and caption are read with the same words and groups as a
sentence.  What the layout does not say stays empty; baseline characteristics yield nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..model import RATIOS, Arms, Citation, Estimate, Mention, Span
from ..patterns import Patterns
from ..recognise.citations import citation_numbers, cited
from ..recognise.items import number_value, unit_name
from ..recognise.ruler import cue_regex
from ..text import inline
from ..text.fold import Folded
from .arm_model import BY_PATIENT, ArmTable, Contrast
from .contrasts import contrasts_in, orient
from .groups import groups_in
from .scene import Scene
from .table_cells import Grid, Place, Value, read_effect, read_interval, read_p, read_values
from .trials import TrialBook

__all__ = ["TableReading", "claim_items", "name_trials", "read_tables", "share_tests"]

_TRIAL_HEAD = re.compile(
    r"\W*(?:(?:clinical\s+)?(?:trial|stud(?:y|ies))(?:\s+name|\s+acronym)?|(?:临床)?(?:研究|试验)(?:名称|代号)?)\W*(?:\[[^\]]*\])?\W*$",
    re.I,
)
_NAME = re.compile(
    r"\W*(?P<name>[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*(?:[- ][A-Z0-9][A-Za-z0-9]*){0,3})\W*(?:\[[^\]]*\]|\(.{0,60})?\W*$"
)
_EXP_HEAD = re.compile(
    r"(?:experimental|intervention|investigational|试验|实验|研究|观察|干预)\s*(?:arm|group|treatment|组|方案|药物|治疗)|^\W*(?:intervention|experimental)\W*$|试验组|实验组|治疗组",
    re.I,
)
_CTL_HEAD = re.compile(
    r"(?:control|comparator|standard|reference)\s*(?:arm|group|treatment)?\W*$|对照(?:组|方案|治疗|药物)?", re.I
)
_GROUP_HEAD = re.compile(
    r"^\W*(?:treatments?|regimens?|arms?|groups?|therap(?:y|ies)|drugs?|agents?|interventions?|comparison|组别|分组|组|治疗(?:方案|方式|组)?|方案|用药方案|干预措施?|比较)\W*(?:\(.*)?$",
    re.I,
)
_N_HEAD = re.compile(
    r"^\W*(?:n|no\.?(?: of (?:patients|pts|cases))?|number(?: of (?:patients|pts|cases))?|patients|participants|sample size|cases|events?(?:/n)?|(?:患者|病)?例数|人数|样本量|总?例数|病例数|入组人数)(?:\s*[,,]?\s*\(?n\)?)?\W*$",
    re.I,
)
_P_HEAD = re.compile(
    r"^\W*(?:(?:univariate|multivariate|log-?rank|two-sided|one-sided|adjusted|单因素|多因素)\W*(?:analysis|分析)?\W*)?(?:P[ab]?(?:\W*(?:values?|值)[a-e]?)?|Sig\.?)(?:\W*(?:for|of)?\s*(?:interaction|交互作用?|trend))?\W*$|^(?:interaction|交互作用?)\W*P(?:\W*(?:value|值))?$",
    re.I,
)
_SKIP_HEAD = re.compile(
    r"^\W*(?:[tFZUHxχ][\W²]{0,3}2?(?:\s*/\s*[tFZUHxχ][\W²]{0,3}2?)*\W*(?:值|values?)?|t2²|B(?:\s*values?|\s*值)?|β|S\.?E\.?|Wald.*|df|SD|weights?|权重|统计(?:量|值)|偏回归系数|自由度|标准误|(?:t|F|Z|U|χ|x|F/x)\W*2?(?:值|\s*value)|.{0,3}coefficient|I\W*2|dose.*|剂量.*|随访.*|(?:median\s+)?follow-?up.*|year|年份|phase|分期|期别|NNT|score)\W*$",
    re.I,
)
_CI_HEAD = re.compile(r"(?:C\.?I\.?|CrI|confidence interval|可信区间|置信区间|可信限)\W*$", re.I)
_CI_ANY = re.compile(r"(?<![A-Za-z])C\.?I\.?(?![A-Za-z])|CrI|confidence|可信|置信", re.I)
_LEVEL = re.compile(r"([89]\d(?:\.\d+)?)\s*%?\s*(?:C\.?I|CrI|confidence|可信|置信)", re.I)
_EXP_B = re.compile(r"Exp\s*\(?\s*[Bβ]\s*\)?", re.I)
_MEDIAN = re.compile(r"median|中位|(?<![A-Za-z])m(?:OS|PFS|DFS|EFS|TTP|DOR)(?![A-Za-z])", re.I)
_UNIT = re.compile(
    r"(?<![\d-])(?<!\d\s)(?<![A-Za-z])(?:months?|mos?\.?|years?|weeks?|days?|个月|月|年|周|天)(?![A-Za-z\u4e00-\u9fff])",
    re.I,
)
_TIME = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3})\s*-?\s*(?P<unit>years?|yrs?|y|months?|mos?|weeks?|wks?|days?|个月|月|年|周|天)(?![A-Za-z0-9])\s*-?(?!\s*follow)",
    re.I,
)
_SPREAD = re.compile(r"(?P<iqr>IQR|interquartile|四分位)|(?P<range>range|范围|min)", re.I)
_BASELINE = re.compile(
    r"baseline|characteristics|demographic|general\s+(?:data|information|clinical)|基线|基本(?:情况|资料|特征)|一般(?:资料|情况|临床资料)|临床资料|人口学|病理(?:特征|参数|因素)|inclusion|eligib|search strateg|检索|纳入(?:文献|研究)|问卷|知晓|认知|knowledge|questionnaire",
    re.I,
)
_BASE_ROW = re.compile(
    r"^\W*(?:median\s+|mean\s+|平均|中位)?(?:ages?(?![a-z])|sex|gender|males?|females?|men|women|race|ethnic|ECOG|KPS|Karnofsky|performance|BMI|body|height|weight|smok|stage|histolog|tumou?r\s+(?:size|site|location)|TNM|clinical stage|年龄|性别|男|女|体重|身高|吸烟|病程|分期|临床分期|病理|肿瘤(?:部位|大小|直径)|体力|既往|移植|HBsAg|文化|婚姻)",
    re.I,
)
_BEFORE = re.compile(
    r"(?:治疗|手术|用药|干预|化疗|术)前|baseline|^\W*T0\W*$|before|pre-?(?:treatment|operati)|基线", re.I
)
_FACTORS = re.compile(
    r"univaria|multivaria|cox|logistic|prognos|risk factor|predict|regression|单因素|多因素|单变量|多变量|影响因素|危险因素|预后因素|独立|回归",
    re.I,
)
_SUBGROUPS = re.compile(r"subgroup|forest|亚组|森林图", re.I)
_ADVERSE = re.compile(
    r"adverse|toxicit|side effect|safety|不良反应|不良事件|毒副|毒性|副反应|副作用|安全性|并发症|complication", re.I
)
_NR_MEANS = re.compile(r"(?<![A-Za-z])NR(?![A-Za-z]).{0,8}(?:not\s+(?:yet\s+)?reached|未达到)", re.I)
_NOT_REACHED = re.compile(r"\W*(?:not\s+(?:yet\s+)?reached|未达到|(?P<nr>NR))\W*(?:\(.*)?$", re.I)
_SURVIVAL = {"OS", "PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "LRFS", "DMFS", "CSS", "DOR", "TTR"}
_RATES = {"ORR", "DCR", "CBR", "CR", "PR", "SD", "PD", "pCR", "MPR", "R0", "AE", "MORTALITY", "RECURRENCE"}
_STATES = {"CR", "PR", "SD", "PD"}
"""Short forms that mean other things as well: standard deviation, receptor, creatinine."""
_DIGIT_FIRST = re.compile(r"[<>≤≥=~≈±(+-]?\s*\.?\d|(?:NR|NE|NA|not reached|未达到|-+)\W*$", re.I)

_LEVEL_HEAD = re.compile(
    r"^\W*(?:|categor\w*|levels?|(?:sub)?groups?|comparison|vs\.?|分类|分组|组别|水平|赋值|取值)\W*$", re.I
)
_BARE = re.compile(
    r"median|mean|中位(?:数|时间)?|\d+|months?|mo|years?|weeks?|days?|个?月|年|周|天|95|CI|rates?|率|例数?|(?<![A-Za-z])[nN](?![A-Za-z])|可信区间|置信区间|[\W_]",
    re.I,
)
_GROUP_NAME = re.compile(
    r"^\W*(?:[A-Z][A-Z0-9]+(?:[+/-][A-Z0-9]+)*(?:\s+(?:group|arm))?|[^\W\d]{1,8}组|.{1,20}\s(?:group|arm))\W*(?:\(.*)?$"
)
_SIZE = re.compile(r"(?<![A-Za-z])[nN]\s*=\s*(\d[\d,]*)")
_NO_STATE = re.compile(r"±|mean|status|ER\s*/|(?<![A-Za-z])S?Cr(?![A-Za-z])|状态")
_PLUS = re.compile(r"\s*(?:(?<![A-Za-z])plus(?![A-Za-z])|\s\+\s|\+|联合|加用)\s*", re.I)
_NOTE_MARK = re.compile(r"\s*(?:\[[^\]]*\]|\([^()]*\)|<[^<>]*>)")


@dataclass(slots=True)
class _Head:
    """What the words of a cell, or of a column's header cells, say."""

    text: str
    start: int
    end: int
    endpoint: str | None = None
    endpoint_span: tuple[int, int] = (0, 0)
    measure: str | None = None
    arms: Arms = ()
    group: bool = False
    contrast: Contrast | None = None
    trial: str | None = None
    unit: str | None = None
    time: str | None = None
    median: bool = False
    kind: str = "value"


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the tables of a document say.

    Attributes
    ----------
    estimates : tuple of Estimate
    claimed : tuple of (int, int)
        Folded spans of the numbers that a row holds.
    """

    estimates: tuple[Estimate, ...] = ()
    claimed: tuple[tuple[int, int], ...] = ()


def name_trials(grids: Sequence[Grid], text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return `mentions` with the names that stand in a column headed *Trial* or 研究.

    A name known from a table is known in the whole text.
    """
    names: dict[str, None] = {}
    taken = [(m.start, m.end) for m in mentions if m.label in ("TRIAL", "REGISTRY", "DRUG", "REGIMEN")]
    for grid in grids:
        if not grid.header:
            continue
        for column, cell in enumerate(grid.header[-1]):
            if not _TRIAL_HEAD.match(cell.text):
                continue
            for row in grid.rows:
                m = _NAME.match(row[column].text)
                if m and len(m["name"]) >= 4 and sum(c.isupper() for c in m["name"]) >= 2:
                    names[m["name"]] = None
    if not names:
        return list(mentions)
    rx = re.compile(
        r"(?<![A-Za-z0-9/-])(?:"
        + "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)))
        + r")(?![A-Za-z0-9/]|-[A-Za-z0-9])"
    )
    taken.sort()
    starts = [a for a, _ in taken]
    fresh = []
    for m in rx.finditer(text):
        k = bisect_left(starts, m.end())
        if not (k and taken[k - 1][1] > m.start()):
            fresh.append(Mention("TRIAL", m.group(), m.start(), m.end(), "trial.table", inferred=True))
    kept = (
        [m for m in mentions if not any(f.start <= m.start and m.end <= f.end for f in fresh)]
        if fresh
        else list(mentions)
    )
    return sorted([*kept, *fresh], key=lambda m: (m.start, m.end))


def read_tables(
    grids: Sequence[Grid],
    folded: Folded,
    mentions: Sequence[Mention],
    table: ArmTable,
    book: TrialBook,
    patterns: Patterns,
    dois: dict[int, str],
    analyses: Sequence[tuple[str, str]],
) -> TableReading:
    """Read every table; tell the trial book which arms and size a trial's row names.

    Parameters
    ----------
    grids : sequence of Grid
        From :func:`trialext.assemble.table_cells.lay_tables`.
    folded : Folded
    mentions : sequence of Mention
        All mentions, folded offsets.
    table : ArmTable
    book : TrialBook
    patterns : Patterns
    dois : dict of int to str
        DOI by citation number.
    analyses : sequence of (cue label, name)
        Words of the analysis that a row keeps.
    """
    estimates: list[Estimate] = []
    claimed: list[tuple[int, int]] = []
    starts = [m.start for m in mentions]
    for grid in grids:
        reader = _Reader(grid, folded, mentions, starts, table, book, patterns, dois, analyses)
        reader.read()
        estimates += reader.out
        claimed += reader.claimed
    return TableReading(tuple(estimates), tuple(claimed))


@dataclass(slots=True)
class _Line:
    """What one body row says of all its numbers."""

    cells: tuple[Place, ...]
    label: _Head
    section: _Head | None
    trial: str | None = None
    experimental: Arms = ()
    comparator: Arms = ()
    arm: Arms = ()
    grouped: bool = False
    block: int = 0
    population: str | None = None
    texts: list[_Head] = field(default_factory=list)


class _Reader:
    """Reads one table."""

    def __init__(
        self,
        grid: Grid,
        folded: Folded,
        mentions: Sequence[Mention],
        starts: Sequence[int],
        table: ArmTable,
        book: TrialBook,
        patterns: Patterns,
        dois: dict[int, str],
        analyses: Sequence[tuple[str, str]],
    ) -> None:
        self.grid, self.folded, self.text = grid, folded, folded.text
        self.mentions, self.starts, self.table, self.book = mentions, starts, table, book
        self.patterns, self.dois, self.analyses = patterns, dois, analyses
        self.out: list[Estimate] = []
        self.claimed: list[tuple[int, int]] = []
        self.seen: set[tuple[int, int]] = set()
        self.heads: dict[tuple[int, int], _Head] = {}
        self.width = len(grid.rows[0]) if grid.rows else 0

    # -- words ---------------------------------------------------------------------------
    def _inside(self, start: int, end: int) -> list[Mention]:
        return [
            m for m in self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)] if m.end <= end
        ]

    def _head(self, cell: Place) -> _Head:
        key = (cell.start, cell.end)
        if key not in self.heads:
            self.heads[key] = self._read_head(cell)
        return self.heads[key]

    def _read_head(self, cell: Place) -> _Head:
        head = _Head(cell.text, cell.start, cell.end)
        if not cell.text or cell.end - cell.start > 600:
            return head
        inside = self._inside(cell.start, cell.end)
        ends = [m for m in inside if m.label == "ENDPOINT" and not (m.id in _STATES and _NO_STATE.search(cell.text))]
        named = [m for m in ends if not m.id.startswith("other:")] or ends
        if len({m.id for m in named}) == 1:
            head.endpoint, head.endpoint_span = named[0].id, (named[0].start, named[0].end)
        measures = [m.id for m in inside if m.label == "MEASURE"]
        head.measure = measures[0] if measures else None
        groups = groups_in(self.text, inside, self.table, cell.start, cell.end)
        parts = [g.parts for g in groups if g.parts]
        head.group = bool(groups)
        if len(set(parts)) == 1:
            head.arms = parts[0]
        contrasts = [c for c in contrasts_in(self.text, groups, cell.start, cell.end) if c.experimental != c.comparator]
        if contrasts:
            head.contrast = contrasts[0]
        keys = {k for m in inside if m.label in ("TRIAL", "REGISTRY") for k in [self.book._key_of(m)] if k}
        head.trial = next(iter(keys)) if len(keys) == 1 else None
        head.median = bool(_MEDIAN.search(cell.text))
        time = _TIME.search(cell.text)
        if time and (
            head.endpoint is not None
            or time.end() >= len(cell.text.rstrip(" :：-"))
            or inline.match(r"\s*[:：]", cell.text[time.end() :])
        ):
            value, period = number_value(time["n"]), unit_name(time["unit"])
            head.time = f"{value:g} {period[:-1] if value == 1 else period}"
        printed = _UNIT.search(cell.text) if time is None else None
        head.unit = (
            "%" if "%" in inline.sub(r"\d\s*%", "", cell.text) else unit_name(printed.group()) if printed else None
        )
        head.kind = self._kind(cell.text, head)
        return head

    @staticmethod
    def _kind(text: str, head: _Head) -> str:
        if _P_HEAD.match(text):
            return "p"
        if _N_HEAD.match(text):
            return "n"
        if _SKIP_HEAD.match(text):
            return "skip"
        if head.measure is not None or _EXP_B.search(text):
            return "effect"
        if _CI_HEAD.search(text) and not head.endpoint and not head.group:
            return "ci"
        return "value"

    def _column(self, column: int) -> _Head:
        """Join the header cells over a column; what stands lower is more to the point."""
        heads: list[_Head] = []
        for row in self.grid.header:
            cell = row[column]
            if cell.text and not (heads and (cell.start, cell.end) == (heads[-1].start, heads[-1].end)):
                heads.append(self._head(cell))
        if not heads:
            return _Head("", self.grid.start, self.grid.start)
        out = replace(heads[-1])
        for head in reversed(heads[:-1]):
            if out.endpoint is None:
                out.endpoint, out.endpoint_span = head.endpoint, head.endpoint_span
            out.measure = out.measure or (head.measure if out.kind not in ("p", "n", "skip") else None)
            out.arms = out.arms or head.arms
            out.group = out.group or head.group
            out.contrast = out.contrast or head.contrast
            out.trial = out.trial or head.trial
            out.unit = out.unit or head.unit
            out.time = out.time or head.time
            out.median = out.median or head.median
            if out.kind == "value" and head.kind in ("effect", "skip", "n", "p"):
                out.kind = head.kind
            out.text = f"{head.text} {out.text}"
        return out

    # -- layout --------------------------------------------------------------------------
    def read(self) -> None:
        if not self.grid.rows or not self.grid.header or self.width < 2:
            return
        self.columns = [self._column(j) for j in range(self.width)]
        self.bottom = [h.text for h in (self._head(c) for c in self.grid.header[-1])]
        self.caption = self._head(self.grid.caption)
        words = f"{self.caption.text} {' '.join(h.text for h in self.columns)}"
        self.factors = bool(_FACTORS.search(words)) or any(_EXP_B.search(h.text) for h in self.columns)
        self.subgroups = bool(_SUBGROUPS.search(words))
        self.baseline = (
            bool(_BASELINE.search(self.caption.text))
            or sum(bool(_BASE_ROW.match(r[0].text)) for r in self.grid.rows) >= 2
        )
        self.adverse = bool(_ADVERSE.search(words))
        self.pooled = bool(cue_regex(self.patterns, "CUE_POOLED").search(words))
        near = self.text[max(0, self.grid.start - 600) : self.grid.end + 600]
        self.nr = bool(_NR_MEANS.search(near))
        order = [h.kind for h in self.columns if h.kind in ("p", "effect")]
        self.p_first = bool(order) and order[0] == "p" and order.count("p") == order.count("effect")
        self._kinds()
        lines = self._lines()
        if self.words.get(0) == "label" and 2 * sum(x.grouped for x in lines if x.label.kind == "value") < sum(
            x.label.kind == "value" for x in lines
        ):
            for x in lines:  # a treatment among other labels is an event or a factor, no arm
                if all(self.words[j] == "label" or not self._head(x.cells[j]).group for j in self.words):
                    x.grouped, x.arm = False, ()
        self.column_arms = self._column_arms()
        self._tell_book(lines)
        for n, line in enumerate(lines):
            self._line(line, [x for x in lines if x.block == line.block], lines[:n])
        self.out = [_by_patient(e) for e in self.out]

    def _kinds(self) -> None:
        """Tell columns of words from columns of numbers."""
        self.words: dict[int, str] = {}
        first = next((j for j, h in enumerate(self.columns) if h.kind in ("p", "ci", "effect", "skip")), 0)
        if any(h.kind == "n" or h.group for h in self.columns[:first]):
            first = 0
        for j, head in enumerate(self.columns):
            title = self.bottom[j]
            full = [r[j].text for r in self.grid.rows if r[j].text]
            numeric = sum(bool(_DIGIT_FIRST.match(t)) for t in full)
            factor = self.factors and 0 < j < first and bool(_LEVEL_HEAD.match(title))
            if j and not factor and (head.kind in ("p", "ci", "effect", "n") or (full and 2 * numeric >= len(full))):
                continue
            role = (
                "trial"
                if _TRIAL_HEAD.match(title)
                else "exp"
                if _EXP_HEAD.search(title)
                else "ctl"
                if _CTL_HEAD.search(title)
                else "group"
                if _GROUP_HEAD.match(title)
                else "label"
                if not j
                else ""
            )
            self.words[j] = role

    def _lines(self) -> list[_Line]:
        lines: list[_Line] = []
        section: _Head | None = None
        block = 0
        numbers = [j for j in range(self.width) if j not in self.words]
        lead = next((j for j, role in self.words.items() if role == "trial"), 0)
        above: dict[int, Place] = {}
        for row in self.grid.rows:
            full = [c for c in row if c.text]
            if not full:
                continue
            if (len({(c.start, c.end) for c in full}) == 1 and row[0].text) or (
                len({c.text for c in full}) == 1 and len(full) == self.width
            ):
                section = self._head(full[0])
                above = {}
                continue
            cells = list(row)
            for j in self.words:  # an empty label goes on with the one above
                if (
                    not cells[j].text
                    and j in above
                    and any(cells[k].text for k in self.words if k != j)
                    and self.words[j] in ("trial", "label")
                ):
                    cells[j] = above[j]
            if not above or cells[lead].text != above[lead].text:
                block += 1
            above = {j: cells[j] for j in self.words}
            above.setdefault(lead, cells[lead])
            if not any(cells[j].text for j in numbers):
                if cells[0].text and self.words.get(0) != "trial":
                    section = self._head(cells[0])
                continue
            lines.append(self._context(tuple(cells), section, block))
        return lines

    def _context(self, cells: tuple[Place, ...], section: _Head | None, block: int) -> _Line:
        label = self._head(cells[0])
        line = _Line(cells, label, section, block=block)
        line.texts = [self._head(cells[j]) for j in self.words if cells[j].text]
        trials = [self._head(cells[j]).trial for j, role in self.words.items() if role == "trial"] or [
            h.trial for h in line.texts
        ]
        named = {t for t in trials if t}
        line.trial = next(iter(named)) if len(named) == 1 else section.trial if section is not None else None
        for j, role in self.words.items():
            head = self._head(cells[j])
            if head.kind != "value":  # a row of tests or of sizes
                continue
            if role in ("exp", "ctl"):
                side = self._side(cells[j], head)
                if role == "exp":
                    line.experimental = side
                else:
                    line.comparator = side
            elif role in ("group", "trial", "") or (
                role == "label" and head.group and head.endpoint is None and head.measure is None
            ):
                if head.contrast is not None:
                    line.experimental, line.comparator = head.contrast.experimental, head.contrast.comparator
                elif role == "group" or (head.group and (head.arms or role == "label")):
                    line.arm = (
                        line.arm
                        or head.arms
                        or (
                            self._side(cells[j], head)
                            if role == "group" and not head.group and _GROUP_NAME.match(cells[j].text)
                            else ()
                        )
                    )
                    line.grouped = True
        return line

    def _side(self, cell: Place, head: _Head) -> Arms:
        """One side of a comparison that has a cell of its own."""
        inside = self._inside(cell.start, cell.end)
        groups = [g for g in groups_in(self.text, inside, self.table, cell.start, cell.end) if g.parts]
        parts: list[str] = []
        pos = cell.start
        for m in [*_PLUS.finditer(self.text, cell.start, cell.end), None]:
            stop = m.start() if m else cell.end
            here = [p for g in groups if g.start < stop and pos < g.end for p in g.parts]
            words = _NOTE_MARK.sub("", self.text[pos:stop]).strip(" *")
            if here:
                parts += here
            elif (
                (not head.group or groups)
                and 1 < len(words) <= 40
                and inline.search(r"[A-Za-z\u4e00-\u9fff]", words)
                and not inline.search(r"\d\s*(?:mg|Gy|%)", words)
            ):
                parts.append(words)
            pos = m.end() if m else stop
        return tuple(dict.fromkeys(parts))

    def _column_arms(self) -> dict[int, Arms]:
        return {
            j: h.arms
            for j, h in enumerate(self.columns)
            if j not in self.words and h.group and h.kind in ("value", "n") and h.contrast is None
        }

    def _tell_book(self, lines: Sequence[_Line]) -> None:
        """Give each trial the arms and the size that its row names."""
        sizes = [j for j, h in enumerate(self.columns) if h.kind == "n" and not h.group]
        for line in lines:
            t = self.book.trials.get(line.trial or "")
            if t is None:
                continue
            contrast = self._pair(line, [x for x in lines if x.block == line.block])
            if (
                contrast is not None
                and t.contrast is None
                and not any(p.startswith(BY_PATIENT) for p in (*contrast.experimental, *contrast.comparator))
            ):
                t.contrast, t.contrast_rank = contrast, 2
            if len(sizes) == 1 and t.n is None and not line.grouped:
                value = number_value(
                    inline.sub(r"\D", "", line.cells[sizes[0]].text)
                    if inline.fullmatch(r"[\d, ]+", line.cells[sizes[0]].text)
                    else "x"
                )
                if value is not None and value >= 10:
                    t.n = int(value)

    def _pair(self, line: _Line, block: Sequence[_Line]) -> Contrast | None:
        """The two sides that a row, or the two rows of one block, compare."""
        if line.experimental and line.comparator:
            return Contrast(line.experimental, line.comparator)
        arms = list(dict.fromkeys(x.arm for x in block if x.grouped))
        if line.grouped and len(arms) == 2 and all(arms):
            return Contrast(*orient(arms[0], arms[1], self.table))
        return None

    def _comparison(self, line: _Line, block: Sequence[_Line], head: _Head, column: int) -> tuple[Contrast | None, str]:
        if head.contrast is not None:
            return head.contrast, "table.contrast-of-column"
        pair = self._pair(line, block)
        if pair is not None:
            return pair, "table.contrast-of-row"
        if line.label.contrast is not None:
            return line.label.contrast, "table.contrast-of-row"
        if not line.grouped:
            values = [a for j, a in self.column_arms.items() if self.columns[j].endpoint in (None, head.endpoint)]
            arms = list(dict.fromkeys(values))
            if len(arms) == 2 and all(arms):
                return Contrast(*orient(arms[0], arms[1], self.table)), "table.contrast-of-columns"
        if self.caption.contrast is not None and not line.grouped:
            return self.caption.contrast, "table.contrast-of-caption"
        if line.label.endpoint is None and self.subgroups and not self.factors:
            trial = self.book.trials.get(self._trial(line, head) or "")
            contrast = (trial.contrast if trial else None) or (
                self.table.contrast if self.book.own is not None or not self.book.trials else None
            )
            return contrast, "table.contrast-of-text"
        return None, ""

    def _trial(self, line: _Line, head: _Head) -> str | None:
        return line.trial or head.trial or self.caption.trial or self._focus()

    def _focus(self) -> str | None:
        """The study that the text reports, where the table names none."""
        return (
            self.book.own if not any(m.label == "TRIAL" for m in self._inside(self.grid.start, self.grid.end)) else None
        )

    # -- rows ----------------------------------------------------------------------------
    def _line(self, line: _Line, block: Sequence[_Line], above: Sequence[_Line]) -> None:
        if line.label.kind in ("n", "skip"):
            return
        effects: list[int] = []
        self.pending: tuple[str, float, int, int] | None = None
        for j in range(self.width):
            cell, head = line.cells[j], self.columns[j]
            if j in self.words or not cell.text or (cell.start, cell.end) in self.seen:
                continue
            self.seen.add((cell.start, cell.end))
            joint = (
                bool(above)
                and above[-1].cells[j].text == cell.text
                and head.kind in ("effect", "p", "ci")
                and (line.trial is not None or line.grouped)
                and (above[-1].block == line.block or line.trial is None)
            )
            if head.kind in ("n", "skip") or joint:
                continue
            if head.kind == "p" or line.label.kind == "p":
                self._p(line, block, above, j, effects)
            elif head.kind == "ci":
                self._interval(line, j, effects)
            elif head.kind == "effect" or line.label.kind == "effect":
                self._effect(line, block, j, effects)
            else:
                self._values(line, block, j)
        if self.pending is not None and not self.p_first and len(effects) == 1 and self.out[effects[0]].p_value is None:
            self._give_p(effects[0], self.pending)

    def _give_p(self, n: int, found: tuple[str, float, int, int], words: str = "") -> None:
        op, value, a, b = found
        row = self.out[n]
        analysis = tuple(dict.fromkeys((*row.analysis, *self._analysis(words))))
        self.out[n] = replace(
            row, p_op=op, p_value=value, spans=(*row.spans, ("p", *self.folded.source(a, b))), analysis=analysis
        )
        self.claimed.append((a, b))

    def _endpoint(self, line: _Line, head: _Head, cell: Place) -> tuple[str | None, tuple[int, int]]:
        own = self._head(cell)
        section = [line.section] if line.section else []
        order = (
            [head, *section, self.caption]
            if self.factors
            else [own, head, line.label, *line.texts, *section, self.caption]
        )
        for h in order:
            if h.endpoint is not None and (h is not self.caption or self._caption_speaks(line, head)):
                return h.endpoint, h.endpoint_span
        return ("AE", (0, 0)) if self.adverse and not self.factors else (None, (0, 0))

    def _caption_speaks(self, line: _Line, head: _Head) -> bool:
        """Whether the endpoint of the caption can be that of a cell: neither of its heads names an outcome."""
        if self.caption.endpoint in _STATES:
            return False
        named_row = line.grouped or line.trial is not None or line.label.time is not None or line.experimental
        if not (named_row or self.subgroups or self.factors or line.label.kind == "p"):
            return False
        return head.kind != "value" or head.group or not _BARE.sub("", head.text)

    def _measure(self, line: _Line, head: _Head) -> str | None:
        if _EXP_B.search(head.text) and head.measure is None:
            words = f"{self.caption.text} {head.text}"
            return (
                "HR"
                if inline.search(r"cox|surviv|生存|比例风险", words, re.I)
                else "OR"
                if inline.search(r"logistic", words, re.I)
                else None
            )
        return head.measure or line.label.measure

    def _effect(self, line: _Line, block: Sequence[_Line], j: int, effects: list[int]) -> None:
        cell, head = line.cells[j], self.columns[j]
        measure = self._measure(line, head)
        if measure is None or (measure in RATIOS and cell.text[:1] in "-+"):
            return
        found = read_effect(self.text, cell)
        if found is None:
            return
        value, p = found
        if measure in RATIOS and (value.unit is not None or (value.value or 0) <= 0):
            return
        endpoint, at = self._endpoint(line, head, cell)
        if endpoint is None and not self.factors:
            others = {h.endpoint for h in self.columns if h.endpoint is not None}
            endpoint = others.pop() if len(others) == 1 else None
        if endpoint is None and not (self.factors or self.subgroups or "ci" in value.spans):
            return
        contrast, rule = self._comparison(line, block, head, j)
        row = self._row("effect", measure, value, line, head, cell, endpoint or "other:unspecified", at)
        level = _LEVEL.search(f"{head.text} {line.label.text} {cell.text}") or _LEVEL.search(
            " ".join(h.text for h in self.columns)
        )
        row = replace(
            row, unit=None if measure in RATIOS else value.unit or head.unit or line.label.unit, ci_low=value.ci_low, ci_high=value.ci_high,
            ci_level=float(level[1]) if level and "ci" in value.spans else None,
            experimental=contrast.experimental if contrast else (), comparator=contrast.comparator if contrast else (),
            rules=(*row.rules, *([rule] if rule else [])), reasons=row.reasons if contrast else (*row.reasons, "groups: the table does not say"),
            population=None if contrast and rule != "table.contrast-of-text" and not self.subgroups else self._population(line),
        )  # fmt: skip
        if p is not None:
            row = replace(
                row, p_op=p.op or "=", p_value=p.value, spans=(*row.spans, ("p", *self.folded.source(p.start, p.end)))
            )
            self.claimed.append((p.start, p.end))
        effects.append(len(self.out))
        self.out.append(row)
        if self.p_first and self.pending is not None:
            if row.p_value is None:
                self._give_p(effects[-1], self.pending)
            self.pending = None

    def _interval(self, line: _Line, j: int, effects: list[int]) -> None:
        if not effects or self.out[effects[-1]].ci_low is not None:
            return
        found = read_interval(self.text, line.cells[j])
        if found is None:
            return
        low, high, a, b = found
        level = _LEVEL.search(self.columns[j].text)
        row = self.out[effects[-1]]
        self.out[effects[-1]] = replace(
            row,
            ci_low=low,
            ci_high=high,
            ci_level=float(level[1]) if level else None,
            spans=(*row.spans, ("ci", *self.folded.source(a, b))),
        )
        self.claimed.append((a, b))

    def _p(self, line: _Line, block: Sequence[_Line], above: Sequence[_Line], j: int, effects: list[int]) -> None:
        cell, head = line.cells[j], self.columns[j]
        found = read_p(self.text, cell)
        if found is None:
            return
        op, value, a, b = found
        interaction = bool(inline.search(r"interaction|交互", f"{head.text} {line.label.text}", re.I))
        sided = f"{head.text} {line.label.text} {cell.text}"
        if self.p_first and not interaction:
            self.pending = found
            return
        if effects and not interaction and head.kind == "p":
            if self.out[effects[-1]].p_value is None:
                self._give_p(effects[-1], found, sided)
            return
        if self.factors and not interaction:
            self.pending = found
            return
        endpoint, at = self._endpoint(line, head, cell)
        if (
            endpoint is None
            or (self.baseline and not self.adverse)
            or _BASE_ROW.match(line.label.text)
            or _BEFORE.search(head.text)
        ):
            return
        contrast, rule = self._comparison(line, block, head, j)
        if contrast is None and line.label.kind == "p":
            arms = list(dict.fromkeys(x.arm for x in above if x.grouped))
            if len(arms) == 2 and all(arms):
                contrast, rule = Contrast(*orient(arms[0], arms[1], self.table)), "table.contrast-of-rows"
        test = Value(None, a, b, "p")
        row = self._row("test", "p", test, line, head, cell, endpoint, at)
        population = f"interaction {self._population(line) or ''}".strip() if interaction else row.population
        self.out.append(
            replace(
                row, p_op=op, p_value=value, experimental=contrast.experimental if contrast else (), comparator=contrast.comparator if contrast else (),
                population=population, timepoint=None, rules=(*row.rules, *([rule] if rule else [])),
            )
        )  # fmt: skip

    def _values(self, line: _Line, block: Sequence[_Line], j: int) -> None:
        cell, head = line.cells[j], self.columns[j]
        where = f"{head.text} {line.label.text} {line.section.text if line.section else ''}"
        if (
            self.baseline
            or self.factors
            or _BASE_ROW.match(line.label.text)
            or _BASE_ROW.match(head.text)
            or _BEFORE.search(where)
            or any(h.kind in ("n", "skip") for h in line.texts[1:])
        ):
            return
        endpoint, at = self._endpoint(line, head, cell)
        if "±" in cell.text and endpoint in (None, "AE"):
            endpoint, at = self._outcome(line, head, j)
        if endpoint is None:
            return
        hints = [self._head(cell), head, line.label, *line.texts, *([line.section] if line.section else [])]
        time = next((h.time for h in hints if h.time), None)
        unit = next((h.unit for h in hints if h.unit), None) or self.caption.unit
        median = any(h.median for h in hints)
        nr = _NOT_REACHED.match(cell.text)
        arms = self._arms(line, block, head, j)
        if nr and endpoint in _SURVIVAL and time is None and (not nr["nr"] or self.nr):
            self._arm(
                Value(None, cell.start, cell.end, "duration", qualifier="not reached"),
                "median",
                None,
                line,
                head,
                cell,
                endpoint,
                at,
                arms[0] if arms else (),
            )
            return
        named = [
            (m.start, m.end)
            for m in self._inside(cell.start, cell.end)
            if m.label in ("TRIAL", "DRUG", "REGIMEN", "REGISTRY")
        ]
        values = read_values(self.text, cell, named)
        if len(values) == 2 and (len(arms) != 2 or arms[0] == arms[1]):
            arms = [(), ()]
        for n, value in enumerate(values):
            if value.sort == "count" and unit is None and endpoint in _RATES and self._share_of(line, j, value):
                value.unit, value.sort = "%", "percent"
            shape = self._shape(value, endpoint, unit, median, time)
            if (
                shape is not None
                and not (self.text[value.start - 1] == "-" and shape[0] == "rate")
                and not (shape[0] == "mean" and not (arms and arms[0]))
            ):
                self._arm(
                    value,
                    *shape,
                    line,
                    head,
                    cell,
                    endpoint,
                    at,
                    arms[n] if n < len(arms) else (),
                    time if shape[0] == "rate" else None,
                )

    def _share_of(self, line: _Line, j: int, value: Value) -> bool:
        """``2 (4.0)`` of 50 patients is a percentage: the arithmetic says so where no head does."""
        sizes = [line.cells[k].text for k, h in enumerate(self.columns) if h.kind == "n"]
        sizes += [m[1] for t in (self.columns[j].text, line.label.text) for m in _SIZE.finditer(t)]
        numbers = [number_value(t) for t in sizes if inline.fullmatch(r"[\d,]+", t)]
        return any(
            n and value.numerator and value.value is not None and abs(100 * value.numerator / n - value.value) < 0.6
            for n in numbers
        )

    def _outcome(self, line: _Line, head: _Head, j: int) -> tuple[str | None, tuple[int, int]]:
        """The outcome of a mean that no pack knows: the words across from its group."""
        if self.column_arms.get(j):
            source = line.label
        elif line.arm:
            source = self._head(self.grid.header[0][j])
        else:
            return None, (0, 0)
        words = inline.sub(r"\s*(?:\([^()]*\)|\[[^\]]*\]|,.*|/.*)", "", source.text).strip(" *#").lower()
        if (
            source.group
            or not 2 <= len(words) <= 40
            or inline.search(r"\d", words)
            or not inline.search(r"[a-z\u4e00-\u9fff]{2}", words)
        ):
            return None, (0, 0)
        return f"other:{words}", (source.start, source.end)

    def _shape(
        self, value: Value, endpoint: str, unit: str | None, median: bool, time: str | None
    ) -> tuple[str, str | None] | None:
        """Measure and unit of a one-group value, or None where the table does not say."""
        if value.sort == "percent" and value.unit == "%":
            return "rate", "%"
        if value.sort == "count":
            return ("rate", "%") if unit == "%" else None
        if value.sort == "plusminus":
            if value.unit == "%" and (endpoint in _RATES or endpoint in _SURVIVAL):
                return "rate", "%"  # ``87.1% ± 0.4%``
            return "mean", value.unit or (unit if unit != "%" else None)
        if value.sort == "duration":
            return ("median", value.unit) if endpoint in _SURVIVAL or median else None
        if value.sort == "number":
            if unit == "%" and (time is not None or endpoint in _RATES or endpoint in _SURVIVAL):
                return "rate", "%"
            if unit not in (None, "%") and time is None and (endpoint in _SURVIVAL or median):
                return "median", unit
            if median and time is None and endpoint in _SURVIVAL:
                return "median", None
        return None

    def _arms(self, line: _Line, block: Sequence[_Line], head: _Head, j: int) -> list[Arms]:
        """The group, or the two groups in order, that the numbers of a cell belong to."""
        if j in self.column_arms:
            return [self.column_arms[j]]
        if line.grouped:
            return [line.arm]
        if line.experimental and line.comparator:
            return [line.experimental, line.comparator]
        if head.contrast is not None:
            return [head.contrast.experimental, head.contrast.comparator]
        return []

    def _arm(
        self,
        value: Value,
        measure: str,
        unit: str | None,
        line: _Line,
        head: _Head,
        cell: Place,
        endpoint: str,
        at: tuple[int, int],
        arms: Arms,
        time: str | None = None,
    ) -> None:
        row = self._row("arm", measure, value, line, head, cell, endpoint, at)
        interval = "ci" in value.spans
        spread = (
            _SPREAD.search(f"{head.text} {line.label.text} {cell.text}")
            if interval and "labelled" not in value.spans
            else None
        )
        words = f"{head.text} {line.label.text} {cell.text}"
        if interval and not spread and not (_CI_ANY.search(words) or "labelled" in value.spans):
            interval, value.ci_low, value.ci_high = False, None, None
            row = replace(row, reasons=(*row.reasons, "interval: the table does not say what the bracket holds"))
        level = _LEVEL.search(words)
        if value.spread is not None:
            kind = (
                "SE"
                if inline.search(
                    r"(?<![A-Za-z])S\.?E\.?M?\.?(?![A-Za-z])|standard error|标准误", f"{words} {self.caption.text}"
                )
                else "SD"
            )
            row = replace(row, spread_kind=kind, spread_low=value.spread[0])
        self.out.append(
            replace(
                row, unit=unit, qualifier=value.qualifier, experimental=arms, timepoint=time,
                numerator=value.numerator, denominator=value.denominator,
                ci_low=None if spread else value.ci_low, ci_high=None if spread else value.ci_high,
                ci_level=float(level[1]) if level and interval and not spread else None,
                spread_kind=("IQR" if spread["iqr"] else "range") if spread else row.spread_kind,
                spread_low=value.ci_low if spread else row.spread_low, spread_high=value.ci_high if spread else None,
                population=self._group_words(line, head, arms), reasons=row.reasons if arms else (*row.reasons, "group: the table does not say"),
            )
        )  # fmt: skip

    def _group_words(self, line: _Line, head: _Head, arms: Arms) -> str | None:
        """Groups that are no treatments, as the head of the column or the row names them."""
        if self.subgroups and line.label.endpoint is None:
            return self._population(line)
        if not arms and not head.group and not line.grouped and head.endpoint is not None and line.trial is None:
            return self._population(line)
        if arms or head.group or line.grouped or head.endpoint is not None or line.label.endpoint is None:
            return None
        words = inline.sub(r"\s*\([^()]*\)", "", self.bottom_of(head)).strip()
        return words[:80] or None

    def bottom_of(self, head: _Head) -> str:
        """The words of the lowest header cell of a column."""
        return self._head(Place(head.text, head.start, head.end)).text

    def _population(self, line: _Line) -> str | None:
        """The row label of a table of factors or subgroups, with the factor above it."""
        if line.trial is not None and line.label.trial is not None:
            return None
        if self.factors:
            texts = [line.cells[j].text for j in self.words if line.cells[j].text]
            return inline.sub(r"\s+", " ", ": ".join(dict.fromkeys(texts)))[:120] or None
        words = [line.section.text] if line.section is not None and line.section.endpoint is None else []
        words += [
            h.text
            for j, h in ((j, self._head(line.cells[j])) for j in self.words)
            if h.text
            and h.endpoint is None
            and h.measure is None
            and h.trial is None
            and not (h.group and (line.grouped or line.experimental))
        ]
        return inline.sub(r"\s+", " ", ": ".join(dict.fromkeys(words)))[:120] or None

    def _analysis(self, words: str) -> tuple[str, ...]:
        return tuple(name for label, name in self.analyses if cue_regex(self.patterns, label).search(words))

    def _row(
        self,
        kind: str,
        measure: str,
        value: Value,
        line: _Line,
        head: _Head,
        cell: Place,
        endpoint: str,
        at: tuple[int, int],
    ) -> Estimate:
        """A row with all that does not depend on the kind of its number."""
        start, end = self.folded.source(value.start, value.end)
        own = [c for c in line.cells if c.text and c.end > c.start and (c is cell or not c.same_up)]
        a = min([value.start, *(c.start for c in own if c.start >= cell.start - 2000)])
        b = max([value.end, *(c.end for c in own)])
        key = self._trial(line, head)
        if key is not None and key in self.book.trials:
            self.book.trials[key].has_rows = True
        origin = (
            "pooled"
            if self.pooled
            else "own"
            if (self.book.own is not None and key == self.book.own) or (self.book.own is None and not self.book.trials)
            else "cited"
        )
        spans = [
            (name, *self.folded.source(x, y))
            for name, (x, y) in sorted(value.spans.items())
            if name in ("value", "ci", "fraction", "count")
        ]
        if kind == "test":
            spans.append(("p", start, end))
        if at[1] > at[0]:
            spans.append(("endpoint", *self.folded.source(*at)))
        spans.append(("statistic", *self.folded.source(cell.start, cell.end)))
        self.claimed += [
            (x, y) for name, (x, y) in value.spans.items() if name in ("value", "ci", "fraction", "count")
        ] or [(value.start, value.end)]
        return Estimate(
            kind=kind, measure=measure, value=value.value, start=start, end=end, sentence=Span(*self.folded.source(a, b)), endpoint=endpoint,
            trial=self.book.name(key), trial_key=key, origin=origin, citations=self._citations(line),
            analysis=self._analysis(f"{head.text} {line.label.text} {cell.text}"),
            printed=self.text[value.start : value.end], spans=tuple(spans), rules=(f"table.{kind}",),
        )  # fmt: skip

    def _citations(self, line: _Line) -> tuple[Citation, ...]:
        numbers = [
            n
            for h in line.texts
            for m in inline.finditer(r"\[\d[\d\s,~-]*\]", h.text)
            for n in citation_numbers(m.group())
        ]
        return cited(list(dict.fromkeys(numbers)), self.dois)


def _by_patient(e: Estimate) -> Estimate:
    """A group named by its patients is a population and no treatment."""
    named = [p for p in (*e.experimental, *e.comparator) if p.startswith(BY_PATIENT)]
    if not named:
        return e
    experimental, comparator = (
        tuple(p for p in side if not p.startswith(BY_PATIENT)) for side in (e.experimental, e.comparator)
    )
    return replace(
        e, experimental=experimental, comparator=comparator, population=e.population or named[0][len(BY_PATIENT) :]
    )


def claim_items(scenes: Sequence[Scene], used: dict[int, set[int]], claimed: Sequence[tuple[int, int]]) -> None:
    """Mark the items of table lines that a row holds as used, in place."""
    spans = sorted(claimed)
    if not spans:
        return
    for index, scene in enumerate(scenes):
        if scene.section == "table":
            for k, item in enumerate(scene.items):
                at = bisect_left(spans, (item.end, 0))
                if at and spans[at - 1][1] > item.start:
                    used[index].add(k)


def share_tests(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Move the p-value of a sentence onto the effect that a table prints for the same trial and endpoint.

    Estimates come back in the order of the text.
    """
    out = list(estimates)
    for test in estimates:
        if (
            test.kind != "test"
            or test.trial_key is None
            or test.population is not None
            or any(r.startswith("table.") for r in test.rules)
        ):
            continue
        near = [
            n
            for n, e in enumerate(out)
            if e.kind == "effect"
            and e.trial_key == test.trial_key
            and e.endpoint == test.endpoint
            and e.measure in RATIOS
            and e.population is None
        ]
        if len(near) == 1 and "table.effect" in out[near[0]].rules and out[near[0]].p_value is None:
            e = out[near[0]]
            spans = tuple(s for s in test.spans if s[0] == "p")
            out[near[0]] = replace(
                e, p_op=test.p_op, p_value=test.p_value, spans=(*e.spans, *spans), rules=(*e.rules, "p.shared")
            )
            out.remove(test)
    return sorted(out, key=lambda e: (e.start, e.end))
