"""Trials of what the product promises, in large numbers: `python -m tests.torture`."""
