"""How a notebook becomes part of a report: plans, parameters, running, freshness, verdicts."""
