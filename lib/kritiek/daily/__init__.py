"""The verbs of every day that put the others together: how things stand, finishing an edit, and what there is."""
