"""What a value tells: numbers that nothing marks as an outcome are kept out, the others get the name of theirs."""

from __future__ import annotations

import re

from ..model import RATIOS
from ..text import inline
from .arm_model import ArmTable
from .binding import Binding
from .scene import Endpoint, Scene
from .scope import DID_SOMETHING, in_tested_pair

__all__ = ["SURVIVAL", "name_endpoint", "no_outcome"]


SURVIVAL = {"OS", "PFS", "DFS", "EFS", "RFS", "TTP", "TTF", "LRFS", "DMFS", "CSS", "DOR", "TTR"}

# ``64.6% of the patients in the intervention group did … compared with 48.4% in the control group (P < 0.001)``
_SET_SIDE_BY_SIDE = re.compile(
    r"%[^%;。]{0,90}(?<![A-Za-z])(?:compared (?:with|to)|versus|vs\.?|but only|while|whereas)\s[^%;。]{0,40}?\d%[^%;。]{0,70}?\(\s*p\s*[<=>]",
    re.I,
)

_PATIENTS_THEMSELVES = re.compile(
    r"(?<![A-Za-z])(?:baseline|males?|females?|men|women|boys|girls|aged?|years old|smok\w+|married|enrolled|eligible|consent\w*|dropp\w+|withdr\w+|lost to|complet\w+|white|black|histor\w+|previous\w*|prior)(?![A-Za-z])|基线|男|女|年龄|脱落|失访|既往",
    re.I,
)

_HALF_WIDTH = re.compile(r"(?:CI|interval|区间)[\s,:]*±\s*$")  # ``90% (95% CI, ±19%)``

_WHO_OF_THEM = re.compile(
    r"(?<![A-Za-z])(?:proportions?|percentages?)\s+of\s+(?:the\s+|all\s+)?(?:[a-z-]+\s+)?(?:patients|participants|subjects|women|men|children)\s+(?:with|who|achieving|having|reaching|showing|in\s+whom)|(?:患者|受试者|病例|病人)(?:的|数|所占)?(?:比例|百分比|占比)",
    re.I,
)
"""``the proportion of patients with complete clearance``: an outcome that no pattern knows."""


_TESTED = re.compile(
    r"(?<![A-Za-z])(?:than|versus|vs|compared\s+(?:with|to))(?![A-Za-z])[^;]*?(?:(?<![A-Za-z])(?:RR|OR|HR|relative\s+risk|risk\s+ratio|odds\s+ratio)(?![A-Za-z])|(?<![A-Za-z])[Pp]\s*[=<])"
)


def no_outcome(scene: Scene, b: Binding, table: ArmTable) -> str | None:
    """Keep out numbers that nothing marks as an outcome."""
    s = b.statistic
    if s.kind == "effect":
        return None
    if s.kind == "p":
        return None
    local = b.endpoint is not None and not b.inherited
    if s.qualifier == "not reached":
        return None if local and b.endpoint is not None and b.endpoint.id in SURVIVAL else "unplaced"
    if s.measure == "median" and s.unit in ("months", "years", "weeks", "days", "hours", "minutes"):
        cue = inline.search(r"median|中位|平均|mean|average", scene.body, re.I)
        if local and b.endpoint is not None and (b.endpoint.id in SURVIVAL or cue or s.ci_low is not None):
            return None
        if cue and (b.pair or s.ci_low is not None):
            return None
        told = b.experimental or in_tested_pair(scene.text, s)
        if b.inherited and told and b.endpoint is not None and b.endpoint.id in SURVIVAL:
            return None
        if b.pair and (b.inherited or s.joined == "vs" or s.place == 0):
            return None
        return "duration"
    if s.measure == "rate":
        if _HALF_WIDTH.search(scene.text[max(scene.start, s.start - 24) : s.start]):
            return "unplaced"
        if local and b.endpoint is not None:
            if b.endpoint.id == "other:prognosis":
                return "unplaced"
            if b.endpoint.start > s.end and "endpoint.later" in b.rules and not (s.joined == "vs" or b.pair):
                return "unplaced"
            if s.start - b.endpoint.end > 150 and not b.experimental and s.ci_low is None and s.joined != "vs":
                return "unplaced"
            if scene.section == "title":
                return "unplaced"
            if "endpoint.predicate" in b.rules and inline.search(
                r"(?:more|less|fewer|greater) than|at least|over|nearly all|超过|不足|至少",
                scene.text[max(scene.start, s.start - 14) : s.start],
                re.I,
            ):
                return "threshold"
            return None
        if b.inherited and (b.pair or b.experimental or s.ci_low is not None):
            return None
        if b.pair and b.experimental:
            return None
        if b.endpoint is None and s.numerator is not None and s.denominator is not None and b.experimental:
            return None
        if b.endpoint is None and s.numerator is not None and s.denominator is not None and _TESTED.search(scene.body):
            return None  # ``by telephone (84/480, 17.5%) than by mail (43/472, 9.1%) (RR 1.92)``
        if (
            b.endpoint is None
            and _SET_SIDE_BY_SIDE.search(scene.body)
            and len(scene.groups) > 1
            and not _PATIENTS_THEMSELVES.search(scene.body)
        ):
            return None
        if b.endpoint is None and b.experimental and DID_SOMETHING.match(scene.text, s.end):
            return None
        if (
            b.endpoint is None
            and (b.experimental or scene.groups)
            and _WHO_OF_THEM.search(scene.text, scene.start, s.start)
        ):
            return None
        return "unplaced"
    if s.measure == "mean":
        return None if local or b.pair or b.experimental or (s.spread_low is not None and scene.groups) else "unplaced"
    return None


