"""A static site generator for public inspection briefings."""

__version__ = "1.0.0"
