"""Which files are meant, and what their documents are called."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from reading_help import read_file, reason, sources

from trialext.reading import Failure, ReadError, Source, UsageError, iter_sources, read_source


def tree(root: Path, *files: str) -> Path:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"HR 0.51 in {name}", encoding="utf-8")
    return root


def names(*paths: Path | str) -> list[str]:
    return [source.name for source in sources(*paths)]


def test_a_folder_is_walked_in_order_with_relative_names(tmp_path: Path) -> None:
    tree(tmp_path, "zh/b.txt", "zh/a.txt", "en/x/c.md", "d.html")
    assert names(tmp_path) == ["d.html", "en/x/c.md", "zh/a.txt", "zh/b.txt"]


def test_a_file_is_named_by_its_last_part(tmp_path: Path) -> None:
    tree(tmp_path, "zh/b.txt")
    assert names(tmp_path / "zh" / "b.txt") == ["b.txt"]


def test_what_a_folder_passes_over_is_counted(tmp_path: Path) -> None:
    tree(
        tmp_path, "a.txt", ".hidden.txt", ".git/b.txt", "README.md", "gold/c.txt", "sub/gold/d.txt", "e.png", "LICENSE"
    )
    skipped: list[tuple[str, str]] = []
    found = list(iter_sources([str(tmp_path)], on_skip=lambda path, why: skipped.append((os.path.basename(path), why))))
    assert [source.name for source in found] == ["a.txt"]
    assert sorted(skipped) == [
        (".git", "hidden"),
        (".hidden.txt", "hidden"),
        ("LICENSE", "unsupported"),
        ("README.md", "readme"),
        ("e.png", "unsupported"),
        ("gold", "gold"),
        ("gold", "gold"),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".hidden.txt", "skipped-name"),
        ("README.md", "skipped-name"),
        ("picture.png", "unsupported"),
        ("gold", "skipped-name"),
    ],
)
def test_the_same_named_explicitly_is_a_failure(name: str, expected: str, tmp_path: Path) -> None:
    if name == "gold":
        tree(tmp_path, "gold/a.txt")
    else:
        tree(tmp_path, name)
    (source,) = sources(tmp_path / name)
    assert source.explicit
    with pytest.raises(ReadError) as caught:
        list(read_source(source))
    assert caught.value.reason == expected


def test_a_file_in_gold_and_one_without_suffix_can_be_given(tmp_path: Path) -> None:
    tree(tmp_path, "gold/a.txt", "notes")
    assert [len(read_file(tmp_path / name)) for name in ("gold/a.txt", "notes")] == [1, 1]


def test_a_missing_path_is_wrong_usage_before_anything_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    with pytest.raises(UsageError, match="nowhere"):
        iter_sources([str(tmp_path), str(tmp_path / "nowhere")])


def test_names_that_collide_get_their_root_folder_in_front(tmp_path: Path) -> None:
    tree(tmp_path, "one/a.txt", "two/a.txt", "two/b.txt", "x/two/a.txt")
    assert names(tmp_path / "one", tmp_path / "two") == ["a.txt", "two/a.txt", "b.txt"]
    assert names(tmp_path / "one/a.txt", tmp_path / "two/a.txt") == ["a.txt", "two/a.txt"]
    three = names(tmp_path / "one/a.txt", tmp_path / "two/a.txt", tmp_path / "x/two/a.txt")
    assert three == ["a.txt", "two/a.txt", "x/two/a.txt"]


def test_a_name_taken_by_another_path_gets_its_folder_too(tmp_path: Path) -> None:
    tree(tmp_path, "one/a.txt")
    here = str(tmp_path / "one" / "a.txt")
    for owner, expected in ((here, "a.txt"), ("/elsewhere/a.txt", "one/a.txt")):
        (source,) = iter_sources([str(tmp_path / "one")], taken={"a.txt": owner})
        assert source.name == expected


def test_a_file_that_two_paths_reach_is_read_once(tmp_path: Path) -> None:
    tree(tmp_path, "zh/a.txt")
    assert names(tmp_path, tmp_path / "zh", tmp_path / "zh/a.txt") == ["zh/a.txt"]


def test_a_directory_loop_ends(tmp_path: Path) -> None:
    tree(tmp_path, "a/b/c.txt")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self.txt").symlink_to(tmp_path / "a" / "self.txt")
    found = sources(tmp_path)
    assert [source.name for source in found] == ["a/b/c.txt", "a/self.txt"]
    with pytest.raises(ReadError):
        list(read_source(found[1]))


def test_a_linked_file_is_read_and_a_linked_folder_is_not(tmp_path: Path) -> None:
    tree(tmp_path, "out/a.txt", "in/b.txt")
    (tmp_path / "in" / "c.txt").symlink_to(tmp_path / "out" / "a.txt")
    (tmp_path / "in" / "all").symlink_to(tmp_path / "out")
    assert names(tmp_path / "in") == ["b.txt", "c.txt"]
    (tmp_path / "door").symlink_to(tmp_path / "out")
    assert names(tmp_path / "door") == ["a.txt"]


def test_a_file_that_vanishes_is_a_failure(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "b.txt")
    found = sources(tmp_path)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(ReadError) as caught:
        list(read_source(found[0]))
    assert caught.value.reason == "vanished"
    assert len(list(read_source(found[1]))) == 1


def test_a_file_that_changes_while_it_is_read_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"id": {n}, "text": "HR 0.51"}}\n' for n in range(5)), encoding="utf-8")
    (source,) = sources(path)
    reading = read_source(source)
    next(reading)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"id": 9, "text": "HR 0.99"}\n')
    last = list(reading)[-1]
    assert isinstance(last, Failure)
    assert (last.name, last.reason) == ("a.jsonl", "changed")


def test_a_named_pipe_in_a_folder_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (source,) = sources(tmp_path)
    with pytest.raises(ReadError) as caught:
        list(read_source(source))
    assert caught.value.reason == "unreadable"


def test_a_named_pipe_that_is_given_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("HR 0.51",))
    writer.start()
    (document,) = read_file(pipe)
    writer.join()
    assert (document.name, document.text) == ("pipe", "HR 0.51")  # type: ignore[union-attr]


STDIN = """
from trialext.reading import iter_sources, read_source
(source,) = iter_sources(["-"])
for document in read_source(source):
    print(document.name, document.reader, len(document.text), source.size)
