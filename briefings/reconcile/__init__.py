"""Compare a trust's ratings on the site with the regulator's own records; nothing is written."""
