"""Hand-made reports: two short texts about made-up trials, and one that tries to run a script."""

from __future__ import annotations

from pathlib import Path

from trialext.model import Document, Estimate, Finding, Mention, Outcome, Report, Span, TrialReport, Unexplained
from trialext.store import open_database, write_report

ZH = (
    "示例一：晚期肺癌的免疫治疗\n\n"
    "DEMO-1研究（NCT00000001）纳入398例患者，随机接受依沃西单抗或帕博利珠单抗治疗。"
    "结果显示，依沃西单抗组较帕博利珠单抗组显著延长PFS（HR=0.51，95%CI：0.38~0.69，P<0.001），"
    "两组中位PFS分别为11.1个月和5.8个月。OS数据尚未成熟（HR=0.78，95%CI：0.80~0.99）。\n\n"
    "亚组中，化疗经治患者的客观缓解率为50.0%，另有43.2%未说明组别。\n"
)
EN = (
    "A made-up review\n\n"
    "In DEMO-1, ivonescimab improved progression-free survival over pembrolizumab "
    "(HR 0.53; 95% CI, 0.39 to 0.71). In DEMO-2 the odds ratio for response with ivonescimab versus "
    "chemotherapy was 2.10 (95% CI 1.20 to 3.68; P = 0.009), and overall survival (OS) favoured it "
    "(HR 0.70; 95% CI 0.55-0.89).\n"
)
HOSTILE = (
    'Hostile <script>window.pwned = 1</script> <img src=x onerror="window.pwned = 2"> text & more.\n'
    "In <b>DEMO-3</b>, PFS was longer (HR 0.62, 95% CI 0.50 to 0.77) \"onmouseover='window.pwned=3'.\n"
)
EVIL = '<script>window.pwned=4</script>"><img src=x onerror=window.pwned=5>'

IVO, PEMBRO = ("ivonescimab",), ("pembrolizumab",)


