"""The pages in a real browser, served on loopback.

Without a browser these tests are skipped and say why; with CI=true a missing browser fails.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from browse_data import EN, HOSTILE, ZH, build
from browse_help import ARGUMENTS, executable, served, trialext, why_no_browser

REASON = why_no_browser()
if REASON and os.environ.get("CI", "").lower() != "true":
    pytest.skip(REASON, allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("browse") / "trialext.db")


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    with served(database) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    assert REASON is None, REASON
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=["wide", "narrow"])
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    size = {"width": 1280, "height": 800} if request.param == "wide" else {"width": 390, "height": 844}
    yield from _page(chromium, size)


@pytest.fixture
def wide(chromium: Any) -> Iterator[Any]:
    yield from _page(chromium, {"width": 1280, "height": 800})


def _page(chromium: Any, size: dict[str, int]) -> Iterator[Any]:
    context = chromium.new_context(viewport=size, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10000)
    said: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    said = [text for text in said if "status of 400" not in text]  # an answer that a test asks for
    assert not said, f"the browser complained: {said}"
    outside = [url for url in asked if "://127.0.0.1:" not in url]
    assert not outside, f"something was asked for elsewhere: {outside}"


def _one(database: Path, sql: str, *values: Any) -> Any:
    db = sqlite3.connect(database)
    try:
        return db.execute(sql, values).fetchone()[0]
    finally:
        db.close()


def _expect_count(page: Any, selector: str, count: int) -> None:
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_count(count)


def _document(address: str, name: str) -> str:
    return f"{address}trialext/-/document?{urlencode({'name': name})}"


def test_front_page_counts_are_those_of_sql(page: Any, address: str, database: Path) -> None:
    page.goto(address)
    figures = {
        "documents": "SELECT count(*) FROM documents",
        "trials": "SELECT count(DISTINCT trial_key) FROM trial_reports",
        "rows": "SELECT count(*) FROM evidence",
        "failed_checks": "SELECT count(*) FROM findings WHERE severity = 'error'",
        "unexplained": "SELECT count(*) FROM unexplained",
        "conflicts": "SELECT count(*) FROM conflicts",
    }
    for name, sql in figures.items():
        assert page.locator(f"#count-{name} b").inner_text() == f"{_one(database, sql):,}", name
    assert page.locator("#documents tbody tr").count() == _one(database, "SELECT count(*) FROM documents")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"


def test_document_shows_every_row_and_its_text_unchanged(page: Any, address: str, database: Path) -> None:
    for name, text in (("zh/示例一.txt", ZH), ("en/made-up.txt", EN), ("hostile.txt", HOSTILE)):
        page.goto(_document(address, name))
        assert page.locator("#text").evaluate("e => e.textContent") == text
        assert page.locator("#rows .row").count() == _one(
            database, "SELECT count(*) FROM evidence WHERE document = ?", name
        )
        db = sqlite3.connect(database)
        for identity, start, end in db.execute(
            "SELECT id, span_start, span_end FROM evidence WHERE document = ?", (name,)
        ):
            marked = page.locator(f'#text [data-rows~="{identity}"]').all_text_contents()
            assert "".join(marked) == text[start:end]
        db.close()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"


def test_row_lights_its_text_and_number_lights_its_row(page: Any, address: str, database: Path) -> None:
    page.goto(_document(address, "zh/示例一.txt"))
    pfs = _one(database, "SELECT id FROM evidence WHERE value = 0.51")
    late = _one(database, "SELECT id FROM evidence WHERE value = 50.0")
    page.locator(f"#r-{pfs} .go").click()
    lit = page.locator("#text .ev.lit")
    assert "".join(lit.all_text_contents()) == "HR=0.51，95%CI：0.38~0.69，P<0.001"
    assert set(page.locator("#text .cell-lit").all_text_contents()) == {"PFS", "依沃西单抗", "组"}, (
        "the cells of the row"
    )
    assert page.locator(f"#t-{pfs}").evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= window.innerHeight }"
    )
    page.locator(f"#t-{late}").hover()
    assert page.locator("#rows .row.lit").get_attribute("data-id") == late
    assert page.locator(f"#r-{late}").evaluate(
        "e => { const r = e.getBoundingClientRect(), f = e.closest('aside').getBoundingClientRect();"
        " return r.top >= f.top - 1 && r.top < f.bottom }"
    )


def test_keys_walk_through_rows_and_back(wide: Any, address: str) -> None:
    wide.goto(_document(address, "zh/示例一.txt"))
    wide.keyboard.press("j")
    wide.keyboard.press("j")
    second = wide.locator("#rows .row").nth(1)
    assert "lit" in second.get_attribute("class").split()
    wide.keyboard.press("k")
    assert "lit" in wide.locator("#rows .row").first.get_attribute("class").split()
    mark = wide.locator("#text a.ev").nth(2)
    mark.focus()
    assert "lit" in wide.locator("#rows .row").nth(2).get_attribute("class").split()
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.className") == "go"
    wide.keyboard.press("/")
    assert wide.evaluate("document.activeElement.id") == "q"


def test_link_to_a_row_arrives_at_it(wide: Any, address: str, database: Path) -> None:
    identity = _one(database, "SELECT id FROM evidence WHERE value = 0.7")
    wide.goto(f"{_document(address, 'en/made-up.txt')}#r-{identity}")
    assert "".join(wide.locator("#text .ev.lit").all_text_contents()) == "HR 0.70; 95% CI 0.55-0.89"


@pytest.mark.parametrize(
    ("words", "document", "mark"),
    [
        ("化疗", "zh/示例一.txt", "化疗"),
        ("帕博利珠单抗", "zh/示例一.txt", "帕博利珠单抗"),
        ("OS", "en/made-up.txt", "OS"),
        ("客观缓解率", "zh/示例一.txt", "客观缓解率"),
        ("odds ratio", "en/made-up.txt", "odds"),
        ("晚期肺癌", "zh/示例一.txt", "晚期肺癌"),
    ],
)
def test_search_finds_in_both_languages(wide: Any, address: str, words: str, document: str, mark: str) -> None:
    wide.goto(address)
    wide.locator("#q").fill(words)
    wide.locator("#q").press("Enter")
    hits = wide.locator(".hits li", has_text=document)
    hits.first.wait_for()
    assert hits.first.locator("mark").first.inner_text() == mark
    hits.first.locator("a").click()
    wide.wait_for_selector("#text .hit")
    assert mark in "".join(wide.locator("#text .hit").all_text_contents())


def test_search_takes_what_is_no_query(wide: Any, address: str) -> None:
    for words in ('"', "AND OR", "a*(", "NEAR/3 --", "% _", "不存在的词"):
        wide.goto(f"{address}trialext/-/search?{urlencode({'q': words})}")
        assert wide.locator("h1").inner_text() == f"Search: {words}"


def test_trial_page_joins_documents(page: Any, address: str, database: Path) -> None:
    page.goto(f"{address}trialext/-/trial?key=DEMO-1")
    rows = page.locator('tr[id^="row-"]')
    assert rows.count() == _one(database, "SELECT count(*) FROM evidence WHERE trial_key = 'DEMO-1'")
    assert page.locator(".conflicts li").count() == 1
    assert "398" in page.locator("main").inner_text()


def test_forest_plot_is_drawn_on_a_log_axis(page: Any, address: str, database: Path) -> None:
    page.goto(f"{address}trialext/-/forest?measure=HR")
    kind = "narrow" if page.viewport_size["width"] < 600 else "wide"
    svg = page.locator(f"svg.forest.{kind}")
    assert svg.is_visible()
    assert page.locator("svg.forest:visible").count() == 1
    assert svg.locator(".line").count() == _one(
        database,
        "SELECT count(*) FROM (SELECT DISTINCT trial_key, endpoint, value, ci_low FROM evidence WHERE measure='HR')",
    )
    assert svg.locator(".group").all_text_contents() == ["OS · HR", "PFS · HR"]
    ticks = svg.locator(".tick").evaluate_all("t => t.map(e => [Number(e.textContent), Number(e.getAttribute('x'))])")
    by_value = dict(map(tuple, ticks))
    low, high = min(by_value), max(by_value)
    scale = (by_value[high] - by_value[low]) / math.log(high / low)
    for value, x in by_value.items():
        assert x == pytest.approx(by_value[low] + scale * math.log(value / low), abs=0.11)
    square = svg.locator(".line", has_text="0.70").locator("rect.value").first
    x = float(square.get_attribute("x")) + float(square.get_attribute("width")) / 2
    assert x == pytest.approx(by_value[low] + scale * math.log(0.70 / low), abs=0.2)
    svg.locator(".line", has_text="0.70").click()
    page.wait_for_selector("#text .ev.lit")
    assert "".join(page.locator("#text .ev.lit").all_text_contents()) == "HR 0.70; 95% CI 0.55-0.89"


def test_forest_plot_can_be_narrowed_by_names_in_either_language(wide: Any, address: str) -> None:
    wide.goto(f"{address}trialext/-/forest?{urlencode({'drug': '依沃西单抗', 'versus': 'pembrolizumab'})}")
    assert wide.locator("svg.forest.wide .label").all_text_contents() == ["DEMO-1研究", "DEMO-1", "DEMO-1研究"]


def test_scripts_in_texts_do_not_run(page: Any, address: str) -> None:
    evil = '<script>window.pwned=4</script>"><img src=x onerror=window.pwned=5>'
    paths = [
        "",
        f"trialext/-/document?{urlencode({'name': 'hostile.txt'})}",
        f"trialext/-/trial?{urlencode({'key': evil})}",
        f"trialext/-/drug?{urlencode({'name': evil})}",
        f"trialext/-/search?{urlencode({'q': 'script'})}",
        f"trialext/-/search?{urlencode({'q': evil})}",
        f"trialext/-/forest?{urlencode({'trial': evil})}",
        "trialext/-/forest",
        "trialext/evidence",
        "trialext/documents",
        f"trialext/all_results_of_a_trial?{urlencode({'trial': evil})}",
    ]
    for path in paths:
        page.goto(address + path)
        assert page.evaluate("window.pwned") is None, path
        assert page.locator("img[src='x']").count() == 0, path
    page.goto(address + paths[1])
    page.mouse.move(200, 400)
    page.locator("#text .ev").first.hover()
    assert page.evaluate("window.pwned") is None


def test_evidence_table_has_facets_descriptions_and_links(wide: Any, address: str, database: Path) -> None:
    wide.goto(address)
    wide.get_by_role("link", name="Evidence", exact=True).click()
    _expect_count(wide, "table.rows-and-columns tbody tr", _one(database, "SELECT count(*) FROM evidence"))
    facets = wide.locator(".facet-info-name").all_inner_texts()
    for name in ("endpoint", "measure", "trial_key", "document", "experimental", "checks"):
        assert any(f.startswith(name) for f in facets), name
    assert "Lower bound as printed" in wide.content()
    wide.locator(".facet-info a", has_text="ci-contains").click()
    _expect_count(wide, "table.rows-and-columns tbody tr", 1)
    wide.locator("td.col-sentence a").first.click()
    wide.wait_for_selector("#text .ev.lit")
    assert wide.locator("#rows .row.lit.failed").count() == 1


@pytest.mark.parametrize(
    ("query", "parameters", "rows"),
    [
        ("all_results_of_a_trial", {"trial": "DEMO-1"}, 5),
        ("head_to_head", {"drug_a": "pembrolizumab", "drug_b": "Ivonescimab"}, 3),
        ("hazard_ratios_by_endpoint", {"endpoint": "OS"}, 2),
        ("hazard_ratios_by_endpoint", {"endpoint": ""}, 5),
        ("conflicts_between_documents", {}, 1),
        ("unexplained_numbers", {}, 1),
        ("failed_checks", {}, 1),
        ("what_people_corrected", {}, None),
    ],
)
def test_canned_queries(wide: Any, address: str, query: str, parameters: dict[str, str], rows: int | None) -> None:
    wide.goto(f"{address}trialext/{query}?{urlencode(parameters)}")
    assert wide.locator(".message-error").count() == 0
    if rows is not None:
        assert wide.locator("table.rows-and-columns tbody tr").count() == rows


def test_labels_in_both_languages(wide: Any, address: str) -> None:
    wide.goto(address)
    assert wide.locator("html").get_attribute("lang") == "en"
    wide.get_by_role("link", name="中文").click()
    wide.wait_for_selector("html[lang=zh-CN]", state="attached")
    wide.goto(_document(address, "en/made-up.txt"))
    assert "本文证据行" in wide.locator("#rows").inner_text(), "the choice is kept"


def test_correction_by_page_is_shown_and_kept(wide: Any, address: str, database: Path) -> None:
    identity = _one(database, "SELECT id FROM evidence WHERE value = 5.8")
    wide.goto(_document(address, "zh/示例一.txt"))
    wide.locator(f"#r-{identity}").get_by_role("button", name="right").click()
    wide.wait_for_selector(f"#r-{identity} .badge.right")
    wide.locator(f"#r-{identity} a[aria-label^=correct]").click()
    wide.locator("select[name=field]").select_option("population")
    wide.locator("input[name=new]").fill("全体 <b>患者</b>")
    wide.locator("input[name=who]").fill("读者")
    wide.locator("main button").click()
    wide.wait_for_selector(f"#r-{identity} .badge.corrected")
    assert "全体 <b>患者</b>" in wide.locator(f"#r-{identity}").inner_text()
    assert _one(database, "SELECT new FROM corrections WHERE field = 'population'") == '"全体 <b>患者</b>"'
    wide.goto(f"{address}trialext/-/reviewed")
    assert "读者" in wide.locator("main").inner_text()
    wide.goto(f"{address}trialext/-/correct?id={identity}")
    wide.locator("select[name=field]").select_option("value")
    wide.locator("input[name=new]").fill("five")
    wide.locator("main button").click()
    wide.get_by_text("is no number").wait_for()


def test_read_only_server_takes_no_corrections(chromium: Any, tmp_path: Path) -> None:
    database = build(tmp_path / "trialext.db")
    with served(database, "--read-only") as url:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(_document(url, "zh/示例一.txt"))
        assert page.locator("#rows .row").count() == 5
        assert page.locator("#rows button").count() == 0
        context.close()


def test_pages_of_the_extracted_corpus(wide: Any, tmp_path: Path) -> None:
    """What `extract` makes of the shipped corpus, page by page; a correction outlives a new reading."""
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", corpus)
    database = tmp_path / "trialext.db"
    done = trialext("extract", corpus, "--db", database)
    assert done.returncode == 0, done.stderr
    db = sqlite3.connect(database)
    counts = db.execute(
        "SELECT d.document, count(e.id) FROM documents d LEFT JOIN evidence e USING (document_id) GROUP BY 1"
    ).fetchall()
    first = db.execute("SELECT id, document FROM evidence ORDER BY document, span_start LIMIT 1").fetchone()
    db.close()
    with served(database) as url:
        wide.goto(url)
        assert wide.locator("#count-documents b").inner_text() == str(len(counts))
        for name, rows in counts:
            wide.goto(_document(url, name))
            assert wide.locator("#rows .row").count() == rows
        assert first is not None, "the corpus gives rows"
        wide.goto(_document(url, first[1]))
        wide.locator(f"#r-{first[0]}").get_by_role("button", name="wrong").click()
        wide.wait_for_selector(f"#r-{first[0]} .badge.wrong")
        pack = tmp_path / "pack"
        pack.mkdir()
        line = '{"label": "DRUG", "pattern": "madeupdrug", "id": "madeupdrug"}'
        (pack / "own.jsonl").write_text(line + "\n", encoding="utf-8")
        again = trialext("extract", corpus, "--db", database, "--patterns", pack, "--json")
        assert again.returncode == 0, again.stderr
        assert json.loads(again.stdout)["documents"] == len(counts), "other patterns: everything is read again"
        wide.goto(_document(url, first[1]))
        assert wide.locator(f"#r-{first[0]} .badge.wrong").count() == 1, "the correction is still there"
