"""Markdown bodies: safe HTML, citations, headings, links, and every fault with its place."""

from briefings.content.markdown.body import Body, Heading, Link, Quotation
from briefings.content.markdown.render import render
from briefings.content.markdown.sanitizer import absolute

__all__ = ["Body", "Heading", "Link", "Quotation", "absolute", "render"]
