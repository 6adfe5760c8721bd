"""What a record is and what may be done to it: masters, catalogue, queue, delivery. Never imports Qt."""

__version__ = "0.1.0"
