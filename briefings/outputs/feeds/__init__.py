"""All feeds of the site: RSS, a JSON Feed of the main one, an OPML list and a calendar."""
