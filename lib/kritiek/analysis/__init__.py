"""Frames in, frames out: one module for each subject. Nothing here knows a file."""
