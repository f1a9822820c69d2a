"""Tests: a folder for each room of the package; here, what spans several rooms."""
