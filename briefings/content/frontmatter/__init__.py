"""Split a content file into front matter, a tree of text with line numbers, and its body.

No value is interpreted: each is the text that was typed, and what YAML would drop or convert is a
fault at its line. One run finds all syntax faults of a file.
"""

from briefings.content.frontmatter.reading import SourceFile, read_markdown, read_yaml
from briefings.content.frontmatter.signs import strange
from briefings.content.frontmatter.spans import Node, spans
from briefings.content.frontmatter.tree import MAX_DEPTH, Loc, Mark, ValueTree

__all__ = [
    "MAX_DEPTH",
    "Loc",
    "Mark",
    "Node",
    "SourceFile",
    "ValueTree",
    "read_markdown",
    "read_yaml",
    "spans",
    "strange",
]
