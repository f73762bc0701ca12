"""Start Datasette on a database, with the plugin of this package."""

from __future__ import annotations

import inspect
import ipaddress
import sqlite3
from pathlib import Path
from typing import Any

from .config import SETTINGS, configuration

__all__ = ["BrowseError", "is_loopback", "make_datasette", "serve"]


class BrowseError(Exception):
    """The pages cannot be served; the message says what to do."""


def is_loopback(host: str) -> bool:
    """Return whether a host name or address means this computer only."""
    host = host.strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_datasette(database: Path, *, review: bool = False) -> Any:
    """Return a Datasette on `database` with its configuration and the plugin, not started yet.

    Parameters
    ----------
    database : path
    review : bool
        Let readers on this computer mark rows right, wrong or corrected.

    Returns
    -------
    datasette.app.Datasette

    Raises
    ------
    BrowseError
        When Datasette is not installed.
    """
    try:
        from datasette.app import Datasette
        from datasette.plugins import pm
    except ImportError as error:
        raise BrowseError("Datasette is not installed; run `pip install 'trialext[browse]'`") from error
    from . import plugin

    if not pm.is_registered(plugin):  # a checkout has no entry point
        pm.register(plugin, name="trialext")
    metadata, config = configuration(database.stem, review=review)
    known = inspect.signature(Datasette.__init__).parameters
    options: dict[str, Any] = {"metadata": metadata, "settings": SETTINGS}
    if "config" in known:  # 1.0
        config.pop("settings")
        options["config"] = config
    return Datasette([str(database)], **options)


def serve(database: Path, *, host: str, port: int, review: bool, open_browser: bool) -> None:
    """Serve the pages until interrupted.

    Parameters
    ----------
    database : path
    host, port
        Where to listen; port 0 takes a free one.
    review : bool
        Allow corrections; only on a loopback host.
    open_browser : bool

    Raises
    ------
    BrowseError
        When Datasette is missing, the port is taken, or corrections were asked for on a public
        address.
    """
    import socket

    if review and not is_loopback(host):
        raise BrowseError(
            f"corrections need no login, so they are only taken on this computer; {host} is reachable "
            "by others: use --host 127.0.0.1, or --read-only"
        )
    datasette = make_datasette(database, review=review)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host.strip("[]"), port))
        sock.listen(128)  # before the address is printed: whoever reads it can connect
    except OSError as error:
        sock.close()
        raise BrowseError(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port") from error
    import uvicorn

    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{sock.getsockname()[1]}/"
    print(f"trialext: {database} at {url}  (Ctrl-C ends)", flush=True)
    if open_browser:
        import threading
        import webbrowser

        threading.Timer(1.0, webbrowser.open, (url,)).start()
    settings = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
    try:
        uvicorn.Server(settings).run(sockets=[sock])
    except sqlite3.Error as error:
        raise BrowseError(f"{database}: {error}") from error
    finally:
        sock.close()
