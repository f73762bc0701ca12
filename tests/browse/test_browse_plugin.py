"""The plugin inside Datasette: who may write, configuration files, plain Datasette."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from browse_data import build
from browse_help import environment, trialext

from trialext.browse.config import configuration, write_configuration
from trialext.browse.describe import COLUMNS, FACETS, QUERIES, VIEWS
from trialext.browse.serve import is_loopback, make_datasette

pytest.importorskip("datasette", reason="the extra browse is not installed")

T = TypeVar("T")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return build(tmp_path / "trialext.db")


def run(database: Path, use: Callable[[Any], Awaitable[T]], *, review: bool = True) -> T:
    async def go() -> T:
        datasette = make_datasette(database, review=review)
        await datasette.invoke_startup()
        return await use(datasette)

    return asyncio.run(go())


def _post(database: Path, headers: dict[str, str], *, review: bool = True, token: bool = True) -> tuple[int, int]:
    """Send a correction as a browser would; return status and number of stored corrections."""
    db = sqlite3.connect(database)
    identity, document = db.execute("SELECT id, document FROM evidence WHERE value = 0.7").fetchone()

    async def use(datasette: Any) -> int:
        page = await datasette.client.get(f"/trialext/-/correct?id={identity}")
        found = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
        data = {"id": identity, "document": document, "verdict": "right"}
        if token and found:
            data["csrftoken"] = found.group(1)
        cookies = dict(page.cookies) if token else {}
        answer = await datasette.client.post("/trialext/-/review", data=data, headers=headers, cookies=cookies)
        return int(answer.status_code)

    status = run(database, use, review=review)
    count = db.execute("SELECT count(*) FROM corrections").fetchone()[0]
    db.close()
    return status, count


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost", "sec-fetch-site": "same-origin"},
        {"host": "127.0.0.1:8001"},
        {"host": "[::1]:9"},
    ],
)
def test_a_form_of_this_site_is_taken(database: Path, headers: dict[str, str]) -> None:
    assert _post(database, headers) == (303, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"host": "evil.example"},  # a foreign name that points to this computer
        {"host": "127.0.0.1.evil.example:8001"},
    ],
)
def test_a_form_of_another_site_is_refused(database: Path, headers: dict[str, str]) -> None:
    assert _post(database, headers) == (403, 0)


def test_nothing_is_written_without_the_switch(database: Path) -> None:
    assert _post(database, {}, review=False) == (403, 0)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("example.org", False),
        ("", False),
        ("localhost.evil.example", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_pages_forbid_scripts_from_elsewhere(database: Path) -> None:
    async def use(datasette: Any) -> list[str]:
        paths = ("/", "/trialext/-/forest", "/trialext/-/document?name=hostile.txt", "/trialext/-/search?q=x")
        return [(await datasette.client.get(p)).headers["content-security-policy"] for p in paths]

    for policy in run(database, use):
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("page", ["document?name=none", "trial?key=none", "drug?name=none", "correct?id=none"])
def test_what_is_not_there_is_said(database: Path, page: str) -> None:
    async def use(datasette: Any) -> tuple[int, str]:
        answer = await datasette.client.get(f"/trialext/-/{page}")
        return answer.status_code, answer.text

    status, text = run(database, use)
    assert status == 404
    assert "<h1>none</h1>" in text


def test_other_databases_keep_their_pages(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE things (document TEXT)")
    db.execute("INSERT INTO things VALUES ('x')")
    db.commit()
    db.close()

    async def use(datasette: Any) -> list[Any]:
        pages = [await datasette.client.get(p) for p in ("/", "/other/-/home", "/other/things")]
        return [
            *(page.status_code for page in pages),
            "-/document" in pages[2].text,
            "tables.css" in pages[0].text,
        ]

    assert run(path, use) == [200, 404, 200, False, False]


def test_gold_of_the_page_is_that_of_the_command(database: Path) -> None:
    _post(database, {})

    async def use(datasette: Any) -> Any:
        return (await datasette.client.get("/trialext/-/gold.json")).json()

    assert run(database, use) == json.loads(trialext("export", "-", "-f", "gold", "--db", database).stdout)


def test_descriptions_name_what_is_there(database: Path) -> None:
    db = sqlite3.connect(database)
    views = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert set(VIEWS) <= views
    for view, columns in COLUMNS.items():
        there = {c[0] for c in db.execute(f"SELECT * FROM {view} LIMIT 0").description}
        assert set(columns) <= there, view
        for facet in FACETS.get(view, []):
            assert (facet if isinstance(facet, str) else facet["array"]) in there, view
    for _, _, sql in QUERIES.values():
        names = re.findall(r":(\w+)", sql)
        assert db.execute(sql, dict.fromkeys(names, "x")).fetchall() is not None
    db.close()


def test_configuration_files_are_what_the_pages_use(database: Path, tmp_path: Path) -> None:
    import yaml

    paths = write_configuration(tmp_path / "conf", "trialext")
    metadata, config = configuration("trialext")
    assert [yaml.safe_load(p.read_text("utf-8")) for p in paths] == [metadata, config]


def test_plain_datasette_with_the_written_metadata(database: Path, tmp_path: Path) -> None:
    """Without the plugin: tables, facets and queries come from the configuration file alone."""
    done = trialext("browse", database, "--write-config", tmp_path / "conf")
    assert done.returncode == 0, done.stderr
    from datasette.version import __version__

    options = ["-m", str(tmp_path / "conf" / "metadata.yaml")]
    if not __version__.startswith("0."):
        options += ["-c", str(tmp_path / "conf" / "datasette.yaml")]
    command = [sys.executable, "-m", "datasette", str(database), *options, "--get"]
    env = environment() | {"DATASETTE_LOAD_PLUGINS": ""}
    pages = {}
    for path in (
        "/trialext.json",
        f"/trialext/hazard_ratios_by_endpoint.json?{urlencode({'endpoint': 'OS', '_shape': 'array'})}",
    ):
        answer = subprocess.run([*command, path], capture_output=True, text=True, encoding="utf-8", env=env)
        assert answer.returncode == 0, answer.stderr
        pages[path.split("?")[0]] = json.loads(answer.stdout)
    listed = {q["name"] for q in pages["/trialext.json"]["queries"]}  # 1.0 lists the first five
    assert len(listed) >= 5
    assert listed <= set(QUERIES)
    assert [row["value"] for row in pages["/trialext/hazard_ratios_by_endpoint.json"]] == [0.7, 0.78]


def test_plugin_brings_queries_and_descriptions_without_a_file(database: Path) -> None:
    """What plain `datasette FILE` shows where the package is installed."""
    from datasette.app import Datasette

    make_datasette(database)  # registers the plugin, as the entry point does

    async def use() -> tuple[list[Any], str]:
        datasette = Datasette([str(database)])
        await datasette.invoke_startup()
        parameters = urlencode({"endpoint": "OS", "_shape": "array"})
        rows = (await datasette.client.get(f"/trialext/hazard_ratios_by_endpoint.json?{parameters}")).json()
        return rows, (await datasette.client.get("/trialext/evidence")).text

    rows, page = asyncio.run(use())
    assert [row["value"] for row in rows] == [0.7, 0.78]
    assert "Lower bound as printed" in page


def test_public_address_takes_no_corrections(database: Path) -> None:
    """Served to others, the pages are there and reviewing is off."""
    command = [sys.executable, "-m", "trialext", "browse", str(database), "--host", "0.0.0.0", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            port = re.search(r":(\d+)/", line)
            assert port is not None, line
            url = f"http://127.0.0.1:{port.group(1)}/trialext/-/document?name=en%2Fmade-up.txt"
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            text = opener.open(url, timeout=20).read().decode("utf-8")
        finally:
            process.terminate()
            process.wait(20)
    assert 'class="row' in text
    assert "csrftoken" not in text


def test_a_taken_port_is_explained(database: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = trialext("browse", database, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert os.linesep.join(done.stderr.splitlines()[:1]).startswith("trialext: cannot listen")
