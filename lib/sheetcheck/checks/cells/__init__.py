"""A cell and its column in, its value or what is wrong with it out."""
