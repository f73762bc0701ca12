"""Every public function and class says what it does, NumPy style.

Public to users are the names of a room's ``__init__.py`` and of the modules in `OUTSIDE`: their
functions describe every parameter and what they return.  The other names in ``__all__`` are for
the neighbours in the package: they have a docstring whose sections, where there are any, are whole.
"""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "trialext"
MODULES = sorted(SOURCE.rglob("*.py"))
OUTSIDE = ("pipeline.py", "model.py", "text/spacy_components.py")
SAYS_WHAT = ("Return", "return", "Yield", "yield", "Whether", "whether")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(tree: ast.Module) -> set[str]:
    """Return the names in ``__all__``, or without one the names without an underscore."""
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
            return set(ast.literal_eval(node.value))
    return {n.name for n in tree.body if isinstance(n, Definition) and not n.name.startswith("_")}


def section(doc: str, name: str) -> bool:
    """Return whether `doc` has a NumPy section: its name, underlined by as many hyphens."""
    lines = [line.strip() for line in doc.splitlines()]
    return any(a == name and b == "-" * len(name) for a, b in itertools.pairwise(lines))


def for_users(module: Path) -> set[str]:
    """Return the names of `module` that its room, the package, or the module itself offers to users."""
    if str(module.relative_to(SOURCE)) in OUTSIDE:
        return public(ast.parse(module.read_text("utf-8")))
    offers = {module.parent / "__init__.py", SOURCE / "__init__.py"}
    return {name for m in offers if m.is_file() for name in public(ast.parse(m.read_text("utf-8")))}


def faults(node: Definition, module: Path, strict: bool = True) -> list[str]:
    """Return what is missing in the docstring of one definition."""
    doc = ast.get_docstring(node)
    where = f"{module.relative_to(SOURCE)}:{node.lineno} {node.name}"
    if not doc:
        return [f"{where}: no docstring"]
    found = []
    summary = doc.split("\n\n")[0].strip()
    if not summary.endswith((".", "?", ":", "。")):
        found.append(f"{where}: the summary is no sentence: {summary[-40:]!r}")
    if isinstance(node, ast.ClassDef):
        return found
    decorators = {ast.unparse(d).split("(")[0] for d in node.decorator_list}
    if (
        module.name == "cli.py"
        or "property" in decorators
        or any("command" in d or "hookimpl" in d for d in decorators)
    ):
        return found  # the parameters of commands are described by their options, those of hooks by Datasette
    arguments = [
        a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg not in ("self", "cls")
    ]
    told = all(f"`{a}`" in doc or f"``{a}``" in doc for a in arguments)
    if strict and len(arguments) > 1 and not section(doc, "Parameters") and not told:
        found.append(f"{where}: no section Parameters, and the text does not name {', '.join(arguments)}")
    if section(doc, "Parameters"):
        listed = doc.split("Parameters\n----------")[1]
        found += [f"{where}: `{a}` is not described" for a in arguments if a not in listed]
    returns = ast.unparse(node.returns) if node.returns else "None"
    told = any(section(doc, s) for s in ("Returns", "Yields")) or any(w in doc for w in SAYS_WHAT)
    if strict and returns not in ("None", "NoReturn") and not told:
        found.append(f"{where}: does not say what it returns")
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(SOURCE)))
def test_public_names_have_numpy_docstrings(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    names, users = public(tree), for_users(module)
    found = [
        f
        for node in tree.body
        if isinstance(node, Definition) and node.name in names
        for f in faults(node, module, node.name in users)
    ]
    if names:
        assert ast.get_docstring(tree), f"{module}: no docstring of the module"
    assert not found, "\n" + "\n".join(found)


def test_the_check_sees_a_missing_docstring() -> None:
    bare = ast.parse("def f(a, b):\n    return a\ndef g(a, b) -> int:\n    'Do a thing.'\n    return 1\n")
    said = [f for node in bare.body if isinstance(node, Definition) for f in faults(node, SOURCE / "x.py")]
    assert [s.split(": ", 1)[1] for s in said] == [
        "no docstring",
        "no section Parameters, and the text does not name a, b",
        "does not say what it returns",
    ]
