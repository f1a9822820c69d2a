"""Compare the site with that of another commit, to show what merging would make public."""

from briefings.preview.compare import NoBase, compared
from briefings.preview.public_state import Lift, Preview, lifts
from briefings.preview.report import markdown, scheduled, text

__all__ = ["Lift", "NoBase", "Preview", "compared", "lifts", "markdown", "scheduled", "text"]
