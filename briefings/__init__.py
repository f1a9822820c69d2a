"""A static site generator for public inspection briefings."""

__version__ = "0.1.0"
