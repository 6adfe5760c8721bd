"""Copies of a workspace on other media: made, proven, asked for in time, and brought back."""
