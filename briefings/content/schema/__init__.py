"""The content schema: one frozen dataclass for the front matter of each kind of file.

Fields are defined here and nowhere else: the JSON Schemas, the snippets and the questions of
`new` are derived from these classes. pydantic puts the docstring of each dataclass and the text of
each `doc(…)` into the JSON Schemas as descriptions, so both are written for editors.
"""
