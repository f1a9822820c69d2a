"""Split a content file into front matter, a tree of text with line numbers, and its body.

No value is interpreted: each is the text that was typed, and what YAML would drop or convert is a
fault at its line. One run finds all syntax faults of a file.
"""
