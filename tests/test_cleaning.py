"""Page furniture goes, with its reason; a sentence of an essay never does."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant.cleaning import rule_for, rules
from assistant.lines import plain
from assistant.structure import read_document
from assistant.types import Metadata

CASES = tomllib.loads((Path(__file__).parent / "data" / "furniture_cases.toml").read_text(encoding="utf-8"))

TITLE = "Wat een polder is"
ONE = "Een polder is een stuk land dat door een dijk van het omringende water is afgesloten, en dat is alles."
TWO = "Zonder gemaal of molen loopt zo'n polder in een paar weken vol, want het water wil altijd omlaag."
THREE = "Wie wil begrijpen waarom Nederlanders zo graag overleggen, moet op een dijk beginnen en niet in Den Haag."
FOUR = "Droge voeten zijn geen bezit maar een afspraak, en een afspraak vervalt als niemand haar nakomt."
COMMENT = "Mooi stuk, maar ik mis de rol van de windmolens, die in mijn streek toch het meeste werk hebben gedaan."


def removed(*parts: str, metadata: Metadata | None = None) -> list[tuple[str, str]]:
    """What is left out of a page whose parts stand apart by a blank line, with the reasons."""
    text = "\n\n".join(parts)
    document = read_document("essay.txt", text, metadata or Metadata(title=TITLE))
    return [(text[block.start : block.end], block.reason) for block in document.blocks if block.kind == "removed"]


@pytest.mark.parametrize("case", CASES["must_match"], ids=lambda case: case["line"])
def test_furniture_matches(case: dict[str, str]) -> None:
    """A line of page furniture matches a rule, and the first that fits gives its reason."""
    rule = rule_for(plain(case["line"]))
    assert rule is not None
    assert rule.reason == case["reason"]


@pytest.mark.parametrize("line", CASES["must_not_match"], ids=str)
def test_essay_lines_do_not_match(line: str) -> None:
    """A line that may be a sentence or a heading of an essay matches no rule."""
    assert rule_for(plain(line)) is None


def test_every_reason_has_a_case() -> None:
    """Every reason for removing a line has a line that shows it."""
    assert {rule.reason for rule in rules()} == {case["reason"] for case in CASES["must_match"]}


def test_essay_without_furniture() -> None:
    """Of a page that is all essay nothing is left out."""
    assert removed(TITLE, ONE, "Een kop", TWO, THREE, FOUR) == []


def test_what_stands_above_the_title() -> None:
    """Short lines above the title go; running text there stays, since it may be the introduction."""
    assert removed("Het Zaterdagblad", ONE, TITLE, TWO) == [("Het Zaterdagblad", "above the title")]


def test_tail_ends_the_essay() -> None:
    """All that stands below the place where readers write is gone, prose of comments too."""
    assert removed(TITLE, ONE, TWO, THREE, FOUR, "Geef een reactie", COMMENT, "Einde") == [
        ("Geef een reactie", "comment form"),
        (COMMENT, "after the end of the essay"),
        ("Einde", "after the end of the essay"),
    ]


def test_tail_is_not_believed_above_an_essay() -> None:
    """A link to the comment form above an essay takes no sentence of it along."""
    assert removed(TITLE, "Geef een reactie", ONE, TWO, THREE, FOUR) == [("Geef een reactie", "comment form")]


def test_tail_is_not_believed_in_the_first_half() -> None:
    """Where most of the prose stands below such a line, and nobody comments there, it ends nothing."""
    assert removed(TITLE, ONE, "Geef een reactie", TWO, THREE, FOUR) == [("Geef een reactie", "comment form")]


def test_comments_longer_than_the_essay() -> None:
    """Comments go however long they are, where a line says who wrote them."""
    comments = ["3 reacties", "Jan de Vries schreef op 12 mei 2019 om 14:03:", COMMENT, COMMENT, COMMENT]
    assert [line for line, _ in removed(TITLE, ONE, *comments)] == comments


def test_share_button_above_an_essay() -> None:
    """A share button above an essay takes only itself along."""
    assert removed(TITLE, "Deel dit bericht", ONE, TWO) == [("Deel dit bericht", "share buttons")]


def test_share_button_below_an_essay() -> None:
    """A share button below an essay ends it where furniture follows."""
    assert removed(TITLE, ONE, TWO, THREE, "Deel dit bericht\nFacebook", "Terug naar boven") == [
        ("Deel dit bericht", "share buttons"),
        ("Facebook", "after the end of the essay"),
        ("Terug naar boven", "navigation"),
    ]


def test_form_takes_its_labels_along() -> None:
    """The short lines right under a form go with it; what stands apart below it stays."""
    form = "Schrijf je in voor onze nieuwsbrief\nVoornaam en achternaam\nWoonplaats"
    assert removed(TITLE, ONE, form, TWO, THREE, FOUR) == [
        ("Schrijf je in voor onze nieuwsbrief", "newsletter form"),
        ("Voornaam en achternaam", "newsletter form"),
        ("Woonplaats", "newsletter form"),
    ]


def test_menu_goes_as_a_whole() -> None:
    """A word that might be a heading goes where it stands in a menu, among lines that are furniture."""
    menu = "Ga naar de inhoud\nHome\nContact"
    assert [line for line, _ in removed(menu, TITLE, ONE, metadata=Metadata(keep=(TITLE,)))] == menu.split("\n")


def test_list_is_no_menu() -> None:
    """A list of an essay stays, also where one of its items reads as furniture or furniture stands right below it."""
    assert removed(TITLE, ONE, "• Contact met de klant\n• Facebook\n• Lef tonen", TWO) == []
    below = removed(TITLE, "• Lef tonen\n• Moed houden\nDeel dit bericht", ONE, TWO)
    assert below == [("Deel dit bericht", "share buttons")]


def test_author_box() -> None:
    """A name on a line of its own and the paragraph that says who that is both go."""
    about = "Patrick Petersen is ervaren onlinemarketeer, veelgevraagd spreker en schrijver van een handboek."
    assert removed(TITLE, ONE, TWO, "Patrick Petersen", about) == [
        ("Patrick Petersen", "author box"),
        (about, "author box"),
    ]


def test_images() -> None:
    """Names of image files, captions above a photo credit and the credit itself go."""
    assert removed(TITLE, ONE, "polder-465x348", "De Beemster in de winter", "Foto: Hans Timmer", TWO) == [
        ("polder-465x348", "image file name"),
        ("De Beemster in de winter", "caption"),
        ("Foto: Hans Timmer", "photo credit"),
    ]


def test_sentence_above_a_photo_credit() -> None:
    """A finished sentence is no caption, also where a photo credit follows it."""
    assert removed(TITLE, ONE, "De Beemster is droog.", "Foto: Hans Timmer", TWO) == [
        ("Foto: Hans Timmer", "photo credit")
    ]


def test_each_post_ends_by_itself() -> None:
    """What ends one post of an archive page leaves the next post whole."""
    metadata = Metadata(title="Archief", posts=("Eerste stuk", "Tweede stuk"))
    page = ["Eerste stuk", ONE, TWO, THREE, "Geef een reactie", "Tweede stuk", FOUR, "Geef een reactie"]
    assert removed(*page, metadata=metadata) == [("Geef een reactie", "comment form")] * 2


def test_archive_whose_posts_nobody_named() -> None:
    """On an archive page without named posts nothing is taken for the end of the page."""
    page = ["Tagarchief: polders", "Eerste stuk", ONE, TWO, THREE, "Geef een reactie", "Tweede stuk", FOUR]
    assert ("Geef een reactie", "comment form") in removed(*page, metadata=Metadata())
    assert FOUR not in [line for line, _ in removed(*page, metadata=Metadata())]
