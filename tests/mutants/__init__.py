"""Mutation testing with mutmut (`make mutants`): does a test notice each change of the code?"""
