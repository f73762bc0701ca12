"""What is out of scope: doses, ages, follow-up, thresholds, sample sizes, assumptions."""

from __future__ import annotations

import re

from ..recognise.guarded import guarded
from ..text import inline
from .scene import AGED, Endpoint, Scene
from .statistic import Statistic

__all__ = ["DID_SOMETHING", "in_tested_pair", "out_of_scope"]

DID_SOMETHING = re.compile(r"\s*%?\s*的(?:患者|受试者|病例|病人)(?=[^,;。\d()]{3,18}[,;。])(?!中)")
"""``34%的患者下调剂量``: what they did is the outcome."""

_FOLLOWED = re.compile(
    r"\s*-?(?:months?|years?|weeks?|days?|个月|年|周|天)?\s*(?:的|of\s+)?(?:中位|median\s+)?(?:follow|随访)", re.I
)
_TESTED = re.compile(
    r"\s*(?:months?|years?|weeks?|个月|年|周)?\s*[,;(\[]*\s*(?:a?HR|hazard ratio|风险比)(?![A-Za-z])", re.I
)
_TESTED_PAIR = re.compile(
    r"\d[\d.]*\s*(?:months?|years?|weeks?|个月|年|周)?\s*(?:vs\.?|versus|对比?|比)\s*\d[\d.]*" + _TESTED.pattern, re.I
)  # ``13.6 vs 10.4 months, HR 0.65``
_BELOW = re.compile(r"(?:小于|大于|低于|高于|少于|多于|超过|不足|介于)\s*(?:或?等于)?\s*$")
_THOSE = re.compile(r"\s*%?\s*(?:以[上下])?的\s*(?:\d+\s*例|患者|病例|人群|病人|者)")
_GRADE = re.compile(r"(?<![A-Za-z])grades?\s*(?:\d\s*(?:or|and|to|-|/|,)\s*)?$", re.I)
_ONE_SIDE = re.compile(r"(?:below|above|under|over|less than|greater than|小于|大于|低于|高于)\s*$", re.I)
_FOLLOW = guarded(
    r"follow(?:ed)?[- ]?up|(?<![A-Za-z])(?:median|mean)\s+FU(?![A-Za-z])|随访|was followed|were followed|随诊|观察期",
    re.I,
)
_AGE = guarded(r"(?<![A-Za-z])(?:aged?|ages|years? old|years? of age)(?![A-Za-z])|岁|年龄", re.I)
_BASE = guarded(
    r"(?<![A-Za-z])(?:males?|females?|men|women|white|black|hispanic|caucasian|asian(?! patients| and non)|smokers|married|educated|sex|gender|ECOG(?: PS| performance)?|performance status|karnofsky|at baseline|baseline characteristics|BMI|histolog\w+|PD-L1 expression|PD-L1 CPS|CPS|TPS|had (?:stage|metasta\w+|received)|had previously|previously treated|prior therapy)(?![A-Za-z])|男性|女性|男女|基线|吸烟|病程|既往|性别|体重指数",
    re.I,
)
_DOSE = guarded(
    r"(?<![A-Za-z])(?:mg|mcg|µg|Gy|IU|dose intensity|of (?:the )?(?:planned|full|target|prescribed) dose|AUC|dose reductions?|received all|completed (?:all|the|planned|treatment))(?![A-Za-z])|daily\s*[×x]\s*$|剂量强度|剂量|疗程",
    re.I,
)
_ASSUMED = re.compile(
    r"\W*(?:assuming|we\s+(?:assumed|expected|hypothesi[sz]ed)|under\s+(?:a|the)\s+simon|假设|假定|研究设计按|预计[^。;]{0,30}(?:提高|延长|降低|增加)(?:至|到)|样本量(?:估算|计算|按|以|根据|基于))",
    re.I,
)
_PLANNED = re.compile(r"样本量|把握度|检验效能|(?<![A-Za-z])(?:sample size|\d+\s*% power|power of)(?![A-Za-z])", re.I)
_REDUCED_DOSE = re.compile(
    r"剂量[^,;。]{0,12}(?:减少|降低|减量|下调|减至)(?:了|至|为)?\s*$|(?<![A-Za-z])dos(?:e|age)s?(?![A-Za-z])[^;.]{0,40}(?:reduced|reduction|decreased|lowered)[^;.]{0,60}(?:by|of|to)\s*$",
    re.I,
)
_CRITERIA = re.compile(
    r"(?:显效|有效|无效|痊愈|治愈|好转|完全缓解|部分缓解|稳定|进展|(?<![A-Za-z])(?:CR|PR|SD|PD))\s*:"
)  # how a response is defined
_DESIGN = guarded(
    r"(?<![A-Za-z])(?:power|to detect|sample size|assuming|assumptions?|assumed|alpha|significance level|type I error|margins?|hypothesi[sz]ed|anticipated|expected|was considered (?:statistically )?significan\w+|were considered (?:statistically )?significan\w+|considered (?:to be |as )?(?:statistically )?significan\w+|considered to indicate|significance was (?:set|defined|accepted)|set at|level of significance|was defined as|were defined as|statistically significant at|powered|taken to indicate|taken as (?:statistically )?significan\w+|(?:regarded|deemed) (?:as |to be )?(?:statistically )?significan\w+|indicat\w+ statistical|denote\w* statistical)(?![A-Za-z])|(?<![A-Za-z])(?:Simon|Bonferroni|boundary|sample-size)(?![A-Za-z])|检验水准|样本量|检验效能|估算|界值|假设|把握度|(?:为|表示|认为|视为|提示|被认为|被视为|定为)(?:是)?(?:差异|差别)?(?:有|具有|存在)?(?:显著性?|统计学)?(?:差异|意义|差别)|为有统计学意义|为具有统计学意义|为差异|表示差异|认为差异|截断值|cut-?off",
    re.I,
)
_BACKGROUND = guarded(
    r"(?<![A-Za-z])(?:new cases|estimated (?:\d|new)|accounts? for|accounting for|occurs? in|worldwide|per 100,?000|of all (?:cancers?|patients with|cases|lung|breast|new)|are diagnosed|annually|each year|is diagnosed|make up|makes up|comprises?|constitutes?|represents?|approximately \d+% of|prevalence of|express(?:ed|ion)?|overexpress\w*|mutations? (?:occur|are found|are present)|is present in)(?![A-Za-z])|新发|占所有|约占|占全部|占全球|占比|发病人数|流行病学|占总|占\s*$",
    re.I,
)
_THRESH = guarded(
    r"(?:TPS|CPS|PD-L1|expression|cutoff|cut-off|threshold|at least|greater than|less than|more than|≥|表达|至少|超过|大于|小于)\s*(?:of\s+)?$",
    re.I,
)
_WAS_GIVEN = re.compile(
    r"\W*(?:the\s+)?(?:initial\s+|first-line\s+|salvage\s+|subsequent\s+|previous\s+|prior\s+)?(?:treatments?|therap(?:y|ies))\s+(?:(?:at|for|after|of|received)\s[^,;.]{3,40}\s)?(?:included|consisted\s+of|comprised)(?![A-Za-z])",
    re.I,
)
"""``Treatments at first relapse included surgery in 56%``: what was given, no outcome."""
_CENTRE = re.compile(r"median|中位|mean|平均", re.I)
_DURATION = guarded(
    r"(?:treated|treatment|therapy|received|administered|duration of treatment|treatment duration|duration of therapy|exposure|interval|time since|from diagnosis|disease duration|给药|分别给予|予以?|维持|持续用药|治疗时间|用药时间|疗程|化疗间隔|间隔)\s*(?:\w+\s+){0,4}$",
    re.I,
)
_EXPOSURE = guarded(
    r"(?:duration\s+of\s+(?:treatment|therapy|exposure)|(?:treatment|exposure)\s+duration|time\s+on\s+(?:treatment|therapy)|(?:用药|治疗|暴露)(?:持续)?时间)[^;。%]{0,64}$",
    re.I,
)
"""How long patients were treated, whatever outcome the sentence told before."""
_HETEROGENEITY = re.compile(r"I\s*\^?2|I²|heterogeneity|异质性", re.I)
_BALANCE = guarded(
    r"(?:baseline|balanced|characteristics (?:were|between)|一般资料|基线|具有可比性|有可比性|可比|临床资料|临床特征|病例特征|人口学|人口社会学|年龄[、,]|性别[、,]|clinical characteristics|demographic)",
    re.I,
)
_COMPLETION = guarded(
    r"(?<![A-Za-z])(?:completed|compliance|crossed over|crossover|cross-over|withdrew|lost to follow|enrolled|randomi[sz]ed|screened|eligible|evaluable|were included|was included|accrued|response rate to the (?:survey|questionnaire)|questionnaires? (?:was|were) returned|consented|participat\w+|received at least|naive|naïve|attended|recruited|planned|pretreated|had been treated|previously received|available for)(?![A-Za-z])|入组|纳入|失访|完成(?:了)?(?:[^,;。]{0,10}(?:周期|疗程)|全部治疗|治疗|随访)|取样率|接受过|脱落|回收率|应答者|问卷",
    re.I,
)

