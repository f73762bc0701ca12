"""Radicals and compatibility forms, as the ideographs that a reader takes them for.

Text layers of PDF files often hold ``⾮⼩细胞肺癌`` (radicals) for ``非小细胞肺癌``.  Unicode
decomposes the Kangxi radicals and the compatibility ideographs one for one; for the
supplement it mostly gives no decomposition, hence the list (after Unicode's
``EquivalentUnifiedIdeograph``).
"""

from __future__ import annotations

import unicodedata

__all__ = ["RADICALS"]

# U+2E80 to U+2EF3; U+2E9A is not assigned.
_SUPPLEMENT = (
    "冫厂乛乚乙亻冂几刀刂卜㔾小小兀尣尢尢巳幺彑彐忄心扌攵\u2e9a旡日月歺母"
    "民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒㓁㓁罒羊羊羊耂肀聿肉臼艹艹"
    "艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠飠"
    "饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)


def _build() -> dict[int, str]:
    table = {0x2E80 + n: sign for n, sign in enumerate(_SUPPLEMENT) if ord(sign) != 0x2E80 + n}
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and ord(plain) != code:
            table[code] = plain
    return table


RADICALS: dict[int, str] = _build()
"""Code point of a radical or compatibility form, and the ideograph it is read as."""
