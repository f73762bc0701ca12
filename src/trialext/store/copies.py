"""Which stored documents are copies of each other, so that reposts do not count as further sources."""

from __future__ import annotations

import sqlite3

__all__ = ["mark_copies"]

# Copies print the same results: only documents that share a result of a named trial with
# another document are compared.
_CANDIDATES = """
WITH shared AS (
    SELECT trial_key, endpoint, measure, value FROM estimate
    WHERE kind = 'effect' AND trial_key IS NOT NULL AND value IS NOT NULL
    GROUP BY trial_key, endpoint, measure, value HAVING count(DISTINCT document_id) > 1
)
SELECT DISTINCT e.document_id FROM estimate e
JOIN shared s ON s.trial_key = e.trial_key AND s.endpoint IS e.endpoint AND s.measure = e.measure
             AND s.value = e.value
WHERE e.kind = 'effect' ORDER BY 1
"""


def mark_copies(db: sqlite3.Connection) -> int:
    """Bring table ``document_copy`` up to date; views ``synthesis`` and ``conflicts`` use it.

    Parameters
    ----------
    db : sqlite3.Connection
        With an open transaction, or in autocommit mode.

    Returns
    -------
    int
        How many documents are copies of an earlier one.
    """
    from ..checks.across import near_duplicates_of_sketches, sketch

    sketches = []
    for (identity,) in db.execute(_CANDIDATES).fetchall():
        (text,) = db.execute("SELECT text FROM document WHERE id = ?", (identity,)).fetchone()
        sketches.append((identity, sketch(text)))
    groups = near_duplicates_of_sketches(sketches)
    wanted = {(copy, min(group)) for group in groups for copy in group if copy != min(group)}
    there = set(db.execute("SELECT document_id, same_as FROM document_copy").fetchall())
    db.executemany("DELETE FROM document_copy WHERE document_id = ?", [(d,) for d, _ in there - wanted])
    db.executemany("INSERT INTO document_copy (document_id, same_as) VALUES (?, ?)", sorted(wanted - there))
    return len(wanted)
