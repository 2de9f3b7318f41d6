"""Tests of what is recognised in a text."""
