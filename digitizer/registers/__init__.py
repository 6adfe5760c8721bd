"""Registers and lists as Decree 30/2020/NĐ-CP forms them, to be printed, signed and bound."""