_GOT_BETTER = re.compile(
    r"[\u4e00-\u9fff]{0,12}(?:改善|缓解率|缓解|减轻|好转)(?!剂)|\s+(?:improved|improvement|relief|resolution|resolved)(?![A-Za-z])",
    re.I,
)
"""``疲乏程度有改善的患者``: a symptom that got better is no adverse event."""


_LASTED = re.compile(
    r"\s*%?[)]?\s*(?:的?(?:患者|缓解者)?的?缓解(?:持续)?(?:时间)?(?:均)?(?:达到?|超过|不短于|不少于|持续)|(?:of\s+(?:the\s+)?(?:responses|responders|them)\s+)?(?:lasting|lasted)(?![A-Za-z]))"
)
"""``responses were durable, with 74% lasting at least 1 year``"""


_OR_BETTER = re.compile(
    r"\s*(?:\([^()]{1,20}\)\s*)?(?:及|或)(?:其)?以上|(?:\s+for\s+(?:at\s+least\s+)?[^,;.]{1,16})?,?\s+or\s+better(?![A-Za-z])",
    re.I,
)
"""``SD及以上疗效``, ``stable disease or better``"""


_MEASURED_IN = re.compile(r"(?P<what>other:.{3,60}?) in (?P<unit>seconds|minutes|hours|days|weeks|months|years)")


def name_endpoint(b: Binding, scene: Scene) -> None:
    """Give a statistic the endpoint that its measure and words make of the one it was bound to, in place."""
    if b.endpoint is None:
        b.endpoint = Endpoint(b.statistic.start, b.statistic.start, "other:unspecified")
        b.reasons.append("endpoint: none is named")
    s = b.statistic
    measured_in = _MEASURED_IN.fullmatch(b.endpoint.id) if s.kind != "effect" else None
    if measured_in is not None:
        # ``intubation time in seconds``
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, measured_in.group("what"))
        if s.measure in ("mean", "median") and s.unit is None:
            s.unit = measured_in.group("unit")
    if s.measure == "mean" and b.endpoint.id == "AE":
        b.endpoint = Endpoint(
            b.endpoint.start, b.endpoint.end, f"other:{scene.text[b.endpoint.start : b.endpoint.end].lower()}"
        )
    if s.measure == "rate" and b.endpoint.id == "AE" and _GOT_BETTER.match(scene.text, b.endpoint.end):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "other:improvement")
    if b.endpoint.id in ("PD", "other:disease progression") and (
        s.measure in RATIOS or (s.measure == "median" and s.unit in ("months", "years"))
    ):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "PFS", True)
    if b.endpoint.id == "SD" and _OR_BETTER.match(scene.text, b.endpoint.end):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "DCR")
    if s.measure == "rate" and b.endpoint.id in ("TTR", "ORR", "CR") and _LASTED.match(scene.text, s.end):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "DOR")
    lasting = s.measure == "median" and s.unit in ("months", "years", "weeks", "days")
    if (
        lasting
        and b.endpoint.id in ("ORR", "CR")
        and inline.search(r"持续|duration", scene.text[b.endpoint.start : s.start], re.I)
    ):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "DOR")
    if (
        s.kind == "arm"
        and s.measure == "median"
        and inline.search(
            r"mean|平均|average", scene.text[max(scene.start, min(b.endpoint.start, s.start) - 40) : s.start], re.I
        )
        and not inline.search(r"median|中位", scene.body, re.I)
    ):
        s.measure = "mean"
    if (
        s.kind == "arm"
        and s.measure == "rate"
        and b.endpoint.id == "OS"
        and b.endpoint.generic
        and b.endpoint.start != b.endpoint.end
        and inline.search(r"死|death|died", scene.text[b.endpoint.start : b.endpoint.end], re.I)
    ):
        b.endpoint = Endpoint(b.endpoint.start, b.endpoint.end, "MORTALITY", True)
