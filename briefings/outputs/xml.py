"""Small XML documents, written by lxml: sitemaps and OPML."""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker


def maker(namespace: str | None = None) -> ElementMaker:
    """Return a maker of elements: `maker().p("text", child, name="value")`.

    It raises ValueError for text with control characters, which XML 1.0 cannot contain.
    """
    return ElementMaker(namespace=namespace, nsmap={None: namespace} if namespace else None)


def document(root: etree._Element) -> bytes:
    """Return the document in UTF-8, indented."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
