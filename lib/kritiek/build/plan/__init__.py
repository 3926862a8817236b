"""A plan: which exhibits with which parameters, held against the notebooks and the pinned case."""

from kritiek.build.plan.file import Plan, PlannedExhibit, load_plan, plan_names
from kritiek.build.plan.jobs import Job, prepare

__all__ = ["Job", "Plan", "PlannedExhibit", "load_plan", "plan_names", "prepare"]
