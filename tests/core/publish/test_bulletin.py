# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import base64
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from PIL import Image
from sigma_communes.core.base.bilingual import Bilingual
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.model import Columns, PhotoVerdict, Rejected
from sigma_communes.core.publish.bulletin import bulletin, write_bulletin
from sigma_communes.core.publish.thumbnails import data_uri, without_metadata
from sigma_communes.core.taxonomy import Taxonomy
from sigma_communes.core.territory import Territory

NOW = dt.datetime(2026, 11, 21, 14, 30)
HOSTILE = (
    "</style></svg><script>alert(\"1\")</script><img src=//evil.example/x onerror='x()'>"
    "{{ 7*7 }} \" ' & \x00\u202e\udc80"
)


@pytest.fixture
def make(communes: Territory, names: Taxonomy) -> Callable[..., str]:
    def page(incidents: Columns, **options: Any) -> str:
        given = {"communes": communes, "taxonomy": names, "generated_at": NOW, **options}
        return bulletin(incidents, **given)

    return page


def photo(colour: str = "#336699", exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif, comment=b"owner: someone")
    return out.getvalue()


def said(tree: Any, selector: str, language: str = "fr") -> str:
    """Return the text of the elements with this id, as it reads in one language."""
    (element,) = tree.xpath(f"//*[@id='{selector}']")
    other = "en" if language == "fr" else "fr"
    return " ".join(" ".join(element.xpath(f".//text()[not(ancestor::span[@lang='{other}'])]")).split())


@pytest.mark.parametrize("n", [0, 1, 2, 60, 1500])
@pytest.mark.parametrize("insee", [None, "13001"])
def test_the_page_is_sound_whatever_the_number(
    make: Callable[..., str], incidents: Any, n: int, insee: str | None
) -> None:
    drawn = incidents(n)
    thumbnails = {report: photo() for report in drawn["id"][:5]}
    text = make(drawn, insee=insee, thumbnails=thumbnails, photo_verdicts={PhotoVerdict.OK: n}, notices=["Essai"])
    tree = html.fromstring(text)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = tree.xpath("//@href")
    assert {link for link in links if not link.startswith("#")} == set()
    assert {link[1:] for link in links} <= set(ids)
    named = {name for value in tree.xpath("//@aria-labelledby | //label/@for") for name in value.split()}
    assert named <= set(ids)
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:]))
    assert tree.xpath("//th[not(@scope)]") == []
    assert tree.xpath("//img[not(@alt)]") == []
    assert not re.search(r"\b(None|nan|NaT|Undefined)\b", tree.text_content())


def test_nothing_is_loaded_and_nothing_runs(make: Callable[..., str], incidents: Any) -> None:
    text = make(incidents(50), thumbnails={"R00001": photo()})
    tree = html.fromstring(text)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert tree.xpath("//script | //link | //iframe | //object | //form | //base") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert all(src.startswith("data:image/jpeg;base64,") for src in tree.xpath("//@src"))
    assert "http://" not in text
    assert "https://" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_everything_from_outside_is_escaped(communes: Territory, names: Taxonomy, incidents: Any) -> None:
    drawn = incidents(12)
    for name in (
        "id",
        "source",
        "class",
        "class_from",
        "commune",
        "insee",
        "team",
        "rule",
        "state",
        "reason_fr",
        "reason_en",
    ):
        drawn[name] = drawn[name].copy()
        drawn[name][:6] = HOSTILE + name
    drawn["group_id"][:] = HOSTILE
    drawn["description"] = drawn["address"] = np.array([HOSTILE] * 12, dtype=object)
    text = bulletin(
        drawn,
        communes=communes,
        taxonomy=names,
        generated_at=NOW,
        teams={"nord": HOSTILE, "sud": Bilingual(fr=HOSTILE, en=HOSTILE)},
        thumbnails={HOSTILE + "id": photo()},
        photo_verdicts={HOSTILE: 2},
        rejected=[Rejected(HOSTILE, HOSTILE)],
        title=HOSTILE,
        notices=[HOSTILE],
        model=HOSTILE,
    )
    tree = html.fromstring(text)
    assert tree.xpath("//script") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert all(src.startswith("data:") for src in tree.xpath("//@src"))
    assert all(re.fullmatch(r"#[\w-]+", link) for link in tree.xpath("//@href"))
    assert "49" not in tree.xpath("string(//h1)")
    assert "{{ 7*7 }}" in tree.text_content()
    assert text.encode("utf-8")
    assert not re.search("[\x00-\x08\u202e\ud800-\udfff]", text)
    (style,) = tree.xpath("//style")
    assert "//evil" not in style.text
    assert "<" not in style.text
    assert len(tree.xpath("//*[local-name()='title']")) > 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(text=st.text(max_size=30))
