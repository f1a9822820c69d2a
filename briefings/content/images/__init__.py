"""Remove metadata from images before they are published.

A photograph has metadata: place, time and device, often the photographer, and a thumbnail from
before it was cropped (Exif 3.0, XMP, IPTC-IIM, comments). None of it is published. Each format has
a list of the parts that affect how the image is shown; only these are kept, byte for byte, and
nothing is compressed again. Colour profiles are kept, and of Exif the orientation tag.
"""

from briefings.content.images import svg
from briefings.content.images.kinds import bare, kind_fault
from briefings.content.images.raster import BrokenImage

__all__ = ["HINT", "BrokenImage", "bare", "kind_fault", "svg"]

HINT = "save the picture again as a JPEG, PNG or WebP"
