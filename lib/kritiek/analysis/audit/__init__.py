"""Rules that find where a document contradicts itself, its sources or another document; one module a family."""
