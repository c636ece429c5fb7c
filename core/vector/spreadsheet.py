# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of a CSV file as spreadsheets write it: encoding, delimiter and damage found out, each row with its line."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, TextIO

from ..base.formulas import as_given
from ..errors import DataError

DELIMITERS = ",;\t|"
LONGEST_LINE = 1_000_000
_NEXT = "Save it from the spreadsheet as “CSV UTF-8”"


@dataclass(frozen=True)
class Row:
    """One row and the line it begins on; ``fault`` says why it can't be used (``cells`` is then empty)."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: its byte order mark's, UTF-8 where every byte fits, else ``cp1252``."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if len(head) == 4 and head[0] and head[2] and not head[1] and not head[3]:
            return "utf-16-le"
        if len(head) == 4 and head[1] and head[3] and not head[0] and not head[2]:
            return "utf-16-be"
        file.seek(0)
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def read_rows(path: Path) -> Iterator[Row]:
    """Read a CSV file; the first row given is the header. Lines without any text are no rows.

    The delimiter (comma, semicolon, tab or bar) is the one that cuts the header into most cells; a first line
    ``sep=;`` says it. A quote that is never closed costs its own line only.

    Raises
    ------
    DataError
        The file can't be read or is empty.
    """
    try:
        with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
            yield from _rows(_Lines(file), path)
    except OSError as error:
        raise DataError(f"Can't be read: {error.strerror or error}", where=str(path)) from error


def read_beginning(data: bytes, name: str) -> Iterator[Row]:
    """Read the first bytes of a CSV file as :func:`read_rows` does; its last line, which may be cut, is left out.

    Raises
    ------
    DataError
        There is no whole line.
    """
    whole = data[: data.rfind(b"\n") + 1]
    encoding = "utf-16" if whole.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = whole.decode(encoding)
    except UnicodeDecodeError:
        text = whole.decode("cp1252", errors="replace")
    yield from _rows(_Lines(io.StringIO(text, newline="")), Path(name))


def _rows(lines: _Lines, path: Path) -> Iterator[Row]:
    delimiter = _delimiter(lines, path)
    width: Optional[int] = None
    for row in _parsed(lines, delimiter):
        cells = row.cells
        if not row.fault and not any(cell.strip() for cell in cells):
            continue
        if width is None:
            if row.fault:
                raise DataError(f"Its header can't be read: {row.fault}", where=f"{path}:{row.line}", next_step=_NEXT)
            while cells and not cells[-1].strip():
                cells = cells[:-1]
            width = len(cells)
            yield Row(row.line, cells)
            continue
        if not row.fault and len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        if not row.fault and len(cells) != width:
            few = "few" if len(cells) < width else "many"
            yield Row(row.line, (), f"has too {few} cells: {len(cells)}, the header has {width}")
        else:
            yield Row(row.line, cells, row.fault)


def _parsed(lines: _Lines, delimiter: str) -> Iterator[Row]:
    while True:
        lines.begin_row()
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                fault = lines.fault()
                texts = [as_given(cell) if cell[:1] == "'" else cell for cell in cells]
                yield Row(lines.first, () if fault else tuple(texts), fault)
                lines.begin_row()
            return
        except csv.Error as error:
            reason = str(error)
            if "unexpected end" in reason or "field larger" in reason:
                reason = "a quote that opens here is never closed"
            yield Row(lines.first, (), lines.fault() or f"is no CSV: {reason}")
            lines.give_back()


def _delimiter(lines: _Lines, path: Path) -> str:
    """Look at the first line with text and leave the lines where the header begins."""
    lines.begin_row()
    for line in lines:
        if not line.strip():
            lines.begin_row()
            continue
        said = line.strip().lower()
        if said.startswith("sep=") and len(said) == 5:
            return line.strip()[4]
        if said == "sep=":
            return "\t"
        lines.give_back(keep=0)
        return max(DELIMITERS, key=lambda d: (_cells(line, d), -DELIMITERS.index(d)))
    raise DataError("Is empty", where=str(path), next_step="Give a file with a header and one report per line")


def _cells(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))


class _Lines:
    """The lines of a text file, counted; those of the present row can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._back: deque[str] = deque()
        self._row: list[str] = []
        self._faults: dict[int, str] = {}
        self._number = 0

    def begin_row(self) -> None:
        """Forget the faults and lines of the row before."""
        self._row.clear()
        self._faults = {line: fault for line, fault in self._faults.items() if line > self._number}

    @property
    def first(self) -> int:
        """The number of the present row's first line, from 1."""
        return self._number - len(self._row) + 1

    def fault(self) -> str:
        """What is wrong with a line of the present row, or nothing."""
        return next((fault for line, fault in self._faults.items() if line >= self.first), "") if self._row else ""

    def give_back(self, keep: int = 1) -> None:
        """Put the lines of the present row back, but for the first ``keep``."""
        again = self._row[keep:]
        self._back.extendleft(reversed(again))
        self._number -= len(again)
        self._row.clear()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        self._number += 1
        self._row.append(line)
        return line

    def _read(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        number = self._number + len(self._back) + 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            rest = line
            while rest and not rest.endswith(("\n", "\r")):
                rest = self._file.readline(LONGEST_LINE)
            self._faults[number] = f"its line is longer than {LONGEST_LINE:,} characters"
            return "-\n"
        if "\0" in line:
            self._faults[number] = "holds NUL bytes: the file is damaged"
            return line.replace("\0", "\ufffd")
        return line
