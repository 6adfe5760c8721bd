"""A page image in, a clean page and its text out. Values and arrays; no database, no Qt, no user."""