_MARGIN = re.compile(r"\s*%?\s*(?:non-?inferiority\s+)?margin|\s*%?的?(?:非劣效)?界值", re.I)
_HAD_BEFORE = re.compile(
    r"\s*%?(?:\s*(?:and|,|vs\.?)\s*\d[\d.]*\s*%)?(?:,?\s*respectively)?\s*\)?,?\s*(?:of\s+(?:the\s+)?(?:patients|women|men)\s+)?(?:in\s+(?:both|either)\s+\w+\s+)?had\s+(?:already\s+)?(?:received|undergone)\s+(?:[\w-]+\s+){0,4}?(?:prior|previous|lines?|pretreat)"
)
"""``(93% and 91%, respectively) had received two prior lines``"""
_CHOSEN_BETWEEN = re.compile(r"\s?(?:个?[月年周天]|months?|years?|weeks?|days?)?\s*(?:或|or)\s*(?:for\s+)?\d", re.I)
_CHOSEN_BETWEEN_BEFORE = re.compile(
    r"\d\s?(?:个?[月年周天]|months?|years?|weeks?|days?)?\s*(?:或|or)\s*(?:for\s+)?$", re.I
)


def _window(scene: Scene, s: Statistic, before: int, after: int) -> tuple[str, str]:
    left = max(scene.start, s.start - before)
    return scene.text[left : s.start], scene.text[s.end : min(scene.end, s.end + after)]


