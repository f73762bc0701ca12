"""Start of the program: ``trialext`` and ``python -m trialext``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Chinese text is printed even where the locale says ASCII
            reconfigure(encoding="utf-8", errors="backslashreplace")
    from .cli import app

    app(prog_name="trialext")


if __name__ == "__main__":
    main()
