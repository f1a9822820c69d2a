"""The HTML pages of the site: each a pure function of its view, which is a value."""
