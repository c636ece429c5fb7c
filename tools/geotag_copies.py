# SPDX-License-Identifier: GPL-2.0-or-later
"""Copy photos without a position and give each the position of a street, as EXIF, to try the main job on real pixels.

    ./dev exec python tools/geotag_copies.py PHOTOS STREETS.json OUT

The pixels are those of the source (JPEG coefficients are kept); positions, times and directions are drawn with a fixed
seed, so they mean nothing. STREETS.json is a list of objects with ``centroid``: longitude and latitude.
"""

from __future__ import annotations

import argparse
import json
import random
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

START = datetime(2026, 9, 1)


def dms(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Return degrees, minutes and seconds as EXIF writes them; seconds to 1/10000."""
    seconds = Fraction(round(abs(degrees) * 36_000_000), 10_000)
    whole, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return IFDRational(int(whole), 1), IFDRational(int(minutes), 1), IFDRational(rest.numerator, rest.denominator)


def geotag(source: Path, target: Path, lon: float, lat: float, taken: datetime, direction: float) -> None:
    """Write a copy of the JPEG ``source`` with position (degrees), time and direction."""
    with Image.open(source) as image:
        exif = image.getexif()
        exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(0x8825).update(
            {
                1: "N" if lat >= 0 else "S",
                2: dms(lat),
                3: "E" if lon >= 0 else "W",
                4: dms(lon),
                16: "T",
                17: IFDRational(round(direction * 100), 100),
            }
        )
        image.save(target, exif=exif, quality="keep")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("streets", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    streets = json.loads(options.streets.read_text(encoding="utf-8"))
    draw = random.Random(1)  # noqa: S311 (a repeatable example, no secret)
    sources = sorted(options.photos.rglob("*.jpg"))
    for number, source in enumerate(sources):
        street = draw.choice(streets)
        target = options.out / source.relative_to(options.photos)
        target.parent.mkdir(parents=True, exist_ok=True)
        taken = START + timedelta(minutes=draw.randrange(80 * 24 * 60))
        geotag(source, target, *street["centroid"], taken, draw.uniform(0, 360))
        if number % 500 == 499:
            print(f"{number + 1} of {len(sources)}")
    print(f"{len(sources)} copies in {options.out}")


if __name__ == "__main__":
    main()
