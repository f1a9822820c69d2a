"""What merging would make public: compare the site with that of another commit."""

from briefings.preview.base_commit import NoBase, content_at
from briefings.preview.compare import Preview, compared
from briefings.preview.report import markdown, scheduled, text
from briefings.preview.upcoming import Lift, lifts

__all__ = [
    "Lift",
    "NoBase",
    "Preview",
    "compared",
    "content_at",
    "lifts",
    "markdown",
    "scheduled",
    "text",
]
