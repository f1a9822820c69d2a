"""Tests mirror the code: `test_<module>.py` for each module of the package."""
