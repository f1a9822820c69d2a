"""Bytes of a content file → front matter as a tree of text with a place for everything, and a body.

Nothing is guessed: every value stays the text that was typed, and what YAML would drop or turn into
something else is a fault at its line. All faults of syntax of a file are found in one run.
"""

from briefings.content.frontmatter.reading import SourceFile, read_markdown, read_yaml
from briefings.content.frontmatter.signs import strange
from briefings.content.frontmatter.tree import MAX_DEPTH, Loc, Mark, ValueTree

__all__ = [
    "MAX_DEPTH",
    "Loc",
    "Mark",
    "SourceFile",
    "ValueTree",
    "read_markdown",
    "read_yaml",
    "strange",
]
