"""A page of each format of an appendix as a picture, for the README: uv run python tests/make_pictures.py [PLAN]

Wants what a build made in reports/<plan>/appendix, and the programs that show it: LibreOffice, pdftoppm and Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "reports" / "pictures"
DOTS_PER_INCH = "60"
PAGE = {"docx": 6, "pdf": 5, "xlsx": 3}  # one that shows a table
# With our own Carlito, which is as wide as the Calibri that Word has, on systems without either.
FONTS = f"""<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>{ROOT / "lib" / "kritiek" / "appendix" / "paper" / "fonts"}</dir></fontconfig>"""


def page_of(document: Path, number: int, target: Path) -> None:
    """One page of a document as PNG; what is no PDF is made one by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        if document.suffix != ".pdf":
            office = shutil.which("soffice") or sys.exit("LibreOffice (soffice) is not installed.")
            profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
            command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(document)]
            known = Path(folder) / "fonts.conf"
            known.write_text(FONTS, encoding="utf-8")
            given = {**os.environ, "FONTCONFIG_FILE": str(known)}
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=given)
            document = Path(folder) / f"{document.stem}.pdf"
        command = ["pdftoppm", "-png", "-singlefile", "-r", DOTS_PER_INCH, "-f", str(number), "-l", str(number)]
        subprocess.run([*command, str(document), str(target.with_suffix(""))], check=True)


def web_page(page: Path, target: Path) -> None:
    """The top of a web page as PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = browsers.chromium.launch(executable_path=program)
        opened = browser.new_page(viewport={"width": 900, "height": 640})
        opened.goto(f"{page.as_uri()}#table_14")
        opened.screenshot(path=target)
        browser.close()


def main(plan: str) -> None:
    """Make every picture anew."""
    made = ROOT / "reports" / plan / "appendix"
    PICTURES.mkdir(exist_ok=True)
    for kind, number in PAGE.items():
        page_of(made / f"{plan}.nl.{kind}", number, PICTURES / f"{kind}.png")
    web_page(next((made / "html").glob("*nl*.html"), made / "html" / "index.html"), PICTURES / "html.png")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["normalisatie-2026"]))
