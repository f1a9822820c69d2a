"""Comparison of texts as a reader sees them."""

from __future__ import annotations

import unicodedata

#: Zero-width characters, which nobody sees.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff"))


def same(text: str) -> str:
    """Return a normalised text: equal for texts that a reader sees as the same.

    Differences in case, in Unicode form (é as one character or two), in the kind and number of
    spaces, and in zero-width characters do not count.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_UNSEEN).split())
