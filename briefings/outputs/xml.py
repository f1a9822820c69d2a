"""Small XML documents, written by lxml: sitemaps and OPML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree


@dataclass(frozen=True, slots=True)
class Node:
    """An XML element: its name, text, attributes and children."""

    name: str
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()


def document(root: Node, namespace: str | None = None) -> bytes:
    """Return the document in UTF-8, indented. `namespace` applies to every element.

    Raises ValueError for text with control characters, which XML 1.0 cannot contain.
    """
    data: bytes = etree.tostring(
        _element(root, None, namespace), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return data


def _element(node: Node, parent: etree._Element | None, namespace: str | None) -> etree._Element:
    name = f"{{{namespace}}}{node.name}" if namespace else node.name
    names = {None: namespace} if namespace else {}
    element = (
        # The stubs leave out None, which lxml takes for the default namespace.
        etree.Element(name, dict(node.attributes), nsmap=names)  # type: ignore[arg-type]
        if parent is None
        else etree.SubElement(parent, name, dict(node.attributes))
    )
    element.text = node.text
    for child in node.children:
        _element(child, element, namespace)
    return element
