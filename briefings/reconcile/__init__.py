"""Hold a trust's ratings on the site against the regulator's own records; nothing is written."""
