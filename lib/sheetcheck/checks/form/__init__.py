"""A raw table in, the place of its columns and records out."""
