"""Content files to records: the schema, dates, front matter, Markdown, and the loader."""
