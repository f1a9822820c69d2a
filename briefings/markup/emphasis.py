"""Emphasis that loses no word."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import DelimiterProcessor

_Found = tuple[Element | None, int | None, int | None]


class Emphasis(DelimiterProcessor):
    """`*words*` and `**words**`; signs that Python-Markdown cannot pair stay as they are.

    Where a shorter run of signs closes a longer one (`*a**b*c`), the library (3.11.3) takes the
    letters behind for signs: the page lost the `c`, and with `*a**b*[c](d)` a whole link.
    """

    _last = 0  # where what is parsed at once ends, before anything was put in its place
    _offset = 0

    def handleMatch(self, m: re.Match[str], data: str) -> _Found:  # type: ignore[override]  # noqa: N802
        element, start, end = super().handleMatch(m, data)
        if element is None or _words("".join(element.itertext())) == _words(data[start:end]):
            return element, start, end
        # Passing over the first sign alone would have the rest parsed anew for each of them.
        self.reset()
        return None, m.start(), max(m.end(), min(self._last + self._offset, len(data)))

    def search(self, data: str, start: int) -> re.Match[str] | None:
        """The next sign that may pair; the library looks at each letter to find one."""
        for sign in self.compiled_re.finditer(data, start):
            delimiter = self.delimiters[sign[0]]
            found: re.Match[str] | None = delimiter.boundary.match(data, sign.start())
            if found is not None and (delimiter.stack or found.lastgroup != "end"):
                return found
        return None

    def _build_element(self, data: str, start: int = 0, offset: int = 0) -> tuple[Element, int]:
        if start == 0:
            self._last = max(region[3] for region in self.regions)
        self._offset = offset
        return super()._build_element(data, start, offset)  # type: ignore[misc,no-any-return]


def _words(text: str) -> str:
    return text.replace("*", "")
