"""Names that no pack knows, recognised by their shape.

Drugs end in a stem that the international non-proprietary names reserve for their class
(``-tinib``, ``-mab``, …替尼, …珠单抗) or are development codes (``AK112``, ``MK-3475``)
beside a word that says so. Trials are acronyms or WORD-number shapes directly beside
*trial*, *study*, 研究, 试验 or a registry id.

Precision goes before recall: what looks like two things is left out. Words that have
the shape and are no name stand in the packs under ``CUE_STOP_DRUG`` and
``CUE_STOP_TRIAL``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..patterns import Patterns, load_patterns
from ..text import inline

__all__ = ["infer_drugs", "infer_trials", "is_other_word"]

Found = tuple[int, int, str]
"""Start, end and canonical name of an inferred mention."""

_STEMS = (
    # antibodies and their successors (-mab was split into -tug, -bart, -mig, -ment in 2022)
    r"ersen|siran|aptanib|mab|tatug|totug|tutug|[ln]atug|stotug|matug|cotug|tabart|stobart|stomig|tamig|ritamig"
    # kinase, proteasome, PARP and other small-molecule inhibitors
    r"|tinib|anib|ciclib|parib|lisib|rafenib|sertib|zomib|degib|sidenib|toclax|rasib|rasertib"
    r"|inostat|metostat|estrant|lutamide|nexor|tomenib|selib"
    # cytotoxics
    r"|platin|taxel|rubicin|tecan|citabine|trexed|trexate|mustine|fosfamide|bectedin|domide"
    # cells, fusion proteins, hormones, supportive care
    r"|leucel|bercept|nercept|tacept|fusp|relin|relix|grastim|setron|pitant|dronate|rolimus"
    # common drugs outside oncology
    r"|gliptin|gliflozin|glutide|vastatin|sartan|xaban|gatran|prazole|tegravir|buvir|asvir|ciclovir"
)
_PAYLOADS = (
    "vedotin|deruxtecan|govitecan|tirumotecan|emtansine|ravtansine|mafodotin|ozogamicin|tesirine|soravtansine|duocarmazine"
    "|mertansine|rezetecan|samrotecan|brengitecan|pelidotin|fuvedotin|rilsodotin|zovodotin|talirine|botidotin|opadotin"
    "|tiuxetan|satetraxetan|sarotalocan"
)
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{5,26}(?![A-Za-z0-9])")
_STEM = re.compile(rf"[a-z]{{2,18}}(?:{_STEMS})")
_SECOND = frozenset((*_PAYLOADS.split("|"), "autoleucel"))
_TAILS = frozenset(stem[-3:] for stem in (*_STEMS.split("|"), *_SECOND))
"""Last three letters of all stems: a look at them spares the expression for most words."""

_HAN = "\u4e00-\u9fff"
_CHINESE = re.compile(
    rf"[{_HAN}]{{2,7}}?(?:[珠昔妥利尤木伐鲁苏拜戈芦韦奇库贝奈洛塔莫]单抗|替尼(?!松|龙)|[西洛]利(?=[^{_HAN}]|[联组治单与和、，。])"
    r"|[拉帕]帕利|米帕利|拉非尼|[佐]米(?=[^粒]|$)|替康|[他西]他滨|柔比星|奥仑赛|迈仑赛|维仑赛|列净|列汀|[鲁那]肽|司琼|匹坦"
    r"|[沙]坦(?=[^克]|$)|伐他汀|沙班|德鲁胺|[扎他帕维]鲁胺|莫德吉|替沙布|拉西布|雷塞|司群)"
)
_LEFT_STOP = re.compile(
    r".*(?:联合|给予|使用|应用|采用|接受|口服|静脉|注射用|注射|滴注|对比|相比|相较|比较|优于|加用|加上|序贯|单药|治疗|化疗|靶向|药物"
    r"|包括|例如|以及|或者|其中|试验组|对照组|观察组|抑制剂|盐酸|甲磺酸|马来酸|枸橼酸|磷酸|醋酸|苹果酸|甲苯磺酸|富马酸|琥珀酸|注射液"
    r"|人源化|新型|国产|一线|二线|三线|术前|术后|患者|可用|选择|推荐|批准|[和与或及的了在为以用将对较比加予由含于是从示至到组线剂药类代如即该其等后前中者可经受均都也、，])",
    re.S,
)

_CODE = re.compile(
    r"(?<![A-Za-z0-9/.-])(?P<letters>[A-Z]{2,6})-?(?P<digits>\d{3,7})(?P<tail>[A-Z]{0,2}\d?)(?![A-Za-z0-9]|-\d|\.\d|/\d)"
)
_CUE_LEFT = re.compile(
    r"(?:抑制剂|激动剂|拮抗剂|单抗|双抗|三抗|抗体|偶联物|药物|新药|化合物|衔接器|联合|加用|给予|接受|疫苗"
    r"|inhibitors?|antibod(?:y|ies)|agonists?|antagonists?|degraders?|conjugates?|engagers?|agents?|drugs?|compounds?|molecules?"
    r"|plus|treated with|treatment with|therapy with|combin(?:ed|ation) with|addition of|dose of|doses of|vaccine|versus|vs\.?)"
    r"\s{0,2}[(（\"“]?\s?$",
    re.I,
)
_REAGENT = re.compile(r"多克隆抗体|多抗|一抗|二抗|polyclonal|(?:primary|secondary) antibod", re.I)
_CUE_RIGHT = re.compile(
    r"^[)）\"”]?\s{0,2}(?:单抗|双抗|抗体|联合|单药|治疗组|注射液|片|胶囊|\+|(?:is|was|,|，|是)?\s?(?:an?|the|一种|一款)\s(?:[\w-]+\s){0,4}?"
    r"(?:inhibitor|antibody|agonist|antagonist|degrader|conjugate|drug)|inhibitor|monotherapy|plus|\d{1,4} ?mg)",
    re.I,
)

_NAME = r"(?<![A-Za-z0-9-])(?:[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*|[A-Z]{1,4}[0-9][A-Z0-9]*)(?:-(?:[A-Z][A-Za-z]*[0-9]*|[0-9]{1,4}[A-Z]{0,2}))*(?: [0-9]{1,4}[A-Z]?)?"
_REGISTRY = r"(?:NCT\d{8}|ISRCTN\d{8}|ChiCTR|EudraCT|UMIN\d{9}|ACTRN\d{14})"
_TRIAL = re.compile(
    # what may begin one of the alternatives: at most letters none of them is tried
    rf"(?=[A-Z研试]|in the |from the |of the |the |phase )(?:(?P<a>{_NAME})(?=[ -]?(?:trial|study|sub-?study)(?![A-Za-z])(?! (?:drug|medication|protocol|population|period|group|arm))|[ ]?(?:单臂|随机|多中心|开放|双盲|对照|[ⅠⅡⅢIVab/]{{1,6}}期|临床)*(?:研究|试验)(?!者|组|表明|发现|进展|证实了|领域))"
    rf"|(?P<b>{_NAME})(?=[ ]?[(（\[]{{1,2}}(?:ClinicalTrials\.gov[^()\n]{{0,24}})?{_REGISTRY})"
    rf"|(?:研究|试验)(?P<c>{_NAME})(?=已|是|即|显示|证实|中|的|入组|结果|纳入|正在|[，,。(（])"
    rf"|(?:[Ii]n the|[Ff]rom the|[Oo]f the|[Tt]he) (?P<d>{_NAME}) (?=sub-?stud(?:y|ies)|trial|study)"
    rf"|phase (?:I{{1,3}}|IV|[1-4])[ab]? (?P<e>{_NAME})(?= ?[(\[]| trial| study))"
)
_BRACKET = re.compile(r"(?<= )\((?P<name>[A-Z]{4,12})\)")
_UPPER = re.compile(r"[A-Z]")
_JOINED = re.compile(
    r"(?:This|The|Our|[a-z](?:phase|clinical|study|trial)|(?:Objective|Method|Conclusion|Result|Background|Abstract)s?|^[A-Z][a-z]{5,}[A-Z][a-z]{5,}$)"
)


@lru_cache(maxsize=1)
def _shipped() -> Patterns:
    return load_patterns()


@lru_cache(maxsize=4)
def _stop(patterns: Patterns, label: str) -> frozenset[str]:
    """Words of a stop label, lower-cased; for trials also the short forms of all other entities."""
    words = {a.lower() for e in patterns.of(label) for a in e.aliases}
    if label == "CUE_STOP_TRIAL":
        other = {"DRUG", "REGIMEN", "CLASS", "ENDPOINT", "MEASURE", "TUMOUR", "BIOMARKER", "POPULATION"}
        words |= {
            a.lower() for e in patterns.entries if e.label in other for a in e.aliases if len(a) <= 12 and a.isascii()
        }
    return frozenset(words)


@lru_cache(maxsize=4)
def _known(patterns: Patterns) -> dict[str, str]:
    """Names of the packs' drugs, for names that print ran together with a word before them."""
    return {a.lower(): e.id for e in patterns.of("DRUG") for a in e.aliases if len(a) >= (4 if not a.isascii() else 8)}


