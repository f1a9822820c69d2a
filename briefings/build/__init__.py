"""Building again: what is as it was is neither read, judged, rendered nor written.

`inputs` says which files have changed, `standing` keeps what the last build knew, and the rest
finds the shortest way from there that leads to the same bytes as building from nothing.
"""
