"""Incremental builds: only what changed inputs affect is read, checked, rendered and written.

`inputs` finds the changed files, `changes` the facts that differ, and `store` keeps the state of
the last build. `pipeline` runs a build; its output equals that of a build from nothing.
"""
