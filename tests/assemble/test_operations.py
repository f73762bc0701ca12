"""Operations told apart by how they are done."""

from __future__ import annotations

import pytest

from trialext import extract_text, load_patterns

RESULT = " Five-year OS was 80% vs 70% (P = 0.01)."

COMPARED = [
    (
        "Laparoscopic versus open distal pancreatectomy was studied.",
        "laparoscopic pancreatectomy",
        "open pancreatectomy",
    ),
    ("Robotic versus laparoscopic gastrectomy was studied.", "robotic gastrectomy", "laparoscopic gastrectomy"),
    (
        "Patients underwent either transanal or laparoscopic total mesorectal excision.",
        "transanal total mesorectal excision",
        "laparoscopic total mesorectal excision",
    ),
    (
        "We compared laparoscopic gastrectomy (LG) with the open operation (OG).",
        "laparoscopic gastrectomy",
        "open gastrectomy",
    ),
]


@pytest.mark.parametrize(("text", "experimental", "comparator"), COMPARED)
def test_the_approach_is_part_of_the_operation(text: str, experimental: str, comparator: str) -> None:
    rows = extract_text(text + RESULT, patterns=load_patterns()).estimates
    assert [(e.experimental, e.comparator) for e in rows] == [
        ((experimental,), ()),
        ((comparator,), ()),
        ((experimental,), (comparator,)),
    ]


def test_a_short_form_and_a_bare_approach_are_the_same_groups() -> None:
    text = (
        "We compared laparoscopic gastrectomy (LG) with open gastrectomy (OG). Complications occurred in 12% after LG "
        "and 18% after OG. Five-year OS was 80% in the laparoscopic group and 70% in the open group."
    )
    rows = extract_text(text, patterns=load_patterns()).estimates
    assert [e.experimental for e in rows] == [("laparoscopic gastrectomy",), ("open gastrectomy",)] * 2


def test_an_open_label_study_is_no_open_operation() -> None:
    text = "In this open-label trial of gastrectomy with or without chemotherapy, 5-year OS was 80% after gastrectomy."
    rows = extract_text(text, patterns=load_patterns()).estimates
    assert [e.experimental for e in rows] == [("gastrectomy",)]
