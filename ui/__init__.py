"""The window: shows and asks. Holds no SQL and decides nothing about pages or records."""
