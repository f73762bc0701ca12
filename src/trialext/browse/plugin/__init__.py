"""The Datasette plugin: pages for documents, trials, drugs, forest plots, search and review.

Works on the stable release and on 1.0.  Only databases made by this program get its pages;
others in the same Datasette stay as they are.
"""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup, escape
from pluggy import HookimplMarker

from ..config import configuration
from .pages import routes
from .site import Urls, is_ours, our_databases

__all__ = ["extra_css_urls", "get_metadata", "menu_links", "register_routes", "render_cell", "startup"]

hookimpl = HookimplMarker("datasette")

SHOWN = 200
"""Characters of a sentence in a table cell."""

_ARRAYS = frozenset({"experimental", "comparator", "checks", "analysis", "registry_ids"})
_LISTS = frozenset({"documents", "values", "citations", "endpoint_outcomes", "also_at", "rules", "reasons", "spans"})


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Return the addresses of the pages; the front page only where a database is ours."""
    return routes(front=bool(our_databases(datasette)))


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Return titles, columns, facets and queries for the stable release.

    So that plain ``datasette FILE`` has them without a configuration file; one that is given
    goes first.
    """
    names = our_databases(datasette) if hasattr(datasette, "databases") else ()
    return {"databases": {name: configuration(name)[0]["databases"][name] for name in names}}


@hookimpl
def startup(datasette: Any) -> Any:
    """Do the same for Datasette 1.0, which has its own places for them."""
    return _describe(datasette) if hasattr(datasette, "add_query") else None


async def _describe(datasette: Any) -> None:
    for name in our_databases(datasette):
        ours = configuration(name)[0]["databases"][name]
        for query, content in ours["queries"].items():
            if await datasette.get_query(name, query) is None:
                await datasette.add_query(name, query, **content)
        for table, content in ours["tables"].items():
            if await datasette.get_resource_metadata(name, table) or "title" not in content:
                continue
            for key in ("title", "description"):
                await datasette.set_resource_metadata(name, table, key, content[key])
            for column, text in content["columns"].items():
                await datasette.set_column_metadata(name, table, column, "description", text)


@hookimpl
def extra_css_urls(datasette: Any) -> list[str]:
    """Give Datasette's own pages the look of ours."""
    return [datasette.urls.path("/-/trialext/static/tables.css")] if our_databases(datasette) else []


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """Return links for Datasette's menu."""
    links = []
    for name in our_databases(datasette):
        urls = Urls(datasette, name)
        links += [
            {"href": urls.page("home"), "label": "Overview · 概览"},
            {"href": urls.page("forest"), "label": "Forest plot · 森林图"},
            {"href": urls.page("search"), "label": "Search · 搜索"},
        ]
    return links


def _get(row: Any, column: str) -> Any:
    try:
        value = row[column]
    except (KeyError, IndexError):
        return None
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN].rstrip() + "…"


def _list(value: str) -> list[Any] | None:
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


@hookimpl
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Any:
    """Link documents, trials and rows to their pages; show short arrays as words."""
    if not isinstance(value, str) or not is_ours(datasette, database):
        return None
    urls = Urls(datasette, database)
    document = _get(row, "document")
    identity = _get(row, "id") or _get(row, "evidence_id")
    if column in _ARRAYS and (items := _list(value)) is not None:
        return Markup('<span class="parts">{}</span>').format(" + ".join(map(str, items)))
    if column in _LISTS and (items := _list(value)) is not None:
        if column == "documents":
            return Markup(", ").join(Markup('<a href="{}">{}</a>').format(urls.document(str(d)), d) for d in items)
        return escape(", ".join(x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in items))
    if column == "document":
        return Markup('<a href="{}">{}</a>').format(urls.document(value, identity), value)
    if column in ("id", "evidence_id") and document:
        return Markup('<a href="{}" title="{}">→ {}</a>').format(urls.document(document, value), value, value[:6])
    if column == "trial_key":
        return Markup('<a href="{}">{}</a>').format(urls.trial(value), value)
    if column == "drug":
        return Markup('<a href="{}">{}</a>').format(urls.drug(value), value)
    if column == "sentence":
        span = _get(row, "span_start"), _get(row, "span_end")
        if document and identity:
            return Markup('<a class="sentence" href="{}">{}</a>').format(
                urls.document(document, identity), _short(value)
            )
        if document and None not in span:
            return Markup('<a class="sentence" href="{}">{}</a>').format(
                urls.document(document, at=span), _short(value)
            )
        return escape(_short(value))
    return None