def in_tested_pair(text: str, s: Statistic) -> bool:
    """Whether a value is one of the two in ``13.6 vs 10.4 months, HR 0.65``."""
    return bool(_TESTED_PAIR.match(text, s.start) or (s.joined == "vs" and _TESTED.match(text, s.end)))


_AMONG_OVER = re.compile(r"\s*%?\s*(?:以上|及以上)的?(?:患者|病例|病人|受试者)(?:中|的)")
"""``发生在20%以上患者中的不良反应``"""
_MATURITY = re.compile(r"成熟度(?:为|达到?|约|仅)*\s*$|(?<![A-Za-z])maturity\s+(?:of|was)\s+$", re.I)
_MATURE = re.compile(r"\s*%?\s*(?:的?(?:数据|信息|事件)?成熟度?(?!的)|(?:data\s+)?matur(?:ity|e)(?![A-Za-z]))", re.I)
_FOLLOWED_UP = re.compile(
    r"follow-?up\s+(?:data\s+)?(?:of|in|for|was\s+complete\s+in)\s+$|随访率(?:为|达|约)?\s*$", re.I
)
"""``with 2-year follow-up of 89% of patients``"""
_WITHIN = re.compile(
    r"(?<![A-Za-z])(?:by|was|were|of|is|are|ranged|varied)\s+between\s+(?:\d[\d.]*\s*%?\s+and\s+)?$", re.I
)
_COMPARED_WITHIN = re.compile(r"^[^;.]{0,12}?(?:respectively|in\s+the\s+[\w-]+\s+(?:group|arm))", re.I)
"""``lowered the risk by between 30% and 50%``: how far a value may go."""


