"""Compare the site with that of another commit, to show what merging would make public."""
