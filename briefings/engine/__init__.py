"""Incremental computation: facts, queries whose reads are recorded, and early cutoff."""

from briefings.engine.engine import Engine, current_source, query
from briefings.engine.tracked import (
    TrackedContent,
    TrackedFields,
    TrackedRecord,
    retracked,
    tracked,
)

__all__ = [
    "Engine",
    "TrackedContent",
    "TrackedFields",
    "TrackedRecord",
    "current_source",
    "query",
    "retracked",
    "tracked",
]
