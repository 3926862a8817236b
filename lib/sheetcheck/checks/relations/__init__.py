"""Typed tables in; what is wrong between rows and between tables out."""
