"""Renders Markdown bodies: safe HTML, headings, links, citations, and faults with positions."""
