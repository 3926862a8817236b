"""A project in; its plans, their exhibits and the parameters with their values out, for a person to choose from."""

from pathlib import Path

from kritiek.build.plan import Plan, load_plan, plan_names
from kritiek.build.plan.file import COMMON_PARAMETERS
from kritiek.build.plan.parameters import shown
from sheetcheck.faults import UserError
from sheetcheck.messages import say, wrapped


def listed(root: Path, plan: str | None = None) -> str:
    """Every plan with its title and exhibits, or one with the parameters of each, their values and what they may be.

    Raises PlanError for an unknown plan. A plan that cannot be read is listed with its fault.
    """
    if plan is not None:
        return _whole(load_plan(plan, root))
    lines = []
    for name in plan_names(root):
        try:
            known = load_plan(name, root)
        except UserError as error:
            lines.append(f"{name}: {str(error).splitlines()[0]}")
            continue
        lines.append(wrapped(f"{name}: {next(iter(known.title.values()))}"))
        lines.append(wrapped(f"  {', '.join(exhibit.name for exhibit in known.exhibits)}", "  "))
    return "\n".join([*lines, say("list.more")])


def _whole(plan: Plan) -> str:
    lines = [wrapped(f"{plan.name}: {' / '.join(plan.title.values())}")]
    for exhibit in plan.exhibits:
        lines.append(f"{exhibit.name}  ({exhibit.notebook})")
        for parameter in exhibit.declared:
            if parameter.name not in COMMON_PARAMETERS:
                value = shown(exhibit.values[parameter.name])
                lines.append(wrapped(f"    {parameter.name} = {value}  # {parameter.comment}".rstrip(" #"), " " * 8))
    return "\n".join(lines)
