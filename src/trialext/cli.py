"""The command line: which commands there are and which room each lives in.

A command's module is imported when the command runs, so that ``trialext --help`` starts at
once.  To add one: write the function (or a group of them, a Typer app) in its room and name it in
`COMMANDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from . import __version__

__all__ = ["COMMANDS", "Registered", "app", "available", "load"]


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a command lives.

    Attributes
    ----------
    target : str
        ``room.module:name`` of a function, or of a Typer app for a group of commands.
    help : str
        One line for the list of commands.
    """

    target: str
    help: str


COMMANDS: dict[str, Registered] = {
    "extract": Registered("engine.cli:extract", "Read files and folders into a database."),
    "merge": Registered("engine.cli:merge", "Bring the shards of a cluster run into a database."),
    "show": Registered("browse.cli:show", "Print what is known of a trial or a drug."),
    "explain": Registered("engine.explain:explain", "Say how a sentence becomes rows, and what stays open."),
    "check": Registered("evaluate.cli:check", "List rows that fail an arithmetic check."),
    "coverage": Registered("evaluate.cli:coverage", "Count numbers explained, out of scope and unexplained."),
    "evaluate": Registered("evaluate.cli:evaluate", "Score extracted rows against gold."),
    "agree": Registered("evaluate.cli:agree", "Compare the gold of two annotators."),
    "annotations": Registered("evaluate.cli:annotations", "Import and export annotations of other tools."),
    "diff": Registered("store.cli:diff", "Compare two databases row by row."),
    "browse": Registered("browse.cli:browse", "Look at a database in the web browser."),
    "plot": Registered("browse.cli:plot", "Draw forest plots."),
    "export": Registered("browse.cli:export", "Write tables for other programs."),
    "review": Registered("browse.cli:review", "Mark rows right, wrong or corrected."),
    "patterns": Registered("patterns.cli:app", "Check, test and extend pattern packs."),
}


def available() -> list[str]:
    """Return the commands whose module is installed, in the order of `COMMANDS`."""
    root = Path(__file__).parent

    def there(registered: Registered) -> bool:
        path = root.joinpath(*registered.target.split(":")[0].split("."))
        return path.with_suffix(".py").is_file() or path.is_dir()

    return [name for name, registered in COMMANDS.items() if there(registered)]


def load(name: str) -> TyperCommand | TyperGroup:
    """Import the command `name`."""
    module, attribute = COMMANDS[name].target.split(":")
    found: Any = getattr(import_module(f".{module}", __package__), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_show_locals=False)
        alone.command(name)(found)
        found = alone
    else:
        found._add_completion = False  # the program has completion as a whole
    command = get_command(found)
    command.name = name
    return cast("TyperCommand | TyperGroup", command)


class _Program(TyperGroup):
    """The group of all commands; a command is imported when it is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name in available():
            self.commands[name] = TyperCommand(name=name, help=COMMANDS[name].help, callback=None)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else command, rest


app = typer.Typer(
    cls=_Program,
    rich_markup_mode=None,  # plain help starts twice as fast
    pretty_exceptions_show_locals=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trialext {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Read Chinese and English oncology reviews into a checked SQLite database of trial results."""
