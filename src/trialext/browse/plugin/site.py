"""What all pages share: which databases are ours, addresses, headers, language, who may write."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from datasette import NotFound, Response
from datasette.utils import tilde_decode, tilde_encode

from ..data import is_trialext
from ..labels import choose_language, translator
from ..serve import is_loopback

__all__ = ["HEADERS", "Site", "Urls", "is_ours", "our_databases", "static_file", "why_not_writable"]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every page: nothing is loaded from elsewhere, and no script from a text can run."""

STATIC = {
    "pages.css": "text/css; charset=utf-8",
    "tables.css": "text/css; charset=utf-8",
    "document.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

LANGUAGE_COOKIE = "trialext_lang"

EVIDENCE_SHOWN = (
    *("endpoint", "measure", "value", "ci_low", "ci_high", "unit", "p_op", "p_value", "experimental", "comparator"),
    *("trial_key", "population", "timepoint", "checks", "document", "sentence", "id"),
)

T = TypeVar("T")


def our_databases(datasette: Any) -> tuple[str, ...]:
    """Return the names of the databases that this program made, in their order."""
    return tuple(name for name in datasette.databases if is_ours(datasette, name))


def is_ours(datasette: Any, name: str) -> bool:
    """Return whether the database called `name` of `datasette` was made by this program.

    Asked once per database; the answer is kept on `datasette`.
    """
    known: dict[str, bool] = datasette.__dict__.setdefault("_trialext_databases", {})
    if name not in known:
        database = datasette.databases.get(name)
        path = getattr(database, "path", None)
        known[name] = False
        if path and Path(path).is_file():
            with contextlib.suppress(sqlite3.Error):
                uri = f"{Path(path).absolute().as_uri()}?mode=ro"
                with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
                    known[name] = is_trialext(db)
    return known[name]


def _static(name: str) -> bytes:
    return files(__package__).joinpath("static", name).read_bytes()


def static_file(name: str) -> Response:
    """Return a shipped style sheet, script or icon."""
    if name not in STATIC:
        raise NotFound(f"no such file: {name}")
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(_static(name).decode("utf-8"), content_type=STATIC[name], headers=headers)


class Urls:
    """Addresses of the pages of one database."""

    def __init__(self, datasette: Any, database: str) -> None:
        self._path = datasette.urls.path
        self._database = tilde_encode(database)

    def _with(self, path: str, query: list[tuple[str, str]] | None = None, anchor: str = "") -> str:
        text = f"{path}?{urlencode(query)}" if query else path
        return str(self._path(text)) + (f"#{anchor}" if anchor else "")

    def page(self, name: str, /, **query: str | None) -> str:
        """Return the address of a page with the given parameters."""
        return self._with(f"/{self._database}/-/{name}", [(k, v) for k, v in query.items() if v])

    def document(self, name: str, row: str | None = None, at: tuple[Any, Any] | None = None) -> str:
        """Return the address of a document; of a row in it; of a span in it."""
        query = [("name", name)]
        if at is not None:
            query.append(("at", f"{at[0]}-{at[1]}"))
        anchor = f"r-{row}" if row else ("hit" if at is not None else "")
        return self._with(f"/{self._database}/-/document", query, anchor)

    def trial(self, key: str) -> str:
        """Return the address of a trial."""
        return self.page("trial", key=key)

    def drug(self, name: str) -> str:
        """Return the address of a drug."""
        return self.page("drug", name=name)

    def table(self, name: str, /, **filters: str) -> str:
        """Return the address of a view in Datasette, filtered."""
        return self._with(f"/{self._database}/{tilde_encode(name)}", list(filters.items()))

    def evidence(self, **filters: str) -> str:
        """Return the address of the evidence table with the columns that people read."""
        return self._with(f"/{self._database}/evidence", [("_col", c) for c in EVIDENCE_SHOWN] + list(filters.items()))

    def query(self, name: str, /, **parameters: str) -> str:
        """Return the address of a canned query."""
        return self._with(f"/{self._database}/{tilde_encode(name)}", list(parameters.items()))

    def database(self) -> str:
        """Return the address of the database in Datasette."""
        return str(self._path(f"/{self._database}"))

    def static(self, name: str) -> str:
        """Return the address of a shipped file; it changes with its content."""
        return self._with(f"/-/trialext/static/{name}", [("v", sha256(_static(name)).hexdigest()[:8])])


def why_not_writable(datasette: Any, request: Any) -> str | None:
    """Return why this request must not write, or None.

    Writing needs no login, so it is only allowed where all of these hold: it was switched on
    (setting ``review`` of the plugin); the browser runs on this computer; the page was asked
    for by a loopback name (so no other site can point a name of its own here); and the form was
    sent by a page of this site (``Origin`` and ``Sec-Fetch-Site``), beside the token or the
    header check of Datasette itself.

    Parameters
    ----------
    datasette : Datasette
    request : datasette.Request

    Returns
    -------
    str or None
        A few words for the answer that refuses; None where writing is allowed.
    """
    if not (datasette.plugin_config("trialext") or {}).get("review"):
        return "switched off"
    client = request.scope.get("client")
    if client is not None and not is_loopback(str(client[0])):
        return "only from this computer"
    host = request.headers.get("host", "")
    if not is_loopback(urlsplit(f"//{host}").hostname or ""):
        return "only by a loopback name"
    if request.method == "POST":
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "sent by another site"
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return "sent by another site"
    return None


class Site:
    """One request to one database of ours.

    Raises
    ------
    datasette.NotFound
        When there is no such database, or it is not ours.
    """

    def __init__(self, datasette: Any, request: Any) -> None:
        name = tilde_decode(request.url_vars["database"]) if "database" in request.url_vars else ""
        name = name or next(iter(our_databases(datasette)), "")
        if not is_ours(datasette, name):
            raise NotFound(f"no database of trialext is called {name!r}")
        self.datasette = datasette
        self.request = request
        self.name = name
        self.db = datasette.get_database(name)
        self.urls = Urls(datasette, name)
        self.asked = request.args.get("lang")
        cookie = request.cookies.get(LANGUAGE_COOKIE)
        self.lang = choose_language(self.asked, cookie, request.headers.get("accept-language", ""))
        self.t = translator(self.lang)
        self.refusal = why_not_writable(datasette, request)

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function with a connection to the database, off the event loop."""
        result: T = await self.db.execute_fn(function)
        return result

    async def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> Response:
        """Render a page."""
        shared = {
            **{"t": self.t, "lang": self.lang, "u": self.urls, "database": self.name},
            **{"can_review": self.refusal is None, "here": self._here(), "front": self.datasette.urls.path("/")},
        }
        body = await self.datasette.render_template(f"trialext_{template}.html", {**shared, **context}, self.request)
        response = Response.html(body, status=status, headers=dict(HEADERS))
        if self.asked:
            response.set_cookie(LANGUAGE_COOKIE, self.lang, path="/", max_age=31536000, samesite="lax")
        return response

    def _here(self) -> str:
        """Return this address without a language, to add one."""
        query = [(k, self.request.args.get(k)) for k in self.request.args if k != "lang"]
        return f"{self.request.path}?{urlencode(query)}{'&' if query else ''}"
