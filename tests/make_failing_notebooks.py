"""Makes tests/notebooks/*_fail.ipynb: stored results that are wrong on purpose. Run it when table_04.ipynb changes."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
# name of the notebook: what stands in the good result, what the bad one says instead
FAULTS = {
    "changed_word_fail": ("Kobalt", "Kobolt"),
    "missing_row_fail": ("Antimoon", ""),
    "changed_count_fail": ("\n4", "\n5"),
}


def make(name: str, good: str, bad: str) -> Path:
    """Write table_04 with one stored result changed; raises ValueError when the good text is not in a result."""
    notebook = json.loads((ROOT / "notebooks" / "table_04.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    texts = [output["data"] for output in outputs if "text/plain" in output.get("data", {})]
    changed = 0
    for data in texts:
        text = "\n" + "".join(data["text/plain"])
        if good in text and (good[0] != "\n" or text == good):
            data["text/plain"] = text.replace(good, bad)[1:]
            changed += 1
    if not changed:
        raise ValueError(f"{name}: no stored result of table_04.ipynb holds {good!r}")
    target = ROOT / "tests" / "notebooks" / f"{name}.ipynb"
    target.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return target


if __name__ == "__main__":
    for name, (good, bad) in FAULTS.items():
        print(make(name, good, bad))
