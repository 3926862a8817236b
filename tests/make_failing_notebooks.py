"""Makes tests/notebooks/*_fail.ipynb: stored results that are wrong on purpose. Run it when table_04.ipynb changes."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "notebooks"
# name of the notebook: what stands in the good result, what the bad one says instead
FAULTS = {
    "changed_word_fail": ("Kobalt", "Kobolt"),
    "missing_row_fail": ("Antimoon\n", ""),
    "changed_count_fail": ("4 of 4 cells", "4 of 5 cells"),
}


def failing(good: str, bad: str) -> str:
    """The text of table_04.ipynb with one stored result changed; ValueError when no result holds the good text."""
    notebook = json.loads((ROOT / "notebooks" / "table_04.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    results = [output["data"] for output in outputs if good in "".join(output.get("data", {}).get("text/plain", ""))]
    if not results:
        raise ValueError(f"no stored result of table_04.ipynb holds {good!r}")
    results[0]["text/plain"] = "".join(results[0]["text/plain"]).replace(good, bad)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name, change in FAULTS.items():
        (FOLDER / f"{name}.ipynb").write_text(failing(*change), encoding="utf-8", newline="\n")
