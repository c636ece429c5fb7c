# SPDX-License-Identifier: GPL-2.0-or-later
"""The twelve photos of the example: what each shows, where and when it says it was taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

import numpy as np
from PIL import ExifTags, Image

from ..base.files import replacing
from . import scenes
from .scenes import Colour
from .textures import Random, Surface

NOW = date(2026, 11, 20)
"""The day of the example where none is given."""

_BLACK, _BLUE, _WHITE, _GREEN = (44, 44, 48), (46, 84, 150), (222, 224, 226), (58, 120, 72)
_GREY_BIN, _GREEN_BIN, _YELLOW = (70, 78, 84), (56, 110, 66), (214, 180, 40)
_WINTER_TIME = timezone(timedelta(hours=1))


@dataclass(frozen=True)
class DemoPhoto:
    """One drawing: file name, place (longitude, latitude; None: without), heading, age in hours, what draws it."""

    name: str
    place: Optional[tuple[float, float]]
    direction: float
    hours_ago: float
    draw: Callable[[Random], Surface]


def _bags(scene: Surface, rng: Random, bags: list[tuple[float, float, float, Colour]]) -> Surface:
    for x, foot, size, colour in bags:
        scene = scenes.bag(scene, rng, x, foot, size, colour)
    return scene


def _pothole_near(rng: Random) -> Surface:
    return scenes.road(rng, horizon=120, hole=(0.0, 3.1, 0.55), cracks=4)


def _pothole_from_ten_metres_on(rng: Random) -> Surface:
    return scenes.road(rng, horizon=260, hole=(0.5, 3.6, 0.55), cracks=4)


def _pothole_with_water(rng: Random) -> Surface:
    return scenes.road(rng, horizon=-260, hole=(0.1, 2.3, 0.5), water=True, cracks=6, hole_seed=9)


def _plain_road(rng: Random) -> Surface:
    return scenes.road(rng, horizon=380)


def _plain_wall(rng: Random) -> Surface:
    return scenes.wall(rng, "render")


def _piece_on_brick(rng: Random) -> Surface:
    scene = scenes.wall(rng, "brick")
    scene = scenes.piece(scene, rng, "ZONE", (250, 214, 60), (236, 92, 40), (120, 196, 226), (170, 250, 1200, 520))
    return scenes.tag(scene, rng, 1290, 120, 90, (20, 20, 24), "KST")


def _piece_on_render(rng: Random) -> Surface:
    scene = scenes.wall(rng, "render")
    scene = scenes.piece(scene, rng, "NOMAK", (120, 220, 200), (60, 90, 200), (236, 120, 180), (120, 330, 1300, 430))
    scene = scenes.tag(scene, rng, 200, 130, 100, (160, 30, 40), "RES")
    return scenes.tag(scene, rng, 1150, 160, 70, (20, 20, 24))


def _tags_on_shutter(rng: Random) -> Surface:
    scene = scenes.wall(rng, "shutter")
    scene = scenes.tag(scene, rng, 240, 290, 230, (24, 24, 30), "SKATE")
    scene = scenes.tag(scene, rng, 1010, 380, 190, (160, 36, 40), "NEO")
    scene = scenes.tag(scene, rng, 860, 680, 170, (150, 30, 110), "OZ")
    return scenes.tag(scene, rng, 280, 690, 120, (30, 60, 160))


def _bags_beside_container(rng: Random) -> Surface:
    scene = scenes.wall(rng, "render", foot=760)
    scene = scenes.container(scene, rng, 230, 930, 360, _GREEN_BIN, (50, 100, 60))
    scene = scenes.cardboard(scene, rng, 1130, 930, 190)
    bags = [(820.0, 930.0, 250.0, _BLACK), (1040, 950, 270, _BLACK), (700, 1000, 260, _BLUE), (930, 1050, 290, _BLACK)]
    scene = _bags(scene, rng, [*bags, (1180, 1040, 230, _WHITE)])
    return scenes.litter(scene, rng, 24, (150, 960, 1350, 200))


def _overflowing_container(rng: Random) -> Surface:
    scene = scenes.wall(rng, "brick", foot=740)
    load = [_BLACK, _WHITE, _BLACK, _BLUE, _BLACK, _WHITE]
    scene = scenes.container(scene, rng, 520, 950, 430, _GREY_BIN, _YELLOW, load=load)
    bags = [(1180.0, 1000.0, 250.0, _BLACK), (1360, 1030, 270, _BLUE), (330, 1020, 280, _BLACK)]
    scene = _bags(scene, rng, [*bags, (440, 1080, 220, _WHITE)])
    return scenes.litter(scene, rng, 26, (150, 960, 1350, 220))


def _heap_of_bags(rng: Random) -> Surface:
    scene = scenes.wall(rng, "render", foot=640)
    colours = [_BLACK, _BLACK, _WHITE, _BLUE, _BLACK, _GREEN, _BLACK, _WHITE]
    places = sorted((rng.uniform(660, 1010), rng.uniform(360, 1240)) for _ in range(18))
    for n, (foot, x) in enumerate(places):
        if n in (3, 9):
            scene = scenes.cardboard(scene, rng, x, foot, 210)
        size = 170 + (foot - 660) * 0.32 + rng.uniform(-20, 40)
        scene = scenes.bag(scene, rng, x, foot, size, colours[int(rng.integers(len(colours)))])
    return scenes.litter(scene, rng, 40, (120, 900, 1380, 270))


def _containers_in_the_street(rng: Random) -> Surface:
    scene = scenes.road(rng, horizon=300)
    scene = scenes.container(scene, rng, 880, 900, 330, _GREEN_BIN, _GREEN_BIN, load=[_BLACK, _WHITE, _BLUE, _BLACK])
    scene = scenes.container(scene, rng, 300, 930, 350, _GREEN_BIN, _GREEN_BIN, load=[_WHITE, _BLACK, _BLACK])
    scene = scenes.cardboard(scene, rng, 560, 985, 190)
    bags = [(830.0, 960.0, 210.0, _BLACK), (760, 1010, 230, _WHITE), (930, 1030, 240, _BLUE), (250, 1010, 230, _BLACK)]
    scene = _bags(scene, rng, [*bags, (1330, 960, 240, _BLACK), (1440, 1010, 230, _GREEN)])
    return scenes.litter(scene, rng, 30, (130, 960, 1350, 220))


PHOTOS = (
    DemoPhoto("01-pothole-aubagne.jpg", (5.57065, 43.29290), 12, 30, _pothole_near),
    DemoPhoto("02-pothole-aubagne-again.jpg", (5.57065, 43.29299), 15, 6, _pothole_from_ten_metres_on),
    DemoPhoto("03-pothole-vitrolles.jpg", (5.24860, 43.45500), 250, 74, _pothole_with_water),
    DemoPhoto("04-graffiti-marseille.jpg", (5.38400, 43.29480), 95, 28, _piece_on_brick),
    DemoPhoto("05-graffiti-aix.jpg", (5.44750, 43.52960), 310, 100, _piece_on_render),
    DemoPhoto("06-graffiti-without-position.jpg", None, 0, 52, _tags_on_shutter),
    DemoPhoto("07-rubbish-marseille.jpg", (5.37050, 43.30950), 180, 3, _bags_beside_container),
    DemoPhoto("08-container-martigues.jpg", (5.05360, 43.40560), 45, 26, _overflowing_container),
    DemoPhoto("09-rubbish-salon.jpg", (5.09700, 43.64010), 270, 56, _heap_of_bags),
    DemoPhoto("10-containers-position-zero.jpg", (0.0, 0.0), 0, 75, _containers_in_the_street),
    DemoPhoto("11-road-cassis.jpg", (5.53860, 43.21460), 200, 124, _plain_road),
    DemoPhoto("12-wall-gardanne.jpg", (5.46950, 43.45460), 80, 9, _plain_wall),
)


def render_photos(folder: Path, *, seed: int = 1, now: date = NOW) -> list[Path]:
    """Draw the twelve photos into ``folder`` and return their paths, in order.

    JPEG, 1600 x 1200, with position, heading and time in their EXIF, which says too that they are drawings. Two show
    one pothole from ten metres apart, one has no position, one has 0, 0. The same arguments give the same pixels.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    folder = Path(folder)
    evening = datetime(now.year, now.month, now.day, 18, tzinfo=_WINTER_TIME)

    def render(n: int) -> Path:
        photo = PHOTOS[n]
        image = drawing(photo, seed)
        with replacing(folder / photo.name) as temporary:
            image.save(temporary, "JPEG", quality=88, exif=_exif(photo, evening - timedelta(hours=photo.hours_ago)))
        return folder / photo.name

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(render, range(len(PHOTOS))))


def drawing(photo: DemoPhoto, seed: int) -> Image.Image:
    """Return the pixels of one photo; each has random numbers of its own, so they can be drawn in any order."""
    rng = np.random.default_rng([seed, PHOTOS.index(photo)])
    return scenes.developed(photo.draw(rng), rng)


def _exif(photo: DemoPhoto, taken_at: datetime) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "A drawing made by SIGM@communes as an example, not a photograph"
    exif[ExifTags.Base.Make] = "SIGM@communes"
    exif[ExifTags.Base.Model] = "drawing"
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: f"{taken_at:%Y:%m:%d %H:%M:%S}",
        ExifTags.Base.OffsetTimeOriginal: f"{taken_at:%z}"[:3] + ":" + f"{taken_at:%z}"[3:],
    }
    if photo.place is not None:
        lon, lat = photo.place
        gps: dict[int, Any] = {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: _sexagesimal(lat),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: _sexagesimal(lon),
            ExifTags.GPS.GPSImgDirectionRef: "T",
            ExifTags.GPS.GPSImgDirection: photo.direction,
        }
        exif[ExifTags.IFD.GPSInfo] = gps
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4)
