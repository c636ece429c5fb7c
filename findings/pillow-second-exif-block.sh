#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pillow and a JPEG with two EXIF blocks.
#
# Editors put an EXIF block of their own before the camera's, so a JPEG can have two APP1 segments that each begin with a TIFF
# header. One would expect the reader to look into both, as ExifTool does, or to say that there is another. Pillow's getexif()
# gives the tags of the first one only: the position in the second is not seen, and the photo looks as if it had none.
set -euo pipefail
there=$(mktemp -d); trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/env"
"$there/env/bin/pip" install --quiet --disable-pip-version-check Pillow==11.3.0 piexif==1.1.3 2>/dev/null
"$there/env/bin/python" - <<'PYTHON'
import io, struct
import piexif, PIL
from PIL import Image

editor = piexif.dump({"0th": {piexif.ImageIFD.Make: b"Editor"}})
place = {1: b"N", 2: ((43, 1), (17, 1), (47, 1)), 3: b"E", 4: ((5, 1), (22, 1), (11, 1))}
camera = piexif.dump({"0th": {piexif.ImageIFD.Make: b"Camera"}, "GPS": place})
plain = io.BytesIO()
Image.new("RGB", (8, 8)).save(plain, "JPEG")

def read(*blocks):
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block for block in blocks)
    jpeg = plain.getvalue()
    exif = Image.open(io.BytesIO(jpeg[:2] + segments + jpeg[2:])).getexif()
    return exif.get(piexif.ImageIFD.Make), bool(exif.get_ifd(0x8825))

print("Pillow", PIL.__version__)
alone, behind = read(camera), read(editor, camera)
print("the camera's block alone:   make", alone[0], "| position", alone[1])
print("behind an editor's block:   make", behind[0], "| position", behind[1])
assert alone == ("Camera", True)
assert behind == ("Editor", False), "Pillow reads the second block now"
PYTHON
