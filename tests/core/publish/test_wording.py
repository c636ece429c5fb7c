# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from sigma_communes import resources
from sigma_communes.core.base.bilingual import Bilingual
from sigma_communes.core.errors import DataError
from sigma_communes.core.publish import bulletin as page
from sigma_communes.core.publish.wording import (
    Sentence,
    Share,
    Short,
    Wording,
    date,
    date_and_time,
    french_spacing,
    number,
    percent,
    short_date,
)

TEMPLATES = resources.path("templates")


def test_numbers_are_grouped_with_narrow_spaces_in_french_and_commas_in_english() -> None:
    assert number(1234567, "fr") == "1\u202f234\u202f567"
    assert number(1234567, "en") == "1,234,567"
    assert number(1234.5, "fr", 1) == "1\u202f234,5"
    assert number(999, "fr") == "999"


def test_dates_are_written_as_people_write_them() -> None:
    assert date(dt.date(2026, 11, 21), "fr") == "21\u00a0novembre 2026"
    assert date(dt.date(2026, 3, 1), "fr") == "1er\u00a0mars 2026"
    assert date(dt.date(2026, 3, 1), "en") == "1\u00a0March 2026"
    assert short_date(dt.date(2026, 8, 5), "fr") == "5\u00a0août\u00a02026"
    assert date_and_time(dt.datetime(2026, 11, 21, 9, 5), "fr") == "21\u00a0novembre 2026 à 9\u00a0h\u00a005"
    assert date_and_time(dt.datetime(2026, 11, 21, 9, 5), "en") == "21\u00a0November 2026 at 9:05"


@pytest.mark.parametrize(
    ("part", "fr", "en"),
    [
        (0.0, "0\u202f%", "0%"),
        (0.004, "< 1\u202f%", "< 1%"),
        (0.5, "50\u202f%", "50%"),
        (0.999, "99\u202f%", "99%"),
        (1, "100\u202f%", "100%"),
    ],
)
def test_a_share_never_says_nothing_or_all_when_it_is_not(part: float, fr: str, en: str) -> None:
    assert percent(part, "fr") == fr
    assert percent(part, "en") == en


def test_french_typography_gets_its_no_break_spaces() -> None:
    assert french_spacing("Vrai ? « Oui » : 3 % !") == "Vrai\u202f? «\u00a0Oui\u00a0»\u00a0: 3\u202f%\u202f!"


def test_zero_and_one_are_singular_in_french_and_one_alone_in_english() -> None:
    sentence = Sentence(fr="{n} maux", fr_one="{n} mal", en="{n} ills", en_one="{n} ill")
    assert [sentence.form("fr", n) for n in (0, 1, 1.5, 2)] == ["{n} mal", "{n} mal", "{n} mal", "{n} maux"]
    assert [sentence.form("en", n) for n in (0, 1, 2)] == ["{n} ills", "{n} ill", "{n} ills"]
    assert Sentence(fr="à qualifier", en="to be qualified").form("fr", 1) == "à qualifier"


def test_a_sentence_is_written_in_both_languages_and_once_where_they_agree() -> None:
    say = Wording({"both": Sentence(fr="{n} pour {who}", en="{n} for {who}"), "same": Sentence(fr="{n}", en="{n}")})
    both = say.say("both", n=1234, who=Bilingual(fr="la Ville", en="the City"))
    assert both == '<span lang="fr">1\u202f234 pour la Ville</span><span lang="en">1,234 for the City</span>'
    assert say.say("same", n=12) == "12"
    assert say.value(Share(0.25), tag="tspan") == '<tspan lang="fr">25\u202f%</tspan><tspan lang="en">25%</tspan>'
    assert "21\u00a0nov." in say.value(Short(dt.date(2026, 11, 21)))


@pytest.mark.parametrize(
    ("value", "fr"),
    [(0.0011, "0,0011"), (0.126, "0,13"), (3.14, "3,1"), (2.0, "2"), (12.4, "12"), (1234.0, "1\u202f234"), (0.0, "0")],
)
def test_a_measure_has_two_significant_digits(value: float, fr: str) -> None:
    assert f'<span lang="fr">{fr}</span>' in Wording({}).value(value) or Wording({}).value(value) == fr


@given(st.text(max_size=40))
def test_what_comes_from_outside_is_escaped(text: str) -> None:
    say = Wording({"s": Sentence(fr="[{x}] & co", en="[{x}] & co")})
    assert say.say("s", x=text) == f"[{escape(text)}] &amp; co"
    assert say.value(Bilingual(fr=text, en=text)) == escape(text)


def test_a_sentence_that_is_missing_or_wants_a_value_says_so() -> None:
    say = Wording({"s": Sentence(fr="{x}", en="{x}")})
    with pytest.raises(DataError, match="no sentence 'other'"):
        say.say("other")
    with pytest.raises(DataError, match="'s' names a value"):
        say.say("s")


def test_every_sentence_is_used_and_every_one_used_is_there() -> None:
    sentences = set(page._texts().sentences)
    template = (TEMPLATES / "bulletin.html.j2").read_text(encoding="utf-8")
    source = "".join(
        f.read_text(encoding="utf-8") for f in sorted(TEMPLATES.parents[1].joinpath("core/publish").glob("*.py"))
    )
    said = set(re.findall(r"\bt\('(\w+)'", template)) | set(re.findall(r"card\('\w+', [^,]+, '(\w+)'", template))
    assert said - sentences == {"from_", "age_"}  # what follows is a key of the counts
    quoted = set(re.findall(r"[\"'](\w+)[\"']", source))
    built = ("age_", "from_", "verdict ", "shade_")
    unused = {k for k in sentences - said - quoted if not k.startswith(built) and k.removesuffix("_todo") not in quoted}
    assert unused == set()


def test_the_languages_name_the_same_values() -> None:
    fields = re.compile(r"\{(\w+)\}")
    for key, sentence in page._texts().sentences.items():
        asked = {form: set(fields.findall(text)) for form, text in vars(sentence).items() if text}
        assert asked["fr"] == asked["en"], key
        assert asked.get("fr_one", set()) <= asked["fr"], key
        assert asked.get("en_one", set()) <= asked["en"], key


def test_every_photo_verdict_has_its_sentence() -> None:
    for verdict in page.PhotoVerdict:
        assert f"verdict {verdict}" in page._texts().sentences
