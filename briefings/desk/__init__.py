"""The desk: forms for content files, made from the schema and from the text of a file."""
