# SPDX-License-Identifier: GPL-2.0-or-later
"""addok's side of bench_addresses.py, run by the Python that has addok: load documents, answer queries, print JSON.

python addok_find.py DOCUMENTS QUERIES      (ADDOK_CONFIG_MODULE names the settings; the Redis of it is emptied)
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    documents, queries = sys.argv[1:3]
    program = Path(sys.executable).with_name("addok")
    start = time.perf_counter()
    for command in (["reset"], ["batch", documents], ["ngrams"]):
        subprocess.run(
            [str(program), *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, input=b"y\n"
        )
    loaded = time.perf_counter() - start
    from addok.config import config
    from addok.core import search

    config.load()
    texts = json.loads(Path(queries).read_text(encoding="utf-8"))
    search(texts[0], limit=1)
    answers = []
    start, cpu = time.perf_counter(), time.process_time()
    for text in texts:
        found = search(text, limit=1)
        answers.append(
            [found[0].housenumber or "", found[0].name, found[0].city, found[0].postcode, found[0].score]
            if found
            else None
        )
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"loaded_s": loaded, "wall_s": wall, "processor_s": cpu, "answers": answers}))


main()