def _run_together(name: str, known: dict[str, str]) -> tuple[int, str] | None:
    """Return how much to cut off the left of `name` and the drug that remains."""
    for k in range(1, len(name) - 3):
        drug = known.get(name[k:])
        if drug:
            return k, drug
    return None


def _english(word: str, start: int, end: int, stop: frozenset[str], known: dict[str, str]) -> list[Found]:
    joined = None if word in known else _run_together(word, known)
    if joined:
        return [(start + joined[0], end, joined[1])]
    if any(word[k:] in stop for k in range(1, len(word) - 4)):
        return []
    return [(start, end, word)]


def _stems(text: str, stop: frozenset[str], known: dict[str, str]) -> list[Found]:
    found: list[Found] = []
    end_before, before = -1, ""
    for m in _WORD.finditer(text):
        word = m.group().lower()
        start = m.start()
        if word[-3:] in _TAILS:
            if word in _SECOND:  # the second word of a name: the stem may stand in neither
                if text[end_before:start] != " " or before in _COMMON or before in stop:
                    continue
                if found and found[-1][1] == end_before:
                    found.pop()
                found.append((end_before - len(before), m.end(), f"{before} {word}"))
            elif word not in stop and _STEM.fullmatch(word):
                found += _english(word, start, m.end(), stop, known)
        end_before, before = m.end(), word
    for m in _CHINESE.finditer(text):
        name = m.group()
        start = m.start()
        joined = _run_together(" " + name, known)
        if joined:
            found.append((start + joined[0] - 1, m.end(), joined[1]))
            continue
        cut = _LEFT_STOP.match(name)
        if cut and cut.end() < len(name):
            start += cut.end()
            name = name[cut.end() :]
        elif (
            start
            and "\u4e00" <= text[start - 1] <= "\u9fff"
            and not _LEFT_STOP.fullmatch(text[max(0, start - 4) : start])
        ):
            continue  # no left edge in sight: abstain
        if 4 <= len(name) <= 8 and name not in stop and not any(name.endswith(s) for s in stop if len(s) >= 4):
            found.append((start, m.end(), name))
    return found


