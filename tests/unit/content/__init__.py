"""Tests of the content as files."""
