"""Renders Markdown bodies: safe HTML, headings, links, citations, and faults with positions."""

from briefings.content.markdown.body import Body, Heading, Link, Quotation
from briefings.content.markdown.render import render
from briefings.content.markdown.sanitizer import absolute

__all__ = ["Body", "Heading", "Link", "Quotation", "absolute", "render"]