def _at(text: str, part: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return start, start + len(part)


def _sentence(text: str, start: int) -> Span:
    left = max(text.rfind(c, 0, start) for c in "。\n") + 1
    ends = [i for i in (text.find(c, start) for c in "。\n") if i >= 0]
    return Span(left, min(ends) + 1 if ends else len(text))


def _row(text: str, part: str, kind: str, measure: str, value: float | None, **cells: object) -> Estimate:
    start, end = _at(text, part)
    return Estimate(kind, measure, value, start, end, _sentence(text, start), printed=part, **cells)  # type: ignore[arg-type]


def _mentions(text: str, words: dict[str, tuple[str, str]]) -> tuple[Mention, ...]:
    found = []
    for word, (label, identity) in words.items():
        for nth in range(text.count(word)):
            found.append(Mention(label, identity, *_at(text, word, nth), rule="test"))
    return tuple(sorted(found, key=lambda m: m.start))


def chinese() -> Report:
    """Return a Chinese text with comparisons, medians, a failed check and an open number."""
    pair = {"experimental": IVO, "comparator": PEMBRO, "trial": "DEMO-1研究", "trial_key": "DEMO-1", "origin": "cited"}
    pfs, names = _at(ZH, "PFS"), _at(ZH, "依沃西单抗组")
    rows = (
        _row(
            ZH,
            "HR=0.51，95%CI：0.38~0.69，P<0.001",
            "effect",
            "HR",
            0.51,
            endpoint="PFS",
            ci_level=95.0,
            ci_low=0.38,
            ci_high=0.69,
            p_op="<",
            p_value=0.001,
            spans=(("endpoint", *pfs), ("experimental", *names)),
            **pair,
        ),
        _row(
            ZH,
            "11.1个月",
            "arm",
            "median",
            11.1,
            endpoint="PFS",
            unit="months",
            experimental=IVO,
            trial_key="DEMO-1",
            trial="DEMO-1研究",
        ),
        _row(
            ZH,
            "5.8个月",
            "arm",
            "median",
            5.8,
            endpoint="PFS",
            unit="months",
            experimental=PEMBRO,
            trial_key="DEMO-1",
            trial="DEMO-1研究",
        ),
        _row(
            ZH,
            "HR=0.78，95%CI：0.80~0.99",
            "effect",
            "HR",
            0.78,
            endpoint="OS",
            ci_level=95.0,
            ci_low=0.80,
            ci_high=0.99,
            **pair,
        ),
        _row(ZH, "50.0%", "arm", "rate", 50.0, endpoint="ORR", unit="%", population="化疗经治"),
    )
    start, end = _at(ZH, "43.2%")
    words = {
        "依沃西单抗": ("DRUG", "ivonescimab"),
        "帕博利珠单抗": ("DRUG", "pembrolizumab"),
        "DEMO-1": ("TRIAL", "DEMO-1"),
        "PFS": ("ENDPOINT", "PFS"),
        "OS": ("ENDPOINT", "OS"),
    }
    return Report(
        Document("zh/示例一.txt", ZH),
        "zh",
        rows,
        trials=(
            TrialReport(
                "DEMO-1研究",
                "DEMO-1",
                phase="3",
                n=398,
                registry_ids=("NCT00000001",),
                experimental=IVO,
                comparator=PEMBRO,
                endpoint_outcomes=(Outcome("PFS", "positive"),),
                status="reported",
            ),
        ),
        drugs=(("ivonescimab", 2), ("pembrolizumab", 2)),
        unexplained=(Unexplained(start, end, _sentence(ZH, start), "rate"),),
        findings=(Finding(3, "ci-contains", "error", "0.80–0.99", "0.78", "The value lies outside of its interval."),),
        mentions=_mentions(ZH, words),
    )


def english() -> Report:
    """Return an English text that disagrees with the Chinese one."""
    one = {"trial": "DEMO-1", "trial_key": "DEMO-1", "experimental": IVO, "comparator": PEMBRO}
    two = {"trial": "DEMO-2", "trial_key": "DEMO-2", "experimental": IVO, "comparator": ("chemotherapy",)}
    rows = (
        _row(
            EN,
            "HR 0.53; 95% CI, 0.39 to 0.71",
            "effect",
            "HR",
            0.53,
            endpoint="PFS",
            ci_level=95.0,
            ci_low=0.39,
            ci_high=0.71,
            **one,
        ),
        _row(
            EN,
            "2.10 (95% CI 1.20 to 3.68; P = 0.009)",
            "effect",
            "OR",
            2.1,
            endpoint="ORR",
            ci_level=95.0,
            ci_low=1.2,
            ci_high=3.68,
            p_op="=",
            p_value=0.009,
            **two,
        ),
        _row(
            EN,
            "HR 0.70; 95% CI 0.55-0.89",
            "effect",
            "HR",
            0.7,
            endpoint="OS",
            ci_level=95.0,
            ci_low=0.55,
            ci_high=0.89,
            **two,
        ),
    )
    words = {
        "ivonescimab": ("DRUG", "ivonescimab"),
        "pembrolizumab": ("DRUG", "pembrolizumab"),
        "OS": ("ENDPOINT", "OS"),
    }
    return Report(
        Document("en/made-up.txt", EN, title="A made-up review"),
        "en",
        rows,
        trials=(TrialReport("DEMO-1", "DEMO-1"), TrialReport("DEMO-2", "DEMO-2", phase="2")),
        drugs=(("ivonescimab", 2), ("pembrolizumab", 1)),
        mentions=_mentions(EN, words),
    )


def hostile() -> Report:
    """Return a text, a title, a trial and a population that hold markup."""
    row = _row(
        HOSTILE,
        "HR 0.62, 95% CI 0.50 to 0.77",
        "effect",
        "HR",
        0.62,
        endpoint="PFS",
        ci_level=95.0,
        ci_low=0.5,
        ci_high=0.77,
        trial=EVIL,
        trial_key=EVIL,
        population=EVIL,
        experimental=(EVIL,),
        comparator=(EVIL,),
    )
    mention = Mention("DRUG", EVIL, *_at(HOSTILE, "<script>window.pwned = 1</script>"), rule="test")
    return Report(
        Document("hostile.txt", HOSTILE, title=EVIL),
        "en",
        (row,),
        trials=(TrialReport(EVIL, EVIL),),
        drugs=((EVIL, 1),),
        findings=(Finding(0, EVIL, "note", EVIL, EVIL, EVIL),),
        mentions=(mention,),
    )


def build(path: Path) -> Path:
    """Write the three reports into a database."""
    db = open_database(path)
    for report in (chinese(), english(), hostile()):
        write_report(db, report, version="test", pack_hash="test")
    db.close()
    return path
