"""The sources of our own data, whatever program saved them."""

import shutil
from pathlib import Path

import folders

from kritiek.sources import Sources

DATA = Path(__file__).parents[1] / "data"


def test_fingerprints_hold_for_workbooks_as_libreoffice_saves_them(tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("mirror", "published"))
    for path in folder.glob("*.xlsx"):
        folders.save_like_libreoffice(path)
    assert Sources.load(folder).digests == Sources.load(DATA).digests
