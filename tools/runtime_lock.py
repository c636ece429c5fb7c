# SPDX-License-Identifier: GPL-2.0-or-later
"""Write resources/runtime.txt: what the plugin may install, with hashes, of locks/headless.txt, which does not ship."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, OUT = ROOT / "locks" / "headless.txt", ROOT / "resources" / "runtime.txt"
PACKAGES = ("onnxruntime", "pillow-heif", "shapely")
HEAD = "# Of locks/headless.txt by tools/runtime_lock.py (./dev lock): pip installs these and no others.\n"


def runtime(lock: str) -> str:
    """Return the requirements of the plugin's packages out of a lock."""
    blocks = re.findall(r"^\S.*(?:\n    .*)*", lock, re.M)
    wanted = [block for block in blocks if block.split("==")[0] in PACKAGES]
    kept = ["\n".join(line for line in block.splitlines() if "# via" not in line and line.strip()[:1] != "#")
            for block in wanted]  # fmt: skip
    return HEAD + "\n".join(block.rstrip("\\ ") for block in kept) + "\n"


def main() -> None:
    """Write it, or with ``--check`` say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = runtime(LOCK.read_text(encoding="utf-8"))
    if parser.parse_args().check:
        same = OUT.read_text(encoding="utf-8") == text
        raise SystemExit(0 if same else "resources/runtime.txt is not that of the lock: run tools/runtime_lock.py")
    OUT.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
