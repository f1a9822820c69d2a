"""Markdown bodies: safe HTML, citations, headings, links, and every fault with its place."""

from briefings.markup.render import render
from briefings.markup.safe import absolute
from briefings.markup.values import Body, Heading, Link

__all__ = ["Body", "Heading", "Link", "absolute", "render"]