_COMMON = frozenset(
    ("alpha", "the", "and", "with", "plus", "versus", "monoclonal", "conjugate", "antibody", "topoisomerase")
)


def _codes(text: str, stop: frozenset[str]) -> list[Found]:
    found: list[Found] = []
    for m in _CODE.finditer(text):
        name, letters = m.group(), m.group("letters").lower()
        if name.lower() in stop or letters in stop:
            continue
        if not (
            _CUE_LEFT.search(text[max(0, m.start() - 24) : m.start()]) or _CUE_RIGHT.match(text[m.end() : m.end() + 60])
        ):
            continue
        if _REAGENT.search(text[max(0, m.start() - 24) : m.start()]):
            continue
        after = text[m.end() : m.end() + 8].lstrip(" )")
        if after.startswith(("trial", "study", "研究", "试验")) and not after.startswith("study drug"):
            continue
        found.append((m.start(), m.end(), name))
    return found


def infer_drugs(text: str, patterns: Patterns | None = None) -> list[Found]:
    """Return the drugs that `text` names by a stem or a development code.

    Parameters
    ----------
    text : str
        Folded text.
    patterns : Patterns, optional
        Packs with the stop words (``CUE_STOP_DRUG``); the shipped ones by default.

    Returns
    -------
    list of (int, int, str)
        Start, end and name, in the order of the text: English names in lower case,
        Chinese names and codes as written. Names that a pack knows are found as well;
        the caller gives the packs' mentions precedence.

    Examples
    --------
    >>> infer_drugs("Patients received zanvotinib plus QX-4711 inhibitor.")
    [(18, 28, 'zanvotinib'), (34, 41, 'QX-4711')]
    """
    patterns = patterns or _shipped()
    stop = _stop(patterns, "CUE_STOP_DRUG")
    return sorted(_stems(text, stop, _known(patterns)) + _codes(text, stop))


