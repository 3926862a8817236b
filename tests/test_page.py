"""The web page of an appendix: the content of the exhibits, whole without scripts, and usable by everyone with them."""

import base64
import csv
import hashlib
import re
import shutil
from html.parser import HTMLParser
from urllib.parse import urlsplit

import openpyxl
import pytest

from appendix_cases import (
    CONTROLS,
    CONTROLS_SHOWN,
    NASTY,
    PLANS,
    appendix,
    entry,
    expected,
    long_appendix,
    nasty_appendix,
    real,
    table,
)
from kritiek.appendix import to_html
from kritiek.appendix.words import WORDS, same, words
from kritiek.exhibits.trace import traces

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = "no Chromium on this machine to look at the page with"
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class Page(HTMLParser):
    """What a page shows: its tables by exhibit, the languages of their cells, its attributes and its visible text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.languages, self.tags, self.words = {}, {}, [], []
        self._rows = self._cell = None
        self._in = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        self._in.append(tag)
        if tag == "table" and "data-exhibit" in found:
            self._rows = self.tables[found["data-exhibit"]] = []
        if tag == "tr" and self._rows is not None:
            self._rows.append([])
        if tag in ("td", "th") and self._rows is not None:
            self._cell = []
            self._language = found.get("lang")

    def handle_endtag(self, tag):
        if tag in self._in:
            del self._in[len(self._in) - 1 - self._in[::-1].index(tag) :]
        if tag in ("td", "th") and self._cell is not None:
            self._rows[-1].append("".join(self._cell))
            self.languages[self._rows[-1][-1]] = self._language
            self._cell = None
        if tag == "table":
            self._rows = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)
        if not {"script", "style"} & set(self._in):
            self.words.append(data)

    @property
    def said(self):
        return "".join(self.words)


def page(made, language="nl"):
    return Page(to_html.html(made, language))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("plan", PLANS)
def test_every_cell_of_every_exhibit_is_that_of_the_table_object(plan, language):
    made = real(plan)
    if language not in made.languages:
        pytest.skip("the plan has no such language")
    found = page(made, language)
    assert list(found.tables) == [one.name for one in made.exhibits if not one.is_empty]
    for one in made.exhibits:
        assert found.tables[one.name] == expected(one, language), one.name
        for text in (one.heading(language), *one.exhibit.in_language(language).below()):
            assert flat(text) in flat(found.said), one.name


def flat(text):
    return "".join(text.split())


def test_texts_that_look_like_something_else_are_shown_to_the_letter():
    found = page(nasty_appendix())
    (rows,) = found.tables.values()
    assert [row[1] for row in rows[1:]] == list(NASTY.values())
    everything = " ".join(text.replace("\n", " ") for text in NASTY.values())
    # Title, introduction, closing, caption and a label.
    assert found.said.count(everything) >= 5
    assert {name for name, _ in found.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "a", "header", "nav", "p", "h1", "h2", "ol", "li", "main"),
        *("section", "span", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "form"),
        *("label", "input", "footer", "dialog", "button", "script", "time", "strong", "ul"),
    }


def test_the_number_of_a_table_in_the_introduction_and_the_closing_words_leads_to_it():
    told = words("Zie Tabel 1, niet Tabel 11 & <b>.", "See Table 1.")
    made = appendix(entry(table([["a", "b"]], name="first")), introduction=told, closing=told)
    text = to_html.html(made, "nl")
    assert text.count('<p>Zie <a href="#first">Tabel\u00a01</a>, niet Tabel\u00a011 &amp; &lt;b&gt;.</p>') == 2
    assert ("section", "first") in [(tag, found.get("id")) for tag, found in Page(text).tags]


def test_control_characters_are_shown_by_their_signs():
    (rows,) = page(appendix(entry(table([["a", CONTROLS]])))).tables.values()
    assert rows[1][1] == CONTROLS_SHOWN


def test_long_cells_and_long_tables_are_whole():
    made = long_appendix()
    found = page(made)
    assert [len(rows) for rows in found.tables.values()] == [2001, 2]
    assert found.tables["second"] == expected(made.exhibits[1], "nl")


def test_an_exhibit_without_rows_says_so_and_shows_no_table():
    found = page(appendix(entry(table([]))))
    assert found.tables == {}
    assert WORDS["no_rows"]["nl"] in found.said


def test_cells_are_as_wide_as_their_column_asks_for():
    rows = [
        ["CEN/TC 459/SC 11", "een zin van gewone lengte, maar langer dan een regel van zestig", "twee woorden erbij"]
    ]
    found = page(appendix(entry(table([*rows, ["x", "y", "z"]], ("one", "two", "three")))))
    looks = [dict(attributes).get("class") for name, attributes in found.tags if name == "td"]
    assert looks[:3] == ["short", "prose", None]


def test_what_exists_only_in_dutch_is_tagged_as_dutch_on_an_english_page():
    made = appendix(entry(table([["alleen Nederlands", "✓"]])))
    assert page(made, "en").languages["alleen Nederlands"] == "nl"
    assert page(made, "en").languages["✓"] is None
    assert page(made, "nl").languages["alleen Nederlands"] is None


def test_every_table_has_a_caption_and_every_heading_its_scope():
    found = page(real("normalisatie-2026"))
    tables = sum(tag == "table" for tag, _ in found.tags)
    assert sum(tag == "caption" for tag, _ in found.tags) == tables > 20
    assert all(attributes.get("scope") == "col" for tag, attributes in found.tags if tag == "th")


def test_the_page_loads_nothing_and_its_policy_allows_its_own_scripts_to_the_letter():
    html = to_html.html(real("normalisatie-2026"), "nl")
    found = Page(html)
    for tag, attributes in found.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        assert "src" not in attributes or attributes["src"].startswith("data:image/svg+xml;base64,"), tag
        assert tag not in ("link", "iframe", "object", "embed", "base")
        # Where a reader may go on to: within the page, to its other language and to its downloads.
        assert not urlsplit(attributes.get("href", "")).netloc, attributes
    policy = next(attributes["content"] for tag, attributes in found.tags if "http-equiv" in attributes)
    assert "default-src 'none'" in policy and "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.S)
    assert len(scripts) == 2
    for script in scripts:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy


def test_the_same_appendix_gives_the_same_page():
    made = real("batterijen")
    assert to_html.html(made, "nl") == to_html.html(made, "nl")


def test_the_first_language_is_the_index_and_the_other_is_one_click_away(tmp_path):
    made = appendix(entry(table([["a", "b"]])))
    names = {file.name for language in made.languages for file in to_html.write(made, language, tmp_path)}
    assert {"index.html", "en.html"} <= names
    for language, other in (("nl", "en.html"), ("en", "index.html")):
        links = [attributes.get("href") for tag, attributes in page(made, language).tags if tag == "a"]
        assert other in links


def test_each_exhibit_can_be_had_as_csv_and_as_a_workbook(tmp_path):
    made = appendix(entry(table([["a", "<b>"]])))
    to_html.write(made, "nl", tmp_path)
    found = Page((tmp_path / "html" / "index.html").read_text(encoding="utf-8"))
    files = [tmp_path / "html" / attributes["href"] for _, attributes in found.tags if "download" in attributes]
    assert [file.name for file in files] == ["trial.nl.csv", "trial.nl.xlsx"]
    with files[0].open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == expected(made.exhibits[0], "nl")
    assert openpyxl.load_workbook(files[1])["Tabel 1"]["B3"].value == "<b>"


# In a browser


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip(NO_BROWSER)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        # The sandbox of Chromium does not start for an administrator, as which a CI may run.
        found = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages of the report, a nasty one and a long one, on disk."""
    root = tmp_path_factory.mktemp("pages")
    made = {"report": real("normalisatie-2026"), "nasty": nasty_appendix(), "long": long_appendix(), "typed": typed()}
    for name, one in made.items():
        for language in one.languages:
            to_html.write(one, language, root / name)
    return root


