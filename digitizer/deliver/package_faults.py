"""What is wrong with a package, before it is known which file it was."""


class BadPackage(Exception):
    """The sentence's part that says why, in the language spoken now."""
