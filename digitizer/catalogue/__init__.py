"""The catalogue: schema and migrations, one writer, search, audit chain."""
