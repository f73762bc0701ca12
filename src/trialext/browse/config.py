"""The configuration of Datasette, made by one function for the stable release and for 1.0.

The stable release reads everything from ``metadata.yaml``.  Datasette 1.0 reads titles and
descriptions there, and facets, sizes, queries and settings of plugins from ``datasette.yaml``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .describe import COLUMNS, FACETS, HIDDEN, QUERIES, VIEWS

__all__ = ["SETTINGS", "configuration", "write_configuration"]

SETTINGS: dict[str, Any] = {
    "default_page_size": 50,
    "sql_time_limit_ms": 5000,
    "facet_time_limit_ms": 1500,
    "default_facet_size": 12,
    "num_sql_threads": 3,
    "truncate_cells_html": 160,
    "allow_download": True,
    "suggest_facets": False,
}


def configuration(database: str, *, review: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the content of ``metadata.yaml`` and of ``datasette.yaml``.

    Parameters
    ----------
    database : str
        Name of the database in Datasette: its file name without suffix.
    review : bool
        Let readers on this computer mark rows right, wrong or corrected.

    Returns
    -------
    metadata : dict
        All that the stable release needs; 1.0 takes titles and descriptions from it.
    config : dict
        Facets, queries and settings as 1.0 wants them.
    """
    about = {
        name: {"title": title, "description": text, "columns": COLUMNS.get(name, {})}
        for name, (title, text) in VIEWS.items()
    }
    tables: dict[str, dict[str, Any]] = {name: {"facets": facets} for name, facets in FACETS.items()}
    tables |= {name: {"hidden": True} for name in HIDDEN}
    tables["evidence"]["size"] = 50
    queries = {
        name: {"title": title, "description": text, "sql": sql, "hide_sql": True}
        for name, (title, text, sql) in QUERIES.items()
    }
    plugins = {"trialext": {"review": review}}
    described = {name: tables.get(name, {}) | about.get(name, {}) for name in sorted(tables.keys() | about.keys())}
    head = {
        "title": "trialext",
        "description": "Trial results from Chinese and English oncology reviews. 中英文肿瘤学综述中的试验结果。",
    }
    metadata = head | {"databases": {database: {"tables": described, "queries": queries}}, "plugins": plugins}
    config = {
        "settings": SETTINGS,
        "databases": {database: {"tables": tables, "queries": queries}},
        "plugins": plugins,
    }
    return metadata, config


def write_configuration(folder: Path, database: str, *, review: bool = False) -> tuple[Path, Path]:
    """Write ``metadata.yaml`` and ``datasette.yaml`` into `folder`.

    For ``datasette -m metadata.yaml DB`` (stable) and
    ``datasette -m metadata.yaml -c datasette.yaml DB`` (1.0).

    Parameters
    ----------
    folder : path
        Made when it is missing; files of these names in it are overwritten.
    database, review
        As in `configuration`.

    Returns
    -------
    tuple of path
        The two files.
    """
    import yaml

    folder.mkdir(parents=True, exist_ok=True)
    paths = (folder / "metadata.yaml", folder / "datasette.yaml")
    for path, content in zip(paths, configuration(database, review=review), strict=True):
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
    return paths