def typed():
    rows = [["TC 105", "10,5", "Zink"], ["TC 17", "9", "één"], ["TC 2", "", "antimoon"]]
    exhibit = table(rows, ("code", "share", "word"), labels=[same("Code"), same("Share"), same("Word")])
    return appendix(entry(exhibit))


@pytest.fixture
def opened(browser, folder):
    """Opens a page and gives it with what it asked for and what went wrong in it."""
    contexts = []

    def open_page(name, file="index.html", **options):
        context = browser.new_context(**{"viewport": SCREEN, **options})
        contexts.append(context)
        shown = context.new_page()
        shown.asked, shown.wrong = [], []
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.on("console", lambda message: shown.wrong.append(message.text))
        shown.on("pageerror", lambda error: shown.wrong.append(str(error)))
        shown.on("dialog", lambda dialog: (shown.wrong.append("a dialog"), dialog.dismiss()))
        shown.goto((folder / name / "html" / file).as_uri())
        return shown

    yield open_page
    for context in contexts:
        context.close()


def column(shown, table, number):
    return shown.locator(f"#{table}-table tbody td:nth-child({number})")


def expect(found):
    """Waits a little for what is expected: a table is sorted after the click, not during it."""
    from playwright.sync_api import expect

    return expect(found)


@pytest.mark.parametrize("name", ["report", "nasty", "long"])
def test_nothing_is_asked_for_and_nothing_goes_wrong(opened, name):
    shown = opened(name)
    assert [url for url in shown.asked if not url.startswith("data:")] == [shown.url]
    assert shown.wrong == []
    assert shown.evaluate("document.documentElement.classList.contains('ready')")


