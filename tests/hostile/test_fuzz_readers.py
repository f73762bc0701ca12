"""Damaged copies of good files: whatever comes of them, it is a text or a reason."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_help import read_bytes
from reading_samples import FORMATS

from trialext.reading import Failure, Limits, ReadError

EXAMPLES = int(os.environ.get("TRIALEXT_FUZZ", "25"))
LIMITS = Limits(document_bytes=1 << 22, package_bytes=1 << 22, record_bytes=1 << 20, stream_bytes=1 << 24)
REASONS = frozenset(
    [
        "bad-record",
        "binary",
        "bomb",
        "changed",
        "damaged",
        "duplicate",
        "empty",
        "encoding",
        "no-text-layer",
        "password",
        "too-large",
        "truncated",
        "unreadable",
        "unsafe-path",
        "unsupported",
    ]
)

positions = st.floats(0, 1, exclude_max=True)
edits = st.one_of(
    st.tuples(st.just("flip"), positions, st.integers(1, 255)),
    st.tuples(st.just("cut"), positions, st.integers(0, 4000)),
    st.tuples(st.just("end"), positions, st.just(0)),
    st.tuples(st.just("copy"), positions, st.integers(1, 2000)),
    st.tuples(st.just("put"), positions, st.binary(max_size=40)),
    st.tuples(
        st.just("put"),
        positions,
        st.sampled_from(
            [b"<", b"&", b"<!--", b"]]>", b"<![CDATA[", b"\0", b"\xff\xfe", b"stream", b"9999999999", b"|", b"\n"]
        ),
    ),
)


def damaged(data: bytes, changes: list[tuple[str, float, int | bytes]]) -> bytes:
    for kind, where, what in changes:
        at = int(where * len(data))
        if isinstance(what, bytes):
            data = data[:at] + what + data[at:]
        elif kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ what]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at] + data[at + what :]
        elif kind == "end":
            data = data[:at]
        elif kind == "copy":
            data = data[:at] + data[at : at + what] * 2 + data[at + what :]
    return data


def check(name: str, data: bytes) -> None:
    """Read damaged bytes and check whatever they give."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = read_bytes(Path(folder), name, data, LIMITS)
        except ReadError as error:
            assert error.reason in REASONS
            assert error.message
            return
    names = [item.name for item in found]
    assert len(set(names)) == len(names)
    for item in found:
        item.name.encode("utf-8")
        if isinstance(item, Failure):
            assert item.reason in REASONS
            continue
        item.text.encode("utf-8")
        assert item.text.strip()
        assert "\0" not in item.text
        offsets = [offset for offset, _ in item.source_map]
        assert offsets == sorted(set(offsets))
        assert all(0 <= offset < len(item.text) for offset in offsets)


@pytest.mark.parametrize("name", FORMATS)
def test_damage_gives_a_text_or_a_reason(name: str) -> None:
    good = FORMATS[name]()

    @given(st.lists(edits, min_size=1, max_size=5))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def run(changes: list[tuple[str, float, int | bytes]]) -> None:
        check(name, damaged(good, changes))

    run()
