"""A folder in; what is made of it for readers and catalogues out: codebook, mirror, metadata."""
