"""Describing records: profiles, code lists, dates, values and the rules they obey."""
