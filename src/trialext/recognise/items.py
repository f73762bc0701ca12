"""The grammar of printed numbers: a sentence as a short sequence of typed items.

Assembly never sees raw digits; it sees `ci`, `p`, `percent`, `duration`, `endpoint`, `group`,
``versus`` … in the order of the text. All offsets are into the folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text import inline

__all__ = ["NUMBER", "Item", "number_value", "placed", "scan_numbers"]


@dataclass(frozen=True, slots=True)
class Item:
    """One typed piece of a sentence.

    Attributes
    ----------
    kind : str
        ``number percent duration p ci ci_label range plusminus fraction cite year n`` for
        numbers; ``measure endpoint group trial timepoint population versus and
        respectively median mean open close comma semicolon`` for words and signs.
    start, end : int
        Span in the folded text.
    value, low, high, level : float or None
    op : str or None
        Comparison sign printed with the number.
    unit : str or None
    id : str
        Canonical name of a word item.
    depth, bracket : int
        Nesting, and start of the innermost bracket (-1 outside).
    """

    kind: str
    start: int
    end: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    op: str | None = None
    unit: str | None = None
    id: str = ""
    depth: int = 0
    bracket: int = -1
    value_start: int = -1
    value_end: int = -1


NUMBER = (
    r"(?:(?<![\d.])0\.\s\d{2,4}(?![\d.%]|\s*%)|\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+\.\d+|\d+|(?<![A-Za-z])\.\d+)"
)
_COMMA_DECIMAL = r"(?:0,\d{1,4}(?![\d]))"
_N = rf"(?:{_COMMA_DECIMAL}|{NUMBER})"
_SIGNED = rf"(?:[-+]\s?)?{_N}"
_UNREACHED = r"(?:not\s+(?:yet\s+)?(?:reached|estimable|evaluable|available|calculable)|undefined|NR|NE|NA|N\.?[RE]\.?|未达到|不可估计|不可评估|无法估计|无法评估|无法估算|未能评估|∞|infinity)"
_BOUND = rf"(?:(?:[-+]\s?)?\d\.\s\d{{1,3}}(?![\d.])|{_SIGNED}|{_UNREACHED})"
_DASH = r"(?:\s*(?:-{1,2}|~|to|至|到)\s*)"
_DASH_OR_COMMA = r"(?:\s*(?:-{1,2}|~|,|;|/|to|至|到|and)\s*)"
_OP = r"(?:<=|>=|=<|=>|≤|≥|<|>|=|≈|~)"
_TIME_UNIT = r"(?:months?|mos?\.?(?![a-z])|years?|yrs?|weeks?|wks?|days?|d(?![A-Za-z-])|hours?|hrs?|h(?![A-Za-z-])|minutes?|min(?![a-z])|个月|月(?!\d)|年|周(?!期)|星期|天|日(?!本)|小时|分钟)"
_GAP = r"[\s:=,;(\[]*(?:(?:was|were|of|is|为|是|from|ranged|range|区间)\s*)?[\s:=,;(\[]*"

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = {
    w: float(10 * i)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_WORD_NUMBERS = {w: float(i) for i, w in enumerate(["zero", *_ONES, *_TEENS])} | _TENS
_WORD_NUMBERS |= {f"{t}-{u}": _TENS[t] + _WORD_NUMBERS[u] for t in _TENS for u in _ONES}
_COUNT_WORD = rf"(?i:(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES)}))?|{'|'.join([*_TEENS, *_ONES])})"
_WORD_PERCENT = re.compile(
    rf"(?<![A-Za-z-])(?P<word>ten|(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES)}))?)\s+per\s?cent(?![A-Za-z]|\s+points?)",
    re.I,
)
_SCAN = re.compile(
    rf"""
    # most letters start nothing: this look ahead names what may, and spares the branches behind it
    (?=[-\d.,;:()\[\]{{}}、。<>≤≥=≈~±+小大等可置区]
      |(?<![A-Za-z])(?:[Pp]|doi|NCT|ISRCTN|UMIN|[nN]\s*=|C\.?I|[Cc]onfiden(?:ce|tial|t)|[Cc]redible|CONFIDENCE|interaction
          |(?:in|since|until|from|to|and|between|early)\s+[12]|{_COUNT_WORD}\s)
      |https?://|www\.|ChiCTR|CrI|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)
    (?:
      (?P<skip>https?://\S+|www\.\S+|(?<![A-Za-z])(?:doi\s*:?\s*)?10\.\d{{4,9}}/[^\s,;，；)]+|\bNCT\s?\d{{8}}|ChiCTR[-\w]*\d|\bISRCTN\s?\d+|\bUMIN\d+|\b20\d\d-\d{{6}}-\d\d)
    | (?P<cite>\[\s*\d{{1,3}}(?:\s*[-,~、]\s*\d{{1,3}})*\s*\](?!\s*%))
    | (?P<n>(?<![A-Za-z])[nN]\s*=\s*\d[\d, ]*\d|(?<![A-Za-z])[nN]\s*=\s*\d)
    | (?P<p>(?<![A-Za-z0-9_/.+])(?:interaction\s+)?[Pp](?![A-Za-z]{{2,}}+(?<!values)(?<!value)(?<!interaction)(?<!trend)(?<!adj))
          (?:\s*[-_]?\s*(?:values?|值|s))?
          (?:\s*[-_]?\s*\(?(?:for|of|from|by|in)?\s*(?:the\s+)?(?:interaction|inter|trend|heterogeneity|difference|superiority|non-?inferiority|log-?rank(?:\s+test)?|two-sided|one-sided|2-sided|1-sided|adjusted|adj|nominal|交互作用|交互|趋势|值|all|both|均|双侧|单侧)\)?)?
          (?:\s*[-_]?\s*(?:values?|值))?
          (?:\s*(?:were|was|is|both|all|均|分别|依次|为|of|:))*\s*
          (?:(?P<p_op>{_OP}|小于|大于|等于|less\s+than|greater\s+than)\s*(?P<p_value>0/\d{{2,4}}(?!\d)|0?\.\d{{3}}\s\d{{1,2}}(?![\d.%])|0\.\s\d{{2,4}}(?![\d.])|{_N})|(?P<p_bare>{_COMMA_DECIMAL}|0?\.\d+))
          (?P<p_sci>\s*[x×*]\s*10\s*\^?\s*[-⁻−]\s*[\d⁰¹²³⁴⁵⁶⁷⁸⁹]+|[eE]-\d+)?)
    | (?P<ci>(?:(?P<ci_level>(?<![\d.])(?:[89]\d(?:\.\d+)?|[5-7]\d(?=\s*%-?\s*(?:C\.?I|[Cc]onf|可信|置信|信心))))\s*(?:%|per\s?cent)?\s*(?:的?-?|[;,](?=\s*C\.?I))\s*(?:two-sided\s+)?)?
          (?:(?<![A-Za-z])C\.?I\.?s?(?![A-Za-z])|(?<=%)\s*C[1l](?=\s?\d)|(?<=%\s)CLs?(?![A-Za-z])|(?<=%)CLs?(?![A-Za-z])|CrI|(?<![A-Za-z])(?:[Cc]onfiden(?:ce|tial|t)|[Cc]redible|CONFIDENCE)\s*(?:[Ii]ntervals?|INTERVALS?|[Ll]imits?)|可信区间|置信区间|信心区间|可信限|置信限|可信范围|区间估计)
          (?:\s*[\[(]\s*(?:9\d\s*%?\s*)?(?:[Cc]onfiden(?:ce|tial)\s*intervals?\s*[,，;]?\s*)?(?:CI|CIs|CLs?|CrI|C\.I\.)\s*[\])])?(?:\s*[\[(]?(?P<ci_level2>9\d(?:\.\d+)?)\s*%\s*[\])]?)?
          (?:(?P<ci_gap>{_GAP})(?P<ci_low>{_BOUND})\s*%?\s*(?:{_TIME_UNIT}\s*)?{_DASH_OR_COMMA}(?P<ci_high>{_BOUND})(?!\s*\d)\s*%?)?)
    | (?P<plusminus>(?P<pm_a>{_SIGNED})\s*%?\s*(?:\(\s*)?(?:±|\+/-|\+-)\s*(?P<pm_b>{_N})\s*\)?\s*(?P<pm_unit>%|{_TIME_UNIT}|m[LlgG](?:/[A-Za-z]+)?|[μµun]g(?:/[A-Za-z]+)?|mm\s?Hg|mmol/[Ll]|[UuIi]+/[A-Za-z]+|kg(?:/m2)?|cc(?![A-Za-z])|c\.c(?![A-Za-z])\.?|cm3|cm|mm|[μµu]m|micromet(?:er|re)s?|microns?|letters?|/min|分|枚|个(?!月)|次|points?|例)?)
    | (?P<year>(?<!\d)(?:19|20)\d\d\s*年(?:\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?)?|(?<!\d)\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|(?<![\d.])(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(?:\d{{1,2}},?\s+)?(?:19|20)\d\d)|(?<![\d.,])\d{{1,2}}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(?:19|20)\d\d|\b(?:in|since|until|from|to|and|between|early|late)\s+(?:19[5-9]|20[0-3])\d(?![\d.%])|\b(?:19[5-9]|20[0-3])\d\s*(?:-|~|to|至)\s*(?:19[5-9]|20[0-3])\d\b|,\s(?:19[89]|20[0-3])\d(?=[);\]]))
    | (?P<fraction>(?<![\d./A-Za-z])(?P<fr_a>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{_COUNT_WORD}(?=\s+of))\s*(?:/|of\s+(?:the\s+|all\s+)?|out\s+of\s+(?:the\s+)?)\s*(?P<fr_b>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})(?![\d./%]|\s*%))
    | (?P<range>(?<![\d.A-Za-z])(?<![A-Za-z]-)(?P<rg_a>-?{_N})\s*(?P<rg_pct>%)?\s*(?P<rg_unit1>{_TIME_UNIT})?(?P<rg_sep>{_DASH})(?P<rg_b>-?{_N}|(?<=[-~])(?:NE|NR|NA|未达到)(?![A-Za-z]))(?!\d)\s*(?P<rg_unit>%|{_TIME_UNIT})?(?(rg_unit1)(?<=[A-Za-z月年周天日时.])))
    | (?P<number>(?P<nb_op>(?!~\s*(?:19|20)\d\d){_OP}\s*)?(?:(?<![\dA-Za-z.])|(?<=[A-Za-z])(?=0?\.\d)|(?<=[A-Za-z]\.))(?P<nb>(?:(?<=[\s(\[=:,;<>≤≥为至])[-+])?{_N})
          (?:\s*(?P<nb_pp>个?百分点|percentage\s+points?|percent\s+points?|%\s+points?)|\s*(?P<nb_pct>%|％|percent(?!age\s+points?)|per\s+cent)|-?\s*(?P<nb_unit>{_TIME_UNIT}))?(?![A-Za-z]*\d)?)
    | (?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<comma>[,、])|(?P<semicolon>[;。])
    )
    """,
    re.X | re.ASCII,
)

_UNIT_BEHIND_RANGE = re.compile(
    rf"\s*[\[(][^\[\]()]{{0,30}}\d[\])]\s*,?\s*({_TIME_UNIT})"
)  # ``24.6 ± 1.7 [range 7-28] months``
_DIGIT = re.compile(r"\d", re.ASCII)
_HAN_DIGITS = {c: float(i) for i, c in enumerate("零一二三四五六七八九")} | {"两": 2.0}

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_UNITS = [
    (re.compile(r"mo|个?月"), "months"),
    (re.compile(r"y|年"), "years"),
    (re.compile(r"w|周|星期"), "weeks"),
    (re.compile(r"d|天|日"), "days"),
]


def unit_name(printed: str) -> str:
    """Return the plural English name of a printed unit of time."""
    if inline.match(r"h|min|小时|分钟", printed.lower()):
        return {"小时": "h", "分钟": "min"}.get(printed, printed)
    for rx, name in _UNITS:
        if rx.match(printed.lower() if printed.isascii() else printed):
            return name
    return printed


def number_value(printed: str) -> float | None:
    """Return a printed number as a float; None where it is not one.

    Examples
    --------
    >>> number_value("1,241"), number_value("0,022"), number_value("- 3.5"), number_value("三十二")
    (1241.0, 0.022, -3.5, 32.0)
    """
    text = printed.strip().replace(" ", "")
    if inline.fullmatch(r"[-+]?0[,/]\d{1,4}", text):
        text = text.replace(",", ".").replace("/", ".")
    text = text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        pass
    if text.lower() in _WORD_NUMBERS:
        return _WORD_NUMBERS[text.lower()]
    total = 0.0
    digit: float | None = None
    for c in text:
        if c in _HAN_DIGITS:
            digit = _HAN_DIGITS[c]
        elif c in "十百千":
            total += (digit if digit is not None else 1.0) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = None
        else:
            return None
    return total + (digit or 0.0) if text else None


_OPS = {"小于": "<", "大于": ">", "等于": "=", "≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=", "≈": "=", "~": "="}


def _op(printed: str | None) -> str | None:
    if not printed:
        return None
    printed = printed.strip()
    if printed.lower().startswith("less"):
        return "<"
    if printed.lower().startswith("greater"):
        return ">"
    return _OPS.get(printed, printed)


def _bound(printed: str) -> float | None:
    return number_value(printed)


def scan_numbers(text: str, start: int, end: int) -> list[Item]:
    """Return the numeric items and signs of ``text[start:end]`` in order.

    Every digit of the stretch belongs to exactly one item, to a code such as ``PD-1``, or to
    a skipped address.

    Parameters
    ----------
    text : str
        Folded text.
    start, end : int
        Code points, half-open: a sentence, or a cell of a table.

    Returns
    -------
    list of Item
        Spans count from the start of `text`, not of the stretch.
    """
    items: list[Item] = _in_words(text, start, end)
    if not _DIGIT.search(text, start, end):
        return items
    spelled = len(items)
    stack: list[tuple[int, str]] = []
    for m in _SCAN.finditer(text, start, end):
        kind = m.lastgroup or ""  # the alternatives are the outermost groups
        if kind == "skip":
            continue
        s, e = m.span()
        while e > s and text[e - 1].isspace():
            e -= 1
        depth, bracket = len(stack), stack[-1][0] if stack else -1
        if kind == "open":
            items.append(Item("open", s, e, depth=len(stack), bracket=stack[-1][0] if stack else -1))
            stack.append((s, m.group()))
            continue
        if kind == "close":
            if stack:
                stack.pop()
            items.append(Item("close", s, e, depth=len(stack), bracket=stack[-1][0] if stack else -1))
            continue
        item = _numeric(kind, m, s, e)
        if item is not None:
            items.append(placed(item, depth, bracket) if stack else item)
    return sorted(items, key=lambda i: i.start) if spelled else items


def _in_words(text: str, start: int, end: int) -> list[Item]:
    """``Sixty percent``, ``twenty-five per cent``: percentages without a digit."""
    out = []
    for m in _WORD_PERCENT.finditer(text, start, end):
        value = _WORD_NUMBERS[m.group("word").lower()]
        out.append(Item("percent", *m.span(), value=value, unit="%", value_start=m.start(), value_end=m.end("word")))
    return out


def placed(i: Item, depth: int, bracket: int) -> Item:
    """Return an item with its place among the brackets (``dataclasses.replace`` takes three times as long)."""
    return Item(
        i.kind,
        i.start,
        i.end,
        i.value,
        i.low,
        i.high,
        i.level,
        i.op,
        i.unit,
        i.id,
        depth,
        bracket,
        i.value_start,
        i.value_end,
    )


def _in_code(text: str, start: int, end: int) -> bool:
    """Tell the digit of a code (``PD-1``, ``5-FU``, ``IL-2``) from a number."""
    return bool(inline.match(r"-(?!fold)[A-Za-z]", text[end : end + 6])) or (
        start >= 2 and text[start - 1] == "-" and text[start - 2].isascii() and text[start - 2].isalpha()
    )


def _numeric(kind: str, m: re.Match[str], s: int, e: int) -> Item | None:
    if kind == "p":
        printed = m.group("p_value") or m.group("p_bare")
        value = number_value(printed)
        group = "p_value" if m.group("p_value") else "p_bare"
        if value is not None and m.group("p_sci"):
            exponent = inline.search(r"\d+$", m.group("p_sci").translate(_SUPERSCRIPTS))
            value = float(f"{value}e-{exponent.group()}") if exponent else value
        if value is None or (value > 1 and not m.group("p_op")):
            return Item(
                "number", m.start(group), m.end(group), value=value, value_start=m.start(group), value_end=m.end(group)
            )
        head = m.group()[: m.start(group) - m.start()].lower()
        sort = (
            "interaction"
            if inline.search(r"inter|交互|trend|趋势|heterogen", head)
            else "list"
            if inline.search(r"values|分别|依次", head)
            else ""
        )
        return Item(
            "p", s, e, value=value, op=_op(m.group("p_op")) or "=", id=sort, value_start=m.start(group), value_end=e
        )
    if kind == "ci":
        level = number_value(m.group("ci_level") or m.group("ci_level2") or "")
        if m.group("ci_low") is None:
            return Item("ci_label", s, e, level=level)
        broken = inline.match(r"\(\d", m.string[m.end("ci_high") : m.end("ci_high") + 2]) is not None
        high = None if broken else _bound(m.group("ci_high"))
        return Item(
            "ci",
            s,
            e,
            low=_bound(m.group("ci_low")),
            high=high,
            level=level,
            value_start=m.start("ci_low"),
            value_end=m.end("ci_high"),
        )
    if kind == "plusminus":
        unit = m.group("pm_unit") or ("%" if "%" in m.group() else None)
        unit = "c.c." if unit == "c.c" else unit
        behind = None if unit else _UNIT_BEHIND_RANGE.match(m.string, e)
        unit = behind.group(1) if behind else unit
        named = unit_name(unit) if unit and inline.fullmatch(_TIME_UNIT, unit) else unit
        return Item(
            "plusminus",
            s,
            e,
            value=number_value(m.group("pm_a")),
            low=number_value(m.group("pm_b")),
            unit=named,
            value_start=m.start("pm_a"),
            value_end=m.end("pm_a"),
        )
    if kind == "fraction":
        return Item(
            "fraction",
            s,
            e,
            value=number_value(m.group("fr_a")),
            high=number_value(m.group("fr_b")),
            value_start=m.start("fr_a"),
            value_end=m.end("fr_a"),
        )
    if kind == "range":
        unit = m.group("rg_unit") or m.group("rg_unit1") or m.group("rg_pct")
        return Item(
            "range",
            s,
            e,
            low=number_value(m.group("rg_a")),
            high=number_value(m.group("rg_b")),
            unit="%" if unit == "%" else unit_name(unit) if unit else None,
            op=m.group("rg_sep").strip(),
            value_start=m.start("rg_a"),
            value_end=m.end("rg_b"),
        )
    if kind == "number":
        value = number_value(m.group("nb"))
        op = _op(m.group("nb_op"))
        start, end = m.span("nb")
        if not m.group("nb_pct") and not m.group("nb_unit") and _in_code(m.string, m.start("nb"), m.end("nb")):
            return None
        if m.group("nb_unit") and value is not None and 1900 <= abs(value) < 2100:
            return Item("year", s, e, value=value)
        if m.group("nb_pct"):
            return Item("percent", s, e, value=value, unit="%", op=op, value_start=start, value_end=end)
        if m.group("nb_pp"):
            return Item("percent", s, e, value=value, unit="%", op=op, id="points", value_start=start, value_end=end)
        if m.group("nb_unit"):
            return Item(
                "duration",
                s,
                e,
                value=value,
                unit=unit_name(m.group("nb_unit")),
                op=op,
                value_start=start,
                value_end=end,
            )
        return Item("number", s, e, value=value, op=op, value_start=start, value_end=end)
    if kind == "n":
        return Item("n", s, e, value=number_value(inline.sub(r"[^\d]", "", m.group())))
    return Item(kind, s, e)
