"""When two texts are the same to a reader."""

from __future__ import annotations

import unicodedata

#: Signs of no width, which nobody sees.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff"))


def same(text: str) -> str:
    """A text without what no reader sees: equal for texts that differ only in case, in Unicode
    form (é as one sign or two), in the kind and number of spaces, or in signs of no width."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_UNSEEN).split())