def test_any_text_gives_a_page_that_can_be_written(
    text: str, communes: Territory, names: Taxonomy, incidents: Any, tmp_path: Path
) -> None:
    drawn = incidents(3)
    drawn["id"] = np.array([text, "b", "c"], dtype=object)
    drawn["class"] = np.array([text, "waste", ""], dtype=object)
    path = tmp_path / "bulletin.html"
    write_bulletin(path, drawn, communes=communes, taxonomy=names, generated_at=NOW, title=text)
    tree = html.fromstring(path.read_bytes())
    assert len(tree.xpath("//section")) >= 8


def test_the_same_input_gives_the_same_page(make: Callable[..., str], incidents: Any) -> None:
    assert make(incidents(100)) == make(incidents(100))


def test_the_counts_are_right_and_lead_to_their_part(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(300)
    tree = html.fromstring(make(drawn))
    cards = {a.get("href"): a.xpath("string(b)") for a in tree.xpath("//ul[@class='cards']//a")}
    assert cards["#classes"] == "300"
    assert cards["#backlog"] == str((drawn["state"] != "closed").sum())
    assert cards["#uncertain"] == str((drawn["class"] == "").sum())
    assert cards["#communes"] == "3"
    assert cards["#groups"] == "100"
    assert cards["#weeks"] == str((drawn["reported_at"] > np.datetime64("2026-11-14T14:30")).sum())
    by_class = {
        " ".join(row.xpath("string(th/span[@lang='fr'])").split()): row.xpath("string(td[2])")
        for row in tree.xpath("//section[@id='classes']//tbody/tr")
    }
    assert by_class["Graffitis et tags"] == str((drawn["class"] == "graffiti").sum())
    assert sum(map(int, by_class.values())) == 300
    teams = [int(n) for n in tree.xpath("//section[@id='teams']//tbody/tr/td[2]/text()")]
    assert sum(teams) == 300
    ages = [int(n) for n in tree.xpath("//section[@id='backlog']//tbody/tr/td[2]/text()")]
    assert sum(ages) == int(cards["#backlog"])
    on_map = [
        int(n.replace("\u202f", "")) for n in tree.xpath("//*[contains(@class, 'territory')]//*[@class='count']/text()")
    ]
    assert sum(on_map) == 300


def test_each_commune_has_a_part_the_largest_first(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(100)
    tree = html.fromstring(make(drawn))
    parts = tree.xpath("//details[starts-with(@class, 'part')]")
    counts = [int(n) for n in tree.xpath("//table[contains(@class, 'index')]/tbody/tr/td[1]/text()")]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == 100
    assert len(parts) == 3
    for part in parts:
        assert len(part.xpath(".//svg[contains(@class, 'commune')]")) == 1
    small = html.fromstring(make(incidents(3)))
    assert len(small.xpath("//ul[@class='reports']/li")) == 3


def test_one_commune_alone(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(100)
    tree = html.fromstring(make(drawn, insee="2A003", rejected=[Rejected("x", "y")]))
    mine = int((drawn["insee"] == "2A003").sum())
    assert tree.xpath("string(//ul[@class='cards']/li[1]//b)") == str(mine)
    assert tree.xpath("//*[@id='communes'] | //*[@id='rejected']") == []
    assert "INSEE 2A003" in tree.xpath("string(//header)")
    with pytest.raises(UsageError, match="'99999'"):
        make(drawn, insee="99999")


def test_a_commune_that_the_map_does_not_know_is_not_lost(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(5)
    drawn["insee"] = np.array(["75056"] * 5, dtype=object)
    drawn["commune"] = np.array(["Paris"] * 5, dtype=object)
    tree = html.fromstring(make(drawn))
    assert tree.xpath("string(//details//h3)") == "Paris"
    assert "n’est pas dans la carte" in said(tree, "c-75056")


def test_what_is_uncertain_is_counted_and_named(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(20)
    drawn["lon"] = np.where(np.arange(20) < 3, np.nan, drawn["lon"])
    drawn["outside"] = np.arange(20) == 4
    drawn["water"] = np.arange(20) == 5
    drawn["reported_at"][6] = np.datetime64("NaT")
    drawn["reported_at"][7] = np.datetime64("2027-01-01")
    tree = html.fromstring(make(drawn))
    rows = {row.xpath("string(th/span[@lang='fr'])"): row for row in tree.xpath("//section[@id='uncertain']//tbody/tr")}
    for name, count in {
        "Sans position": 3,
        "Hors du territoire": 1,
        "Dans l’eau": 1,
        "Sans date": 1,
        "Date postérieure à ce bulletin": 1,
    }.items():
        assert rows[name].xpath("string(td[1])") == str(count), name
    assert rows["Sans position"].xpath("string(td[3])") == "R00000, R00001, R00002"


def test_what_was_rejected_is_said_with_its_reason(make: Callable[..., str], incidents: Any) -> None:
    rejected = [Rejected(f"liste.csv:{i}", "coordinates 0, 0") for i in range(5)] + [Rejected("x.json", "not JSON")]
    verdicts = {PhotoVerdict.OK: 7, PhotoVerdict.UNREADABLE: 2, PhotoVerdict.NO_POSITION: 1, "odd": 1}
    tree = html.fromstring(make(incidents(5), rejected=rejected, photo_verdicts=verdicts))
    text = said(tree, "rejected")
    assert "coordinates 0, 0 5 liste.csv:0 · liste.csv:1 · liste.csv:2 … et 2 autres" in text
    assert "Refusée : illisible 2" in text
    assert "odd 1" in text
    assert tree.xpath("string(//a[@href='#rejected']/b)") == "9"  # 6 records, 2 unreadable, 1 odd


def test_empty_states_say_why_and_what_to_do(make: Callable[..., str], incidents: Any) -> None:
    nothing = html.fromstring(make({}))
    assert "Vérifiez le chemin" in said(nothing, "nothing")
    assert "Check the paths" in said(nothing, "nothing", "en")
    refused = html.fromstring(make({}, rejected=[Rejected("a", "b")]))
    assert "corrigez ces entrées" in said(refused, "nothing")
    bare = html.fromstring(make({"id": np.array(["a", "b"], dtype=object)}))
    for part, words in {
        "weeks": "Aucun signalement n’est daté",
        "teams": "aucune règle d’affectation",
        "groups": "Aucun problème",
        "photos": "avec un dossier de photos",
        "rejected": "Rien n’a été refusé",
        "communes": "Aucun signalement n’est rattaché",
        "classes": "Aucun signalement n’a encore de classe",
        "backlog": "L’état de 2 signalements n’est pas connu",
    }.items():
        assert words in said(bare, part), part
    drawn = incidents(4)
    drawn["state"][:] = "closed"
    assert "tous les signalements sont clos" in said(html.fromstring(make(drawn)), "backlog")


def test_photos_are_capped_and_the_page_says_so(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(10)
    thumbnails = {report: photo() for report in drawn["id"]}
    size = len(without_metadata(photo()) or b"")
    tree = html.fromstring(make(drawn, thumbnails=thumbnails, photos_shown=4))
    assert len(tree.xpath("//img")) == 4
    assert "6 autres photos sont laissées de côté" in said(tree, "photos")
    tree = html.fromstring(make(drawn, thumbnails=thumbnails, photo_bytes=3 * size))
    assert len(tree.xpath("//img")) == 3
    newest = drawn["id"][np.argsort(drawn["reported_at"])[::-1][:3]]
    assert tree.xpath("//img/@alt") == [f"Photo {report}" for report in newest]
    tree = html.fromstring(make(drawn, thumbnails={"R00001": b"GIF89a", "not among them": photo()}))
    assert "1 miniature n’est pas une image JPEG" in said(tree, "photos")


def test_a_photo_shows_suggestion_confidence_and_reason(make: Callable[..., str], incidents: Any) -> None:
    drawn = incidents(1)
    drawn.update({"class": np.array(["graffiti"], dtype=object), "class_from": np.array(["photo"], dtype=object)})
    drawn.update({"confidence": np.array([0.824]), "team": np.array(["nord"], dtype=object)})
    drawn["reason_fr"] = np.array(["Nord — parce que : tags · Aix (règle 7)"], dtype=object)
    text = said(
        html.fromstring(
            make(drawn, thumbnails={"R00000": photo()}, teams={"nord": Bilingual(fr="Nord", en="North")}, model="m 1.0")
        ),
        "photos",
    )
    assert "Suggestions de m 1.0." in text
    assert "Graffitis et tags" in text
    assert "suggestion, confiance 82 %" in text
    assert "Nord – parce que : tags · Aix (règle 7)" in text


def test_thumbnails_lose_their_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    jpeg = photo(exif=exif.tobytes())
    assert b"SecretCamera" in jpeg
    clean = without_metadata(jpeg)
    assert clean is not None
    assert b"SecretCamera" not in clean
    assert b"owner" not in clean
    with Image.open(io.BytesIO(clean)) as before, Image.open(io.BytesIO(jpeg)) as after:
        assert before.tobytes() == after.tobytes()
    assert base64.b64decode(data_uri(clean).split(",")[1]) == clean


@given(st.binary(max_size=60))
def test_bytes_that_are_no_jpeg_are_refused_or_kept_whole(tail: bytes) -> None:
    assert without_metadata(tail) is None or tail.startswith(b"\xff\xd8")
    kept = without_metadata(b"\xff\xd8" + tail)
    assert kept is None or (kept.startswith(b"\xff\xd8") and len(kept) <= len(tail) + 2)


def test_the_zone_of_now_is_minded(make: Callable[..., str], incidents: Any) -> None:
    zone = dt.timezone(dt.timedelta(hours=10))
    drawn = incidents(1)
    drawn["reported_at"] = np.array(["2026-11-21T01:00:00"], dtype="datetime64[s]")
    future = make(drawn, generated_at=dt.datetime(2026, 11, 21, 8, 0, tzinfo=zone))  # 22:00 UTC of the day before
    assert "21\u00a0novembre 2026 à 8\u00a0h\u00a000" in future
    assert "Date postérieure" in future
    assert "Date postérieure" not in make(drawn, generated_at=dt.datetime(2026, 11, 21, 8, 0))


def test_ten_thousand_incidents_stay_a_light_file(make: Callable[..., str], incidents: Any) -> None:
    assert len(make(incidents(10_000)).encode()) < 3_000_000


def test_the_language_that_shows_first(make: Callable[..., str], incidents: Any) -> None:
    for language in ("fr", "en"):
        tree = html.fromstring(make(incidents(2), language=language))
        assert tree.get("lang") == language
        assert tree.xpath("//input[@checked]/@id") == [f"show-{language}"]


def test_it_is_written_whole_or_not_at_all(
    communes: Territory, names: Taxonomy, incidents: Any, tmp_path: Path
) -> None:
    path = tmp_path / "out" / "bulletin.html"
    write_bulletin(path, incidents(2), communes=communes, taxonomy=names, generated_at=NOW)
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [f.name for f in path.parent.iterdir()] == ["bulletin.html"]
    with pytest.raises(DataError, match="written"):
        write_bulletin(path / "x.html", incidents(1), communes=communes, taxonomy=names, generated_at=NOW)


@pytest.mark.shared
def test_the_real_territory_in_one_page(shared: Path, names: Taxonomy, incidents: Any) -> None:
    from sigma_communes.core import territory

    real = territory.load()
    drawn = incidents(500)
    rng = np.random.default_rng(1)
    middles = real.geometries[rng.integers(0, len(real), 500)]
    drawn["lon"] = np.array([shape.representative_point().x for shape in middles])
    drawn["lat"] = np.array([shape.representative_point().y for shape in middles])
    drawn.update(real.columns(drawn["lon"], drawn["lat"]))
    text = bulletin(drawn, communes=real, taxonomy=names, generated_at=NOW)
    assert len(text.encode()) < 1_500_000
    assert "Marseille" in text