_RATE = re.compile(r"率(?=\s*(?:为|达|是|分别|均|较|高|低|明显|显著|以|[,:(]|\d|与|比|、|和|及))")
_BEFORE_RATE = re.compile(r"(?:(?![组期年月周天日的和与及者、为是各均例])[\u4e00-\u9fff]){2,6}$")


def infer_rates(text: str, patterns: Patterns | None = None) -> list[Found]:
    """Return the outcomes that `text` names by a word that ends on 率, as a rate or as a time to an event, and no pack has.

    Parameters
    ----------
    text : str
        Folded text.
    patterns : Patterns, optional
        Packs with the stop words (``CUE_STOP_RATE``); the shipped ones by default.

    Returns
    -------
    list of (int, int, str)
        Start, end and name as written, in the order of the text.

    Examples
    --------
    >>> infer_rates("保肢率为81.7%,平均心率为72次/min")
    [(0, 3, '保肢率')]
    >>> infer_rates("血小板恢复的中位时间为12 d,随访时间为2年")
    [(0, 10, '血小板恢复时间')]
    >>> infer_rates("The limb-salvage rate was 82% at a mean heart rate of 72.")
    [(4, 21, 'limb-salvage rate')]
    >>> infer_rates("Median time from surgery to first drink was 4 days.")
    [(7, 39, 'time to first drink')]
    """
    stop = _stop(patterns or _shipped(), "CUE_STOP_RATE")
    found = _english_rates(text, stop)
    for m in _RATE.finditer(text):
        before = _BEFORE_RATE.search(text, max(0, m.start() - 6), m.start())
        name = text[before.start() : m.end()] if before else ""
        if before and not any(name.endswith(word) for word in stop):
            found.append((before.start(), m.end(), name))
    for m in _TIME_ZH.finditer(text):
        name = f"{m.group('name').removeprefix('中位').removeprefix('平均').removesuffix('的')}时间"
        if not any(name.endswith(word) for word in stop):
            found.append((m.start(), m.end(), name))
    return sorted(found)


_TIME_ZH = re.compile(
    rf"(?P<name>(?:(?![组期年月周天日和与及者、为是各均例较比至内在每从经对])[{_HAN}]){{2,9}}?的?)(?:中位|平均)?时间"
    r"(?=(?:分别|依次|明显|显著|均)*\s*(?:为|是|短于|长于|少于|多于|早于|晚于|较|比|缩短|延长|提前|差异)|\s*[:(\[\d])"
)
_RATE_EN = re.compile(
    r"(?<![A-Za-z-])(?P<name>(?:[A-Za-z][a-z]+(?:-[a-z]+)*\s){1,6}rates?)"
    r"(?=\s+(?:was|were|of|in|for|with|at|after|did|between|among|reached|increased|decreased|improved|fell|rose)(?![A-Za-z])|\s*[(,:;])"
)
_RATE_BEGINS = re.compile(
    r".*(?<![A-Za-z-])(?:[Tt]he|[Aa]n?|of|in|and|or|for|with|to|by|as|at|from|on|that|which|its?|their|our|this|these|those|[Oo]verall|[Cc]rude|[Mm]edian|[Mm]ean|[Aa]ctuarial|[Cc]umulative|[Ee]stimated|[Tt]otal|"
    r"both|higher|lower|similar|better|worse|best|highest|lowest|reported|showed|shows|had|has|have|was|were|is|are|than|lower|improved|increased|reduced|but|while|however|also|respective|corresponding|did|not|change[ds]?|increases?|decreases?|reduces?|affect(?:ed)?|improves?|on|[a-z]+ly)\s",
    re.S,
)
_TIME_TO = re.compile(
    r"(?<![A-Za-z-])[Tt]imes?\s+(?:from\s+(?:[a-z][\w-]*\s+){1,6}?)?(?:to|until)\s+(?P<event>(?:(?!was|were|is|did|in|with|for|of|and|or|between|among|after|by|the)[a-z][\w-]*)(?:\s(?!was|were|is|did|in|with|for|and|or|between|among|after|by|has|had|than|compared|improved|increased|decreased|versus|vs|as)[a-z][\w-]*){0,4})"
    r"(?=\s+(?:was|were|did|in|with|for|between|among|after|improved|increased|decreased)(?![A-Za-z])|\s*[(,:;])"
)


