"""Every file of the site: pages, feeds, downloads, the search index and what hosts read."""
