"""Notebooks in, executed notebooks out: warm in a few processes, or isolated in kernels."""
