"""Requests to other sites, for `build.py archive` and `build.py links`; no build makes one."""
