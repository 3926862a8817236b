"""The two writers for paper, Word and PDF, and what they share: the languages of a text and the layout of a table."""
