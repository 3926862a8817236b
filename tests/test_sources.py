"""The sources of our own data, whatever program saved them."""

import pickle
import re
import shutil
from pathlib import Path

import folders

from kritiek.sources import Sources, handed_on, remember

DATA = Path(__file__).parents[1] / "data"
# Words of one language that the other does not have.
WORDS = {"nl": {"de", "het", "een", "van", "niet", "zijn"}, "en": {"the", "of", "and", "not", "with", "a"}}


def test_fingerprints_hold_for_workbooks_as_libreoffice_saves_them(tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("mirror", "published"))
    for path in folder.glob("*.xlsx"):
        folders.save_like_libreoffice(path)
    assert Sources.load(folder).digests == Sources.load(DATA).digests


def test_of_two_folders_neither_is_checked_again_here_or_in_another_process(tmp_path):
    old, new = (folders.write_folder(tmp_path / name) for name in ("old", "new"))
    folders.write_csv(
        new / "sources.csv", [[field["name"] for field in folders.SOURCES], *folders.ROWS["sources"][::-1]]
    )
    before = [Sources.load(folder).table("sources") for folder in (old, new)]
    assert [id(Sources.load(folder).table("sources")) for folder in (old, new)] == [*map(id, before)]
    remember(pickle.loads(pickle.dumps(handed_on())))
    after = [Sources.load(folder).table("sources") for folder in (old, new)]
    assert all(one is not other and one.equals(other) for one, other in zip(before, after, strict=True))
    # A state that is gone takes no place of another folder.
    for place in ("a", "b", "c"):
        (new / f"{place}.csv").write_text("x\n", encoding="utf-8")
        Sources.load(new)
    assert Sources.load(old).table("sources") is after[0]


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
