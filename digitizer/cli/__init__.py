"""The command line: the same calls as the window, with stable names, JSON keys and exit codes."""
