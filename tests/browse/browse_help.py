"""A server on loopback and a real browser, or the reason why there is none."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_COMMANDS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def environment() -> dict[str, str]:
    """Return an environment in which a child process finds the package of this checkout."""
    path = os.pathsep.join(x for x in (str(SOURCE), os.environ.get("PYTHONPATH", "")) if x)
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def trialext(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program and return what it printed."""
    command = [sys.executable, "-m", "trialext", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment(), input=stdin, timeout=120
    )


@contextlib.contextmanager
def served(database: Path, *options: str) -> Iterator[str]:
    """Serve a database with `trialext browse` on a free port; yield its address, with a slash."""
    command = [sys.executable, "-m", "trialext", "browse", str(database), "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment()
    ) as process:
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
        reader.start()
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://\S+/", line)
            if found is None:
                process.wait(10)
                raise RuntimeError(f"the server did not start: {line}{''.join(errors)}")
            yield found.group()
        finally:
            process.terminate()
            process.wait(20)


def why_no_browser() -> str | None:
    """Return why no browser can be driven here, or None."""
    if importlib.util.find_spec("datasette") is None:
        return "the extra browse is not installed: pip install 'trialext[browse]'"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "Playwright is not installed: pip install playwright"
    if any(shutil.which(c) for c in _COMMANDS):
        return None
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).is_file():
            return None
    return "no browser here: apt-get install chromium, or playwright install chromium"


def executable() -> str | None:
    """Return the installed browser; None for the one that Playwright brings."""
    return next((path for c in _COMMANDS if (path := shutil.which(c))), None)
