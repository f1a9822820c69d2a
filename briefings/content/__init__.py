"""Content files to records: loader, front matter, Markdown, schema, dates and images."""