"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"HR 0.51", ["- text 7 7"]),
        (b'{"id": "a", "text": "HR"}\n{"id": "b", "text": "OR 1"}\n', ["-#a jsonl 2 54", "-#b jsonl 4 54"]),
    ],
)
def test_standard_input_is_told_by_its_content(data: bytes, expected: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", STDIN], input=data, capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == expected


def test_file_names_that_are_no_unicode_can_be_stored(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:
        file.write(b"HR 0.51")
    (source,) = sources(tmp_path)
    assert source.name == "caf\\xe9.txt"
    source.name.encode("utf-8")
    assert len(list(read_source(source))) == 1


@pytest.mark.parametrize("name", ["'; DROP TABLE documents; --.txt", "a\nb.txt", "%s%n.txt", "中文 文件.txt"])
def test_odd_file_names_are_only_names(name: str, tmp_path: Path) -> None:
    tree(tmp_path, name)
    (document,) = read_file(tmp_path)
    assert isinstance(document, type(document))
    assert document.name == name


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfHR")
    (source,) = sources(tmp_path)
    assert source.digest == hashlib.sha256(b"\xef\xbb\xbfHR").hexdigest()
    assert source.size == 5


def test_sources_travel_between_processes(tmp_path: Path) -> None:
    import pickle

    tree(tmp_path, "a.txt")
    (source,) = sources(tmp_path)
    assert pickle.loads(pickle.dumps(source)) == source
    assert isinstance(source, Source)


def test_an_empty_file_is_a_failure(tmp_path: Path) -> None:
    assert [reason(tmp_path, "a.txt", data) for data in (b"", b" \n\t\n", b"\xef\xbb\xbf", "\u3000".encode())] == [
        "empty"
    ] * 4
