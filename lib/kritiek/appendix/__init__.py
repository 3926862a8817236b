"""What goes into a report: one model made of executed notebooks, and a thin writer for each format."""
