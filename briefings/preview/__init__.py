"""What merging would make public: the site of now beside that of another commit."""

from briefings.preview.ahead import Lift, lifts
from briefings.preview.base import NoBase, content_at
from briefings.preview.compare import Preview, compared
from briefings.preview.show import markdown, scheduled, text

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
