"""The sources of our own data, whatever program saved them."""

import re
import shutil
from pathlib import Path

import folders

from kritiek.sources import Sources

DATA = Path(__file__).parents[1] / "data"
# Words of one language that the other does not have.
WORDS = {"nl": {"de", "het", "een", "van", "niet", "zijn"}, "en": {"the", "of", "and", "not", "with", "a"}}


def test_fingerprints_hold_for_workbooks_as_libreoffice_saves_them(tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("mirror", "published"))
    for path in folder.glob("*.xlsx"):
        folders.save_like_libreoffice(path)
    assert Sources.load(folder).digests == Sources.load(DATA).digests


def language_of(notes):
    """The language that most words of these notes are of."""
    said = re.findall(r"[a-z]+", " ".join(notes).lower())
    return max(WORDS, key=lambda language: sum(word in WORDS[language] for word in said))


def test_notes_are_in_the_language_that_their_column_names():
    sources = Sources.load(DATA)
    wrong = []
    for resource in sources.package.resources:
        notes = sources.table(resource.name)["note"].dropna().tolist() if "note" in resource.field_names else []
        english = notes and "In English." in resource.field("note").description["en"]
        if notes and language_of(notes) != ("en" if english else "nl"):
            wrong.append(resource.name)
    assert wrong == []