def out_of_scope(scene: Scene, s: Statistic, endpoint: Endpoint | None, paired: bool = False) -> str | None:
    """Return why a statistic is no outcome, or None where it is one.

    Parameters
    ----------
    scene : Scene
    s : Statistic
    endpoint : Endpoint or None
        The endpoint word of the same sentence that it would be bound to.
    paired : bool
        Whether it is one of two values that a comparison orders.

    Returns
    -------
    str or None
        ``follow-up``, ``age``, ``dose``, ``design``, ``background``, ``baseline``,
        ``threshold``, ``duration``, ``heterogeneity`` or None.
    """
    before, after = _window(scene, s, 70, 30)
    near, soon = before[-40:], after[:18]
    body = scene.body
    if s.kind == "p":
        if _DESIGN.search(before[-60:] + " § " + scene.text[s.end : min(scene.end, s.end + 60)]) and not inline.search(
            r"分别|vs|HR", before[-20:]
        ):
            tail = scene.text[s.end : min(scene.end, s.end + 60)]
            if _DESIGN.search(before[-60:]) or inline.match(
                r"\s*[)\]]?\s*(?:was|were|is|are|为|被认为|被视为|定为|表示|认为|视为|提示|有|具有|,?\s*差异有统计学意义$)",
                tail,
            ):
                return "design"
        if _HETEROGENEITY.search(before[-30:]) and inline.search(r"I\s*\^?2|I²|异质性|heterogeneity", before):
            return "heterogeneity"
        if _BALANCE.search(body) and not scene.endpoints:
            return "baseline"
        if inline.search(
            r"治疗前[^;。]{0,12}(?:两|2|二)组[^;。]{0,24}(?:无|没有)[^;。]{0,14}$|before treatment[^;.]{0,60}(?:no|not)[^;.]{0,30}$",
            before,
            re.I,
        ):
            return "baseline"
        return None
    if s.kind == "effect":
        if s.value == 1 and _ONE_SIDE.search(before):
            return "threshold"
        if s.ci_low is None and s.p_value is None and _PLANNED.search(body):
            return "design"
        if inline.search(
            r"margins?|to detect|assum|界值|hypothesi[sz]ed|power(?:ed)?\b|upper (?:limit|bound)|预期|target(?:ed)? HR",
            before,
            re.I,
        ):
            return "design"
        return None
    if s.unit == "%" and _WAS_GIVEN.match(body):
        return "baseline"
    if inline.search(r"(?:设为|设定为|预设为|假定为|(?<![A-Za-z])(?:set at|assumed to be))\s*$", near):
        return "design"
    if _ASSUMED.match(body) or len(_CRITERIA.findall(body)) >= 3:
        return "design"
    if s.qualifier == "not reached":
        return None
    if s.unit == "%" and _GRADE.search(before):
        return "grade"
    last = endpoint.end if endpoint is not None and endpoint.end <= s.start else -1
    since = scene.text[max(last, scene.start, s.start - 90) : s.start]
    if inline.search(r"(?:95|9\d)\s*$", near) and inline.match(r"\s*CI", soon):
        return "interval"
    if s.unit == "%" and inline.match(r"\s*(?:CI|confidence|可信|置信)", soon):
        return "interval"
    if s.measure == "median" and s.qualifier is not None and not inline.search(r"median|中位", before[-24:], re.I):
        return "threshold"
    if (
        s.measure in ("median", "mean")
        and s.unit is None
        and (_AGE.search(since[-60:]) or _FOLLOW.search(since[-60:]) or _DOSE.search(before[-30:] + after[:12]))
    ):
        return "baseline"
    if (
        s.measure == "median"
        and s.unit in ("h", "min")
        and endpoint is None
        and not paired
        and not s.joined
        and s.ci_low is None
        and not in_tested_pair(scene.text, s)
        and not _CENTRE.search(body)
    ):
        return "duration"
    if s.measure in ("median", "mean") and s.unit in ("months", "years", "weeks", "days", "hours", "minutes"):
        if inline.search(r"(?:daily|weekly|/m2|/kg|/d|/day|bid|qd|mg|Gy)\s*[×x]\s*$", near):
            return "dose"
        if _FOLLOW.search(since) or (last < 0 and _FOLLOW.search(before)) or _FOLLOWED.match(after):
            return "follow-up"
        if AGED.search(before) or _AGE.search(since[-40:]) or inline.match(r"\s*(?:old|of age|岁)", after):
            return "age"
        exposure = _EXPOSURE.search(before)
        if exposure and (endpoint is None or endpoint.end <= s.start - len(before) + exposure.start()):
            return "duration"
        if endpoint is None and (_DURATION.search(before) or _DOSE.search(near)):
            return "duration"
        if endpoint is None and (_CHOSEN_BETWEEN.match(after) or _CHOSEN_BETWEEN_BEFORE.search(near)):
            return "duration"  # ``for 6 months or 12 months``
        if endpoint is None and not paired and not _CENTRE.search(body) and not in_tested_pair(scene.text, s):
            return "duration"
    if s.unit == "%":
        if inline.match(r"\s?%?/\s?[A-Z]", soon) or inline.search(r"\d\s?%/\s?[A-Z][A-Za-z -]{3,30}\s$", before):
            return "dose"  # ``fluorouracil 0.5%/salicylic acid 10%``
        if _FOLLOWED_UP.search(before):
            return "follow-up"
        if _WITHIN.search(before) and not _COMPARED_WITHIN.search(after):
            return "threshold"
        if _REDUCED_DOSE.search(scene.text[max(scene.start, s.start - 110) : s.start]):
            return "dose"
        if inline.match(r"\W*(?:基线时?|at baseline)", body, re.I) and not inline.search(
            r"降|升|较基线|change|compared", body, re.I
        ):
            return "baseline"
        if s.qualifier in (">=", "<=", "<", ">") and (
            _THRESH.search(before)
            or not inline.search(r"率|rate|in\s*$|was\s*$|为\s*$", near)
            or inline.search(r"(?:TPS|CPS|PD-L1)", near)
        ):
            return "threshold"
        if _THRESH.search(near) and endpoint is None:
            return "threshold"
        if inline.search(r"(?:TPS|CPS)\s*[≥<>=]*\s*$", near):
            return "threshold"
        if _AMONG_OVER.match(soon) or _MATURITY.search(near) or _MATURE.match(soon):
            return "threshold"
        if _BELOW.search(near) and _THOSE.match(soon):
            return "threshold"  # ``阳性率小于3%的88例``
        if _HETEROGENEITY.search(near[-12:]):
            return "heterogeneity"
        if inline.search(r"dose intensity|剂量强度|compliance|依从", before + after, re.I) and endpoint is None:
            return "dose"
        if endpoint is None or endpoint.start > s.end:
            # an age or a number enrolled in the clause before says nothing of ``22 (25.0%) had a partial response``
            near = inline.split(r"[;。]" if endpoint is None else r"[;。,]", near)[-1]
            if _BASE.search(near + " " + after[:26]) and not (
                endpoint and endpoint.id == "AE" and endpoint.start < s.start
            ):
                return "baseline"
            if _COMPLETION.search(near[-34:] + " " + after[:30]):
                return "baseline"
        if _HAD_BEFORE.match(scene.text, s.end):
            return "baseline"
        if _MARGIN.match(after):
            return "design"
        if inline.match(
            r"\s*的?(?:患者|病例|人)?(?:未经|既往|接受过|曾|未接受|为(?:男|女|绝经))|\s+(?:were\s+)?from\s+[A-Z]", after
        ):
            return "baseline"
        if _DESIGN.search(since[-60:]) and not inline.search(r"p\s*[<=>]", after, re.I):
            return "design"
        if _BACKGROUND.search(before[-45:]) and (endpoint is None or endpoint.generic or endpoint.end < s.start - 60):
            return "background"
        if inline.search(r"(?:90|80|85|95)\s*$", scene.text[s.start : s.end]) and inline.search(
            r"power|把握度", before + after, re.I
        ):
            return "design"
    return None
