"""How a notebook becomes part of a report: plans, parameters, running, freshness, verdicts."""

# The plan of the printed report: other plans take from it what they do not name.
PUBLISHED_PLAN = "normalisatie-2026"
