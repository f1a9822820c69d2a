"""Incremental computation: facts, queries whose reads are recorded, and early cutoff."""

from briefings.engine.engine import Engine, current_source, query

__all__ = ["Engine", "current_source", "query"]