def _english_rates(text: str, stop: frozenset[str]) -> list[Found]:
    """``the limb-salvage rate was``, ``time to first drink was``: outcomes that name themselves."""
    found: list[Found] = []
    for m in _RATE_EN.finditer(text):
        begins = _RATE_BEGINS.match(m.group("name"))
        start = m.start() + (begins.end() if begins else 0)
        name = text[start : m.end()].lower()
        words = name.split()
        if 2 <= len(words) <= 5 and not any(inline.search(rf"(?<![a-z]){re.escape(w)} rates?$", name) for w in stop):
            found.append((start, m.end(), name.removesuffix("s")))
    for m in _TIME_TO.finditer(text):
        found.append((m.start(), m.end(), f"time to {m.group('event').lower()}"))
    return found


def is_other_word(name: str, patterns: Patterns) -> bool:
    """Tell whether a stop list or another entity has `name`, so that it cannot be a trial."""
    return name.lower() in _stop(patterns, "CUE_STOP_TRIAL")


_QUOTED = re.compile(
    r"[\"“”「『](?P<name>[A-Z][A-Za-z0-9]*(?:[ -][A-Za-z0-9]+){0,4})[\"“”」』]\s?(?:随机|对照|双盲|临床|多中心|前瞻性|[ⅠⅡⅢI]+期)*(?:试验|研究)|[\"“](?P<name2>[A-Z][A-Za-z0-9-]{2,20})[\"”]\s+(?:trial|study)(?![A-Za-z])"
)
"""``“Fitter na kanker”随机对照试验``: a name in quotation marks."""


_HEADED = re.compile(
    r"^\s*[一二三四五六七八九十]{1,2}、[^\n,;。:]{3,30}[:：]\s*(?P<name>[A-Z][A-Za-z]{3,}(?:[- ]?\d{1,4})?)\s*$", re.M
)
"""``二、软组织肉瘤二线治疗：PALETTE``: a heading that ends on the name of the trial it is about."""


_OPENS = re.compile(
    r"\A\s*(?:TITLE:?\s*)?(?P<name>[a-z]{1,4}[A-Z][a-z]{2,}|[A-Za-z]{0,4}[A-Z][A-Za-z]*(?:-[A-Z]+)?[ -]?[A-Z0-9][A-Za-z0-9]*)\s*:\s[^.\n]{0,100}?(?:phase|randomi[sz]ed|trial|study|multicent(?:re|er))(?![A-Za-z])",
)
"""``tnAcity: a phase II/III trial of …``: the name that a title begins with."""


_CAPITALS = r"(?<![A-Za-z0-9/-])(?:[A-Z]{2,}[A-Za-z]*(?:-[A-Z0-9][A-Za-z0-9]{0,8})+|[A-Z][a-z]{1,6}-[A-Z]{3,}[A-Z0-9]*|[A-Z]{5,14}(?:-\d{1,3})?|[A-Z]{4,8}\d{1,2}|[A-Z][a-z]+[A-Z]{2,}[A-Za-z]*(?:-\d{1,3})?)"
_ACTS = re.compile(
    rf"(?P<name>{_CAPITALS})(?=,?\s+(?:\([^()\n]{{0,150}}\)\s+)?(?:failed\s+to\s+(?:show|demonstrate|meet)\s+(?:superiority|non-?inferiority|its|the|an?)|met\s+its\s+(?:co-)?primary|did\s+not\s+meet\s+its|(?:was|were)\s+(?:closed|stopped|terminated)\s+(?:after|early|prematurely)|(?:has\s+|had\s+)?(?:randomi[sz]ed|enrolled|recruited|assigned)\s+(?:a\s+total\s+of\s+)?[\d(]|(?:was|is)\s+(?:designed|set\s+up|planned|powered|undertaken|launched)\s|(?:was|is)\s+an?\s[^.;]{{0,90}}?(?:trial|study)(?![A-Za-z])|asked\s+(?:whether|if|,)|compared\s+[a-z]))"
    rf"|(?P<apposed>{_CAPITALS})(?=,\s+(?:the|a|an)\s+(?:[\w-]+\s+){{0,6}}?(?:trial|study)(?![A-Za-z]))"
    rf"|(?:[Tt]rial|[Ss]tudy),?\s+(?:called|named|dubbed|known\s+as|nicknamed)\s+(?P<called>{_CAPITALS})"
    rf"|(?:[Oo]ur|[Tt]his|[Tt]he)\s+(?:[\w-]+\s+){{0,4}}?(?:trial|study),\s+(?P<own>{_CAPITALS}),"
    rf"|[Ii]n\s+the\s+(?:[\w-]+\s+){{0,5}}?phase\s+(?:I{{1,3}}|IV|[1-4])[ab]?\s+(?P<phased>{_CAPITALS})(?=[,\s])"
    rf"|(?<![A-Za-z])[Ii]n\s+(?P<within>{_CAPITALS})(?=,?\s+(?:those|patients|participants|\d[\d,]*\s+(?:patients|women|men|participants))(?![A-Za-z]))"
    rf"|(?m:^)[ \t]*\d{{1,2}}[.)]\s+(?P<listed>[A-Z]{{4,}}-\d{{1,3}}[A-Z]?)(?=,\s+[a-z])"
)
"""``HERNATA failed to show superiority``, ``X-1 was designed to``, ``our trial, X-1,``: what only a trial does or is."""


