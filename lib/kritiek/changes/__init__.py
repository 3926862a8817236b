"""What a change in the sources does to the exhibits."""