def test_a_nasty_cell_is_still_to_the_letter_after_sorting_searching_and_looking(opened):
    shown = opened("nasty")
    shown.locator("#trial-table th").nth(1).click()
    cells = shown.locator("#trial-table tbody td:nth-child(2)")
    assert sorted(cells.evaluate_all("cells => cells.map(cell => cell.textContent)")) == sorted(NASTY.values())
    shown.get_by_label("Zoeken").fill("<script>")
    assert cells.evaluate_all("cells => cells.map(cell => cell.textContent)") == [NASTY["script"]]
    cells.first.click()
    assert shown.locator("#trace .shown").inner_text() == NASTY["script"]
    assert (shown.wrong, len(shown.asked)) == ([], 1)


def test_columns_sort_by_value_and_back_and_say_so(opened):
    shown = opened("typed")
    heads = shown.locator("#trial-table th")
    heads.nth(0).click()
    expect(column(shown, "trial", 1)).to_have_text(["TC 2", "TC 17", "TC 105"])
    expect(heads.nth(0)).to_have_attribute("aria-sort", "ascending")
    heads.nth(1).click()
    expect(column(shown, "trial", 2)).to_have_text(["", "9", "10,5"])
    heads.nth(1).click()
    expect(column(shown, "trial", 2)).to_have_text(["10,5", "9", ""])
    expect(heads.nth(1)).to_have_attribute("aria-sort", "descending")
    heads.nth(2).click()
    expect(column(shown, "trial", 3)).to_have_text(["antimoon", "één", "Zink"])


def test_a_search_keeps_the_rows_that_hold_all_its_words_and_counts_them(opened):
    shown = opened("report")
    tools = shown.locator('.tools[data-for="table_14"]')
    tools.get_by_label("Zoeken").fill("magneten china")
    rows = shown.locator("#table_14-table tbody tr").all_inner_texts()
    assert rows and all("magneten" in row.lower() and "china" in row.lower() for row in rows)
    assert tools.get_by_role("status").inner_text() == f"Rijen: {len(rows)} van 20"
    tools.get_by_label("Zoeken").fill("dit staat nergens")
    assert shown.locator("#table_14-table tbody").inner_text() == WORDS["zero"]["nl"]


def test_filters_keep_the_rows_of_an_audience_and_of_a_body_together(opened):
    shown = opened("report")
    tools = shown.locator('.tools[data-for="table_14"]')
    tools.get_by_label("Doelgroep").select_option("Overheid")
    of_audience = shown.locator("#table_14-table tbody tr").count()
    assert 0 < of_audience < 20
    tools.get_by_label("Organisatie").select_option("ISO")
    committees = column(shown, "table_14", 1).all_inner_texts()
    assert 0 < len(committees) < of_audience
    assert all("ISO" in text for text in committees)


def test_a_cell_tells_its_source_cells_by_click_and_by_key(opened):
    shown = opened("report")
    exhibit = next(one.exhibit for one in real("normalisatie-2026").exhibits if one.name == "table_01")
    row = next(number for number, (first, *_) in enumerate(traces(exhibit)) if any(one.note for one in first.cells))
    shown.locator("#table_01-table tbody tr").nth(row).locator("td").first.click()
    told = shown.locator("#trace")
    assert told.is_visible()
    sources = exhibit.trace(row + 1, 1).cells
    assert sources and all(
        flat(text) in flat(told.inner_text()) for one in sources for text in (one.place, one.locator, one.note)
    )
    shown.keyboard.press("Escape")
    assert not told.is_visible()
    # The focus is back on the cell, and the arrows go on from there.
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        shown.keyboard.press(key)
    assert shown.locator("#trace-heading").inner_text() == f"Tabel 1, rij {row + 2}, Kritiek"


