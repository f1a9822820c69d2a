"""Every file of the site: pages, feeds, downloads, the search index, and files for hosts."""
