"""Two states of a folder in; what differs, in words and in git, out."""
