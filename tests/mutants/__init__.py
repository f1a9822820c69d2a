"""The code with one thing wrong, thousands of times: does a test notice? `make mutants`."""
