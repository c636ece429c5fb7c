# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack is ready when every layer of its project opens with the network refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.archives import reading_zip
from ..base.xml import etree
from ..errors import DataError, SigmaError
from ..vector.binding import gdal
from .layers.rasters import has_tiles
from .project import PROJECT

_NETWORK = ("http:", "https:", "/vsicurl", "/vsis3", "url=http", "ftp:")


@dataclass(frozen=True)
class Checked:
    """One layer of the project: ``features`` is -1 for pixels; ``problem`` is empty where it opens."""

    source: str
    name: str
    features: int = -1
    problem: str = ""


def check(folder: Path) -> list[Checked]:
    """Open each layer of the project of a pack, the network refused.

    Raises
    ------
    DataError
        There is no project, or it can't be read.
    """
    root = _project(folder)
    out = []
    for layer in root.findall("projectlayers/maplayer"):
        source, name = layer.findtext("datasource") or "", layer.findtext("layername") or ""
        try:
            out.append(Checked(source, name, _opened(folder, source, raster=layer.get("type") == "raster")))
        except (SigmaError, OSError) as error:
            out.append(Checked(source, name, 0, str(error)))
    return out


def _project(folder: Path) -> etree._Element:
    path = folder / PROJECT
    with reading_zip(path, "The project can't be read", where=str(path), most=1 << 28) as archive:
        name = next((each for each in archive.namelist() if each.endswith(".qgs")), None)
        if name is None:
            raise DataError("The project can't be read: it holds no .qgs file", where=str(path))
        document = archive.read(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise DataError(f"The project can't be read: {error}", where=str(path)) from error


def _opened(folder: Path, source: str, *, raster: bool) -> int:
    if any(word in source.casefold() for word in _NETWORK) or not source.startswith("./"):
        raise DataError("Its data are not in the pack", where=source)
    path, _, layer = source.partition("|layername=")
    file = (folder / path).resolve()
    if folder.resolve() not in file.parents or not file.is_file():
        raise DataError("There is no such file in the pack", where=source)
    if raster:
        _open_raster(file)
        return -1
    binding = gdal()
    found = next(iter(binding.layers(str(file), layer)), None)
    if found is None:
        raise DataError(f"GDAL finds no layer '{layer}'", where=source)
    return binding.count(found)


def _open_raster(path: Path) -> None:
    if path.suffix == ".mbtiles":
        if not has_tiles(path):
            raise DataError("Holds no tile", where=str(path))
        return
    try:
        from osgeo import gdal
    except ImportError:
        gdal = None
    if gdal is not None:
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
        if dataset is None or dataset.GetRasterBand(1).Checksum() < 0:
            raise DataError("GDAL can't open it", where=str(path))
