"""ZIP archives: every text in them is a document; nothing is ever written to disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO

from ..model import Document
from .blob import Blob, Guarded
from .errors import Failure, ReadError, as_read_error
from .limits import MIB, Limits
from .sources import skip_reason

__all__ = ["open_zip", "read_zip"]

_ENCRYPTED = 0x1
_UTF8 = 0x800


def read_zip(blob: Blob) -> Iterator[Document | Failure]:
    """Yield the documents of an archive, or of the Office file that it is.

    Entries follow the rules of a folder: hidden files, ``README*``, ``gold/`` and unknown
    suffixes are passed over.

    Raises
    ------
    ReadError
        ``bomb``, ``truncated``, ``password`` (all is locked), ``empty`` (nothing to read)
        or ``unsupported`` (another kind of Office file).
    """
    from .registry import read_blob

    with open_zip(blob) as archive:
        names = set(archive.namelist())
        if "word/document.xml" in names:
            from .docx import read_docx

            yield from read_docx(blob)
            return
        if "[Content_Types].xml" in names or "mimetype" in names or "META-INF/container.xml" in names:
            raise ReadError("unsupported", "a spreadsheet, e-book or other package: save it as DOCX, PDF or HTML")
        wanted = [(info, _readable_name(info)) for info in archive.infolist() if not info.is_dir()]
        wanted = [(info, name) for info, name in wanted if not _skipped(name)]
        if not wanted:
            raise ReadError("empty", "the archive holds no file that can be read")
        if all(info.flag_bits & _ENCRYPTED for info, _ in wanted):
            raise ReadError("password", "the archive is protected by a password: unpack it first")
        seen: set[str] = set()
        for info, path in sorted(wanted, key=_by_path):
            name = f"{blob.name}#{path}"
            if path in seen:
                yield Failure(f"{name} (again)", "duplicate", "two entries of the archive have this name")
                continue
            seen.add(path)
            member = _member(blob, archive, info, name)
            started = False
            try:
                _refuse(info, path)
                for item in read_blob(member):
                    yield item
                    started = True
                if not started:
                    raise ReadError("empty", "the file holds no records")
            except Exception as error:  # whatever a damaged entry makes a library raise
                problem = as_read_error(error)
                yield Failure(name, problem.reason, problem.message)


@contextmanager
def open_zip(blob: Blob) -> Iterator[zipfile.ZipFile]:
    """Open an archive after weighing what it claims to hold.

    The sizes in its directory bound what can be unpacked, since no more than they say is
    ever read of an entry.

    Yields
    ------
    zipfile.ZipFile

    Raises
    ------
    ReadError
        ``truncated`` when it is cut off or damaged, ``bomb`` when it claims to hold too much,
        ``too-large`` for one inside another that does not fit in memory.
    """
    file: IO[bytes] = blob.open()
    if blob.depth:  # inside another archive nothing can be skipped back and forth
        with file:
            file = io.BytesIO(blob.read(blob.limits.package_bytes))
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise ReadError("truncated", f"the archive is cut off or damaged: {error}") from error
        with archive:
            _weigh(archive, file.seek(0, io.SEEK_END), blob.limits)
            yield archive


def _weigh(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    """Refuse a bomb before anything of it is unpacked."""
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > limits.members:
        raise ReadError("bomb", f"an archive of more than {limits.members:,} entries")
    if total > limits.stream_bytes or total > max(limits.ratio_from, limits.ratio * packed):
        raise ReadError("bomb", f"the archive of {packed / MIB:.1f} MiB would unpack to {total / MIB:,.0f} MiB")


def _by_path(item: tuple[zipfile.ZipInfo, str]) -> str:
    return item[1]


def _readable_name(info: zipfile.ZipInfo) -> str:
    """Return the entry's name; names that old Windows programs stored in GBK are recovered."""
    name = info.filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name.encode("utf-8", "replace").decode("utf-8")
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _skipped(path: str) -> bool:
    *folders, filename = path.replace("\\", "/").split("/")
    if any(skip_reason(folder, directory=True) for folder in folders if folder not in ("", ".", "..")):
        return True
    return "__MACOSX" in folders or skip_reason(filename) is not None


def _refuse(info: zipfile.ZipInfo, path: str) -> None:
    """Raise for an entry that must not, or cannot, be read."""
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or path.startswith(("/", "\\")) or path[1:2] == ":":
        raise ReadError("unsafe-path", "its name points outside the archive")
    if info.flag_bits & _ENCRYPTED:
        raise ReadError("password", "protected by a password: unpack it first")


def _member(blob: Blob, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Blob:
    filename = name.rpartition("/")[2]
    return Blob(name, filename, partial(_open, blob, archive, info), info.file_size, blob.limits, blob.depth + 1)


def _open(blob: Blob, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    try:
        inner = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ReadError("damaged", f"the entry is damaged: {error}") from error
    return io.BufferedReader(Guarded(inner, info.compress_size, blob.limits), 1 << 18)
