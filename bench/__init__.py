"""Benchmarks with printed ratios; never part of the test run."""
