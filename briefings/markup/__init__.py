"""Markdown bodies: safe HTML, citations, headings, links, and every fault with its place."""

from briefings.markup.render import render
from briefings.markup.safe import absolute
from briefings.markup.values import Body, Heading, Link, Quotation

__all__ = ["Body", "Heading", "Link", "Quotation", "absolute", "render"]