def infer_trials(text: str, patterns: Patterns | None = None) -> list[Found]:
    """Return the trials that `text` names by an acronym beside a word such as *trial* or 研究.

    Parameters
    ----------
    text : str
        Folded text.
    patterns : Patterns, optional
        Packs with the stop words (``CUE_STOP_TRIAL``) and the short forms of drugs,
        regimens, endpoints and tumours, which are no trials; the shipped ones by default.

    Returns
    -------
    list of (int, int, str)
        Start, end and name as written, in the order of the text.

    Examples
    --------
    >>> infer_trials("The VELOURIA-3 trial and a phase III study were positive.")
    [(4, 14, 'VELOURIA-3')]
    """
    stop = _stop(patterns or _shipped(), "CUE_STOP_TRIAL")
    found: list[Found] = []
    for m in _TRIAL.finditer(text):
        group = m.lastgroup or "a"
        name, start = m.group(group), m.start(group)
        bare = inline.sub(r"[- ]?\d+[A-Z]{0,2}$", "", name)
        head = inline.split(r"[- ]", name)[0]
        tail = name[len(head) :]
        barred = head.lower() in stop and head != name and not inline.search(r"[A-Z]{2,}\d", tail)
        if name.lower() in stop or bare.lower() in stop or barred:
            continue
        if len(bare) < 3 or len(_UPPER.findall(name)) < 2 or _JOINED.search(name):
            continue
        if not found or found[-1][1] <= start:
            found.append((start, start + len(name), name))
    for m in _QUOTED.finditer(text):
        group = "name" if m.group("name") else "name2"
        if m.group(group).lower() not in stop:
            found.append((m.start(group), m.end(group), m.group(group)))
    for m in _HEADED.finditer(text):
        if m.group("name").lower() not in stop and len(_UPPER.findall(m.group("name"))) >= 3:
            found.append((m.start("name"), m.end("name"), m.group("name")))
    for m in _ACTS.finditer(text):
        group = m.lastgroup or "name"
        name = m.group(group)
        bare = inline.sub(r"[- ]?\d+[A-Z]{0,2}$", "", name)
        told = {name.lower(), bare.lower(), inline.split("-", name)[0].lower()}
        if told & stop or _JOINED.search(name) or name.endswith("TM"):
            continue
        if not name.isalpha() or f"{name})" not in text:  # which would be short for something
            found.append((m.start(group), m.end(group), name))
    opens = _OPENS.match(text)
    if opens and opens.group("name").lower() not in stop and len(opens.group("name")) >= 4:
        found.append((opens.start("name"), opens.end("name"), opens.group("name")))
    for m in _BRACKET.finditer(text):
        name = m.group("name")
        if name.lower() not in stop and _spells(text[max(0, m.start() - 160) : m.start()], name):
            found.append((m.start("name"), m.end("name"), name))
    return sorted(set(found))


_BODIES = frozenset(("Group", "Groups", "Registry", "Consortium", "Network", "Trials", "Committee"))


def _spells(before: str, name: str) -> bool:
    """Return whether `name` is drawn from the initials of the words before it, *Trial* or *Study* among them."""
    if "Trial" not in before and "Study" not in before:
        return False
    words = before.split()[-15:]
    if not words or words[-1].removesuffix("'s") in _BODIES:
        return False
    rest = name.lower()
    told = False
    for word in reversed(words):
        if rest and rest[-1] == word[0].lower():
            rest = rest[:-1]
            told = told or word in {"Trial", "Study", "Trials", "Studies"}
        if not rest or word[-1] in ".;:":
            break
    return told and not rest
