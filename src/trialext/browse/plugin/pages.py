"""The pages, one function each."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from datasette import NotFound, Response
from markupsafe import Markup

from .. import corrections, data, forest, highlight
from ..data import Row
from ..describe import QUERIES
from ..forest_svg import forest_svg
from ..present import arms_text, headline, p_text, value_text
from ..search import search
from .site import HEADERS, Site, static_file

__all__ = ["routes"]

DRAWN = 120
"""Lines of one forest plot."""

LISTED = 600
"""Rows on the page of a drug; the evidence table has them all."""

READ = 4000
"""Rows that are looked at for a forest plot."""


def routes(*, front: bool) -> list[tuple[str, Any]]:
    """Return addresses (regular expressions) and functions of all pages."""
    base = r"^/(?P<database>[^/]+)/-/"
    found: list[tuple[str, Any]] = [
        (base + "home$", home),
        (base + "document$", document_page),
        (base + "trial$", trial_page),
        (base + "drug$", drug_page),
        (base + "forest$", forest_page),
        (base + r"forest\.svg$", forest_file),
        (base + "search$", search_page),
        (base + "review$", review_post),
        (base + "correct$", correct_page),
        (base + "reviewed$", reviewed_page),
        (base + r"gold\.json$", gold_file),
        (r"^/-/trialext/static/(?P<name>[\w.-]+)$", static),
    ]
    return [(r"^/$", home), *found] if front else found


async def static(request: Any) -> Response:
    """Return a shipped file."""
    return static_file(request.url_vars["name"])


def _words(row: Row) -> Row:
    """Return a row with its parts in words."""
    return row | {
        "headline": headline(row),
        "value_text": value_text(row),
        "p_text": p_text(row) if row["kind"] != "test" else "",
        "arms_text": arms_text(row),
        "endpoint_text": (row["endpoint"] or "?").removeprefix("other:"),
    }


def _with_review(db: sqlite3.Connection, rows: Sequence[Row]) -> list[Row]:
    """Return rows in words, with what people said of them."""
    known = corrections.history(db, [r["id"] for r in rows])
    result = []
    for row in rows:
        verdict, changes = corrections.latest(known.get(row["id"], ()))
        notes = [e["note"] for e in known.get(row["id"], ()) if e["note"]]
        result.append(_words(row) | {"verdict": verdict, "changes": changes, "review_notes": notes})
    return result


async def home(request: Any, datasette: Any) -> Response:
    """What is in the database."""
    site = Site(datasette, request)
    context = await site.read(data.front_page)
    queries = []
    for name, (title, description, _) in QUERIES.items():
        english, _, chinese = title.partition(" · ")
        about = description.split(". ")
        queries.append((name, chinese if site.lang == "zh" else english, about[-1] if site.lang == "zh" else about[0]))
    return await site.page("home", {**context, "queries": queries})


def _span(text: str | None) -> tuple[int, int] | None:
    first, _, last = (text or "").partition("-")
    return (int(first), int(last)) if first.isdecimal() and last.isdecimal() else None


def _read_document(db: sqlite3.Connection, name: str, hit: tuple[int, int] | None) -> Row | None:
    found = data.document(db, name)
    if found is None:
        return None
    rows = data.evidence(db, document=name)
    cells: dict[int, list[tuple[str, int, int]]] = {}
    for spans in data.select(
        db, "SELECT key, cell, span_start, span_end FROM estimate_spans WHERE document = ?", (name,)
    ):
        cells.setdefault(spans["key"], []).append((spans["cell"], spans["span_start"], spans["span_end"]))
    rows = [row | {"spans": cells.get(row["key"], [])} for row in rows]
    mentions, unexplained = data.layer(db, name)
    findings = data.findings_of(db, name)
    text = found.pop("text")
    pieces = highlight.segments(text, highlight.document_marks(rows, mentions, unexplained, hit))
    trials = data.select(db, "SELECT trial, trial_key, phase, n, status FROM trial_reports WHERE document = ?", (name,))
    return {
        "doc": found,
        "text": Markup(highlight.to_html(pieces)),  # every part of it is escaped there
        "rows": [row | {"findings": findings.get(row["id"], [])} for row in _with_review(db, rows)],
        "unexplained": unexplained,
        "trials": trials,
    }


async def document_page(request: Any, datasette: Any) -> Response:
    """A text with its rows, linked both ways."""
    site = Site(datasette, request)
    name = request.args.get("name") or ""
    context = await site.read(lambda db: _read_document(db, name, _span(request.args.get("at"))))
    if context is None:
        return await site.page("message", {"message": site.t("no_document"), "title": name}, status=404)
    return await site.page("document", context)


def _plot(site: Site, rows: Sequence[Row], measure: str, title: str, *, one_trial: bool = False) -> Row | None:
    """Return a forest plot for wide and for narrow windows, or None without a line."""
    lines = forest.plot_lines(rows, measure, one_trial=one_trial)
    if not lines:
        return None
    drawn = lines[:DRAWN]
    words = {"title": title, "captions": (site.t("lower"), site.t("higher")), "link": site.urls.document}
    return {
        "measure": measure,
        "wide": Markup(forest_svg(drawn, **words)),  # type: ignore[arg-type]
        "narrow": Markup(forest_svg(drawn, narrow=True, **words)),  # type: ignore[arg-type]
        "count": len(drawn),
        "more": len(lines) - len(drawn),
    }


def _plots(site: Site, rows: Sequence[Row], title: str, *, one_trial: bool = False) -> list[Row]:
    measures = dict.fromkeys(r["measure"] for r in rows if r["kind"] == "effect" and forest.drawable(r["measure"]))
    order = sorted(measures, key=lambda m: (m != "HR", m))
    return [plot for m in order if (plot := _plot(site, rows, m, f"{title}: {m}", one_trial=one_trial)) is not None]


def _read_trial(db: sqlite3.Connection, key: str) -> Row | None:
    reports = data.trial_reports(db, key)
    rows = _with_review(db, data.evidence(db, trial=key))
    if not reports and not rows:
        return None
    names = data.display_names(db, [key])
    return {
        "key": key,
        "name": names.get(key) or next((r["trial"] for r in rows if r["trial"]), key),
        "reports": [r | {"arms": arms_text(r | {"kind": "effect"})} for r in reports],
        "rows": rows,
        "effects": [r for r in rows if r["kind"] != "arm"],
        "arms": [r for r in rows if r["kind"] == "arm"],
        "conflicts": data.conflicts_of(db, key),
        "names": sorted({r["trial"] for r in reports} | {r["trial"] for r in rows if r["trial"]}),
    }


def _trials_of(db: sqlite3.Connection, rows: Sequence[Row]) -> dict[str, str]:
    """Return key and name of the trials of rows."""
    found = {r["trial_key"]: r["trial"] or r["trial_key"] for r in rows if r["trial_key"]}
    return found | data.display_names(db, found)


async def trial_page(request: Any, datasette: Any) -> Response:
    """Everything that is known of one trial."""
    site = Site(datasette, request)
    key = request.args.get("key") or ""
    context = await site.read(lambda db: _read_trial(db, key))
    if context is None:
        return await site.page("message", {"message": site.t("no_trial"), "title": key}, status=404)
    return await site.page(
        "trial", {**context, "plots": _plots(site, context["rows"], context["name"], one_trial=True)}
    )


async def drug_page(request: Any, datasette: Any) -> Response:
    """Everything that is known of one drug."""
    site = Site(datasette, request)
    name = request.args.get("name") or ""

    def read(db: sqlite3.Connection) -> Row:
        documents = data.select(
            db, "SELECT document, mentions FROM document_drugs WHERE drug = ? ORDER BY document", (name,)
        )
        rows = _with_review(db, data.evidence(db, drug=name, limit=LISTED))
        return {
            "documents": documents,
            "rows": rows,
            "effects": [r for r in rows if r["kind"] != "arm"],
            "arms": [r for r in rows if r["kind"] == "arm"],
            "trials": sorted(_trials_of(db, rows).items(), key=lambda item: item[1].casefold()),
        }

    context = await site.read(read)
    if not context["rows"] and not context["documents"]:
        return await site.page("message", {"message": site.t("no_drug"), "title": name}, status=404)
    return await site.page("drug", {**context, "name": name, "plots": _plots(site, context["rows"], name)})


def _choice(request: Any) -> dict[str, str]:
    names = ("measure", "endpoint", "trial", "drug", "versus")
    choice = {name: (request.args.get(name) or "").strip() for name in names}
    choice["measure"] = choice["measure"] if forest.drawable(choice["measure"]) else "HR"
    return choice


def _chosen(db: sqlite3.Connection, choice: dict[str, str]) -> list[Row]:
    wanted = {k: v for k, v in choice.items() if v and k != "measure"}
    for name in ("drug", "versus", "trial"):  # names as people write them, in either language
        if name in wanted and (found := data.resolve(db, wanted[name])) is not None:
            wanted[name] = found[1]
    if "versus" in wanted and "drug" not in wanted:
        wanted["drug"] = wanted.pop("versus")
    return data.evidence(db, kinds=("effect",), measures=(choice["measure"],), limit=READ, **wanted)


async def forest_page(request: Any, datasette: Any) -> Response:
    """A forest plot of chosen comparisons."""
    site = Site(datasette, request)
    choice = _choice(request)

    def read(db: sqlite3.Connection) -> Row:
        count = "SELECT measure, endpoint, trial_key FROM estimate WHERE kind = 'effect' AND value IS NOT NULL"
        found = db.execute(count).fetchall()
        return {
            "rows": _chosen(db, choice),
            "measures": sorted({m for m, _, _ in found if forest.drawable(m)}, key=lambda m: (m != "HR", m)),
            "endpoints": sorted({e for m, e, _ in found if e and m == choice["measure"]}),
            "trials": sorted(
                data.display_names(db, {t for m, _, t in found if t and m == choice["measure"]}).values(),
                key=str.casefold,
            ),
            "drugs": [d for (d,) in db.execute("SELECT DISTINCT drug FROM document_drug ORDER BY drug")],
        }

    context = await site.read(read)
    title = " · ".join(x for x in (site.t("forest"), *choice.values()) if x)
    plot = _plot(site, context.pop("rows"), choice["measure"], title)
    return await site.page("forest", {**context, "choice": choice, "plot": plot})


async def forest_file(request: Any, datasette: Any) -> Response:
    """The forest plot as a file."""
    site = Site(datasette, request)
    choice = _choice(request)
    lines = forest.plot_lines(await site.read(lambda db: _chosen(db, choice)), choice["measure"])
    if not lines:
        raise NotFound(site.t("no_plot"))
    title = " · ".join(x for x in choice.values() if x)
    captions = (site.t("lower"), site.t("higher"))
    body = forest_svg(lines[:DRAWN], title=title, captions=captions, background=True)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="forest.svg"'}
    return Response(body, content_type="image/svg+xml; charset=utf-8", headers=headers)


async def search_page(request: Any, datasette: Any) -> Response:
    """Full-text search in both languages."""
    site = Site(datasette, request)
    words = (request.args.get("q") or "").strip()

    def read(db: sqlite3.Connection) -> Row:
        if not words:
            return {"statements": [], "texts": [], "meant": None}
        statements, texts = search(db, words)
        meant = data.resolve(db, words)
        name = data.display_names(db, [meant[1]]).get(meant[1], meant[1]) if meant else None
        return {"statements": statements, "texts": texts, "meant": meant, "meant_name": name}

    return await site.page("search", {**await site.read(read), "q": words})


async def _form(request: Any) -> dict[str, str]:
    return {k: str(v) for k, v in (await request.post_vars()).items()}


async def review_post(request: Any, datasette: Any) -> Response:
    """Store what a reader says of a row, and go back to it."""
    site = Site(datasette, request)
    if request.method != "POST":
        return Response.redirect(site.urls.page("reviewed"))
    if site.refusal is not None:
        message = f"{site.t('review_off')} ({site.refusal})"
        return await site.page("message", {"message": message, "title": site.t("review")}, status=403)
    form = await _form(request)
    identity, field = form.get("id", ""), form.get("field", "")
    verdict = form.get("verdict", "")

    def write(db: sqlite3.Connection) -> None:
        changes = {field: corrections.parse_value(field, form.get("new", ""))} if verdict == "corrected" else None
        corrections.add_correction(db, identity, verdict, changes=changes, who=form.get("who"), note=form.get("note"))

    try:
        await site.db.execute_write_fn(write, block=True)
    except corrections.CorrectionError as error:
        return await site.page("message", {"message": str(error), "title": site.t("review")}, status=400)
    return Response.redirect(site.urls.document(form.get("document", ""), identity), status=303)


async def correct_page(request: Any, datasette: Any) -> Response:
    """The form that corrects one row, with what was said of it before."""
    site = Site(datasette, request)
    identity = request.args.get("id") or ""

    def read(db: sqlite3.Connection) -> Row | None:
        rows = data.evidence(db, ids=(identity,))
        if not rows:
            return None
        return {"row": _with_review(db, rows)[0], "entries": corrections.history(db, [identity]).get(identity, [])}

    context = await site.read(read)
    if context is None:
        return await site.page("message", {"message": site.t("lost"), "title": identity}, status=404)
    return await site.page("correct", {**context, "fields": corrections.EDITABLE})


async def reviewed_page(request: Any, datasette: Any) -> Response:
    """All corrections."""
    site = Site(datasette, request)

    def read(db: sqlite3.Connection) -> Row:
        known = corrections.history(db)
        rows = {r["id"]: _words(r) for r in data.evidence(db, ids=tuple(known) or ("",))}
        return {"entries": [(i, rows.get(i), entries) for i, entries in reversed(known.items())]}

    return await site.page("reviewed", await site.read(read))


async def gold_file(request: Any, datasette: Any) -> Response:
    """Reviewed rows as gold, one JSON array."""
    site = Site(datasette, request)
    gold = await site.read(corrections.gold_documents)
    response = Response.json(gold, headers={**HEADERS, "Content-Disposition": 'attachment; filename="gold.json"'})
    return response
