"""Small XML documents, written by lxml: sitemaps and OPML. And other links for an HTML page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree, html
from lxml.builder import ElementMaker


def maker(namespace: str | None = None) -> ElementMaker:
    """Return a maker of elements: `maker().p("text", child, name="value")`.

    It raises ValueError for text with control characters, which XML 1.0 cannot contain.
    """
    return ElementMaker(namespace=namespace, nsmap={None: namespace} if namespace else None)


def document(root: etree._Element) -> bytes:
    """Return the document in UTF-8, indented."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def relinked(page: bytes, link: Callable[[str], str]) -> bytes:
    """Return an HTML page without its scripts, and with `link(address)` for each link."""
    tree: Any = html.document_fromstring(page)
    for script in tree.xpath("//script"):
        script.drop_tree()
    for element in tree.xpath("//*[@srcset]"):
        del element.attrib["srcset"]  # rewrite_links does not know it; `src` says the same
    tree.rewrite_links(link, resolve_base_href=False)
    written: bytes = html.tostring(tree, encoding="utf-8", doctype="<!doctype html>")
    return written