def test_after_sorting_a_cell_still_tells_its_own_source_cells(opened):
    shown = opened("report")
    shown.locator("#table_01-table th").first.click()
    cell = shown.locator("#table_01-table tbody td", has_text="Wolfraam (W)")
    cell.click()
    assert "Wolfraam (W)" in shown.locator("#trace table").inner_text()


def test_everything_can_be_done_with_the_keyboard_alone(opened):
    shown = opened("typed")
    seen = []
    for _ in range(25):
        shown.keyboard.press("Tab")
        seen.append(shown.evaluate("[document.activeElement.tagName, document.activeElement.textContent.trim()]"))
    names = [name for name, _ in seen]
    assert seen[0] == ["A", WORDS["skip"]["nl"]]
    assert "INPUT" in names and ["TD", "TC 105"] in seen
    head = shown.locator("#trial-table th").first
    head.focus() if head.get_attribute("tabindex") else head.locator("[tabindex]").first.focus()
    shown.keyboard.press("Enter")
    expect(column(shown, "trial", 1)).to_have_text(["TC 2", "TC 17", "TC 105"])


@pytest.mark.parametrize(
    ("name", "file", "scheme"),
    [("report", "index.html", "light"), ("report", "en.html", "dark"), ("nasty", "index.html", "dark")],
)
def test_axe_finds_nothing_to_mend(opened, name, file, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    shown = opened(name, file, color_scheme=scheme)
    found = axe.Axe().run(shown)
    assert found.violations_count == 0, found.generate_report()
    shown.locator("table[data-exhibit] tbody td").first.click()
    assert axe.Axe().run(shown).violations_count == 0


def test_the_accessibility_tree_reads_as_an_appendix(opened):
    tree = opened("typed").locator("body").aria_snapshot()
    for line in (
        '- link "Naar de tabellen en figuren"',
        '- heading "Bijlage over alles" [level=1]',
        '- region "Tabel 1 Een proef & meer"',
        """- 'columnheader "Code Code: sorteren"'""",
        '- searchbox "Zoeken"',
        '- gridcell "TC 105"',
        '- status: "Rijen: 3 van 3"',
    ):
        assert line in tree, tree


def test_without_scripts_everything_is_there_and_no_tool_that_does_nothing(opened):
    shown = opened("report", java_script_enabled=False)
    made = real("normalisatie-2026")
    said = flat(shown.locator("main").inner_text())
    for one in made.exhibits:
        if one.figure is None:
            assert all(flat(cell) in said for row in expected(one, "nl") for cell in row), one.name
    assert not shown.locator(".tools, .hint, dialog").filter(visible=True).count()
    assert shown.locator("img").count() == sum(one.figure is not None for one in made.exhibits)


@pytest.mark.parametrize("file", ["index.html", "en.html"])
def test_on_a_phone_nothing_sticks_out_but_tables_that_scroll(opened, file):
    shown = opened("report", file, viewport=PHONE)
    assert shown.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    out = shown.evaluate(
        """() => [...document.querySelectorAll("body *")]
        .filter((one) => !one.closest(".scroll, .skip, dialog, .hidden") && one.checkVisibility())
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert out == []


def test_pictures_have_words_for_who_does_not_see_them(opened):
    shown = opened("report")
    texts = shown.locator("figure img").evaluate_all("images => images.map(image => [image.alt, image.naturalWidth])")
    assert texts and all(len(alt) > 40 and width > 300 for alt, width in texts)


def test_on_paper_there_are_no_tools_and_the_heads_are_repeated(opened):
    shown = opened("typed")
    shown.emulate_media(media="print")
    assert not shown.locator(".tools, .languages, .downloads, .permalink, .hint").filter(visible=True).count()
    assert shown.locator(".head").first.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
    assert shown.locator("thead").first.evaluate("one => getComputedStyle(one).display") == "table-header-group"


def test_two_thousand_rows_are_sorted_as_they_should_be(opened):
    shown = opened("long")
    shown.locator("#trial-table th").first.click()
    shown.locator("#trial-table th").first.click()
    expect(column(shown, "trial", 1).first).to_have_text("rij 2000")
    assert column(shown, "trial", 1).all_inner_texts()[:3] == ["rij 2000", "rij 1999", "rij 1998"]


def test_dates_and_drafts_are_said(opened):
    made = appendix(entry(table([["a", "b"]])), is_draft=True, faults=(words("Oud.", "Old."),))
    found = page(made)
    assert "24 november 2026" in found.said
    assert WORDS["draft"]["nl"] in found.said and "Oud." in found.said
