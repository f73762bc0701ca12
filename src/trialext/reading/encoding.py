"""From bytes to text: UTF-8, UTF-16, GB18030, Big5 and what old European files use."""

from __future__ import annotations

import codecs
import re

from .errors import ReadError

__all__ = ["clean", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 1 << 18
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EXPECTED = re.compile(
    "[\t\n\r\x20-\x7e\u00a0-\u024f\u0370-\u03ff\u2000-\u2300\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
)
# Double bytes in the frequent halves of the two national sets and their punctuation.
_GB_FREQUENT = re.compile(rb"[\xb0-\xd7\xa1-\xa3\xa6][\xa1-\xfe]")
_BIG5_FREQUENT = re.compile(rb"[\xa4-\xc6\xa1-\xa3][\x40-\x7e\xa1-\xfe]")
_GB_PAIR = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\xfe]")
_BIG5_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text of `data` and the encoding that was used.

    A byte order mark decides; then UTF-8, if the bytes are valid; then `declared`; then
    what the bytes look like.  The mark is removed, newlines are kept, and characters that
    cannot be stored (NUL, lone surrogates) become U+FFFD.

    Parameters
    ----------
    data : bytes
    declared : str, optional
        Encoding that the document names itself.

    Raises
    ------
    ReadError
        ``empty``, ``binary``, ``truncated`` (ends inside a character) or ``encoding``.
    """
    if not data:
        raise ReadError("empty", "the file holds nothing")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), encoding
    wide = _wide(data)
    if wide:
        return _strict(data, wide), wide
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, declared, error)
    return _plausible(text, data), "utf-8"


def clean(text: str) -> str:
    """Return `text` with NUL and lone surrogates, which cannot be stored, one for one as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def _plausible(text: str, data: bytes) -> str:
    """Return the cleaned text, or raise where control bytes tell a binary file."""
    sample = data[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 200):
        raise ReadError("binary", "not a text: it holds control bytes")
    return clean(text)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return clean(data.decode(encoding))
    except UnicodeDecodeError as error:
        if error.end >= len(data):
            raise ReadError("truncated", f"the file ends inside a character ({encoding})") from error
        raise ReadError("encoding", f"byte {error.start} is not valid {encoding}: save the file as UTF-8") from error


def _wide(data: bytes) -> str | None:
    """Tell UTF-16 without a mark by where its zero bytes, or its Han characters, stand."""
    sample = data[: _SAMPLE & ~1]
    if len(sample) < 4 or (len(data) % 2 and len(data) < _SAMPLE):
        return None
    even, odd = sample[::2], sample[1::2]
    half = len(even)
    if not (even.count(0) or odd.count(0)) and _is_utf8(sample):
        return None
    for encoding, zeros in (("utf-16-le", odd.count(0)), ("utf-16-be", even.count(0))):
        text = sample[: len(sample) & ~1].decode(encoding, "replace")
        good = len(_EXPECTED.findall(text))
        # Wholly Han text has no zero byte: then nearly every unit must be an expected one.
        if good >= 0.97 * half and (
            zeros >= 0.05 * half or (good >= 0.995 * half and text.count("\n") + text.count("，"))
        ):
            return encoding
    return None


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(data: bytes, declared: str | None, error: UnicodeDecodeError) -> tuple[str, str]:
    """Decode what is not UTF-8."""
    sample = data[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 200):
        raise ReadError("binary", "not a text: it holds control bytes") from error
    # A valid start that says something in UTF-8 is better evidence than any guess.
    if error.end >= len(data) and error.reason == "unexpected end of data" and not data[: error.start].isascii():
        raise ReadError("truncated", "the file ends inside a character: copy it again") from error
    for encoding in (declared, *_chinese(sample)):
        text = _try(data, encoding)
        if text is not None and encoding is not None:
            return clean(text), encoding.lower()
    lenient = data.decode("utf-8", "replace")
    bad = lenient.count("\ufffd")
    good = sum(1 for c in lenient[:_SAMPLE] if c > "\u02ff" and c != "\ufffd")
    if bad <= max(3, len(lenient) // 200) and good >= 10 * bad:
        return clean(lenient), "utf-8"  # a few damaged characters do not cost the document
    guess = _guess(sample)
    text = _try(data, guess)
    if text is None or guess is None:
        raise ReadError("encoding", "the encoding is not recognised: save the file as UTF-8") from error
    return clean(text), guess


def _try(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _chinese(sample: bytes) -> tuple[str, ...]:
    """Return the Chinese encodings that fit, best first.

    In a Chinese text nearly all double bytes lie in the half of the set that holds the
    frequent characters; read with the wrong set they scatter.
    """
    scores = []
    for encoding, pair, frequent in (
        ("gb18030", _GB_PAIR, _GB_FREQUENT),
        ("big5hkscs", _BIG5_PAIR, _BIG5_FREQUENT),
    ):
        pairs = pair.findall(sample)
        if not pairs:
            continue
        share = sum(1 for p in pairs if frequent.fullmatch(p)) / len(pairs)
        if share >= 0.7:
            scores.append((share, encoding))
    scores.sort(reverse=True)
    return tuple(encoding for _, encoding in scores)


def _guess(sample: bytes) -> str | None:
    """Ask charset-normalizer about the rest: Latin, Cyrillic, Japanese, Korean files."""
    from charset_normalizer import from_bytes

    best = from_bytes(
        sample,
        cp_isolation=["cp1252", "latin_1", "cp1250", "cp1251", "cp932", "cp949", "gb18030", "big5", "mac_roman"],
    ).best()
    if best is None:
        return None
    # A Western page with a few accents is told from its neighbours by nothing but custom.
    if sum(byte > 0x7F for byte in sample) < len(sample) // 10 and _try(sample, "cp1252") is not None:
        return "cp1252"
    return str(best.encoding)
