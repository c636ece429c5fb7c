"""Receive reports from a source (here a folder of files), and see what a round with it would send."""

import sys
from pathlib import Path

import sigma_communes as sc

out = Path(sys.argv[1])
folder = out / "reports"
folder.mkdir(parents=True, exist_ok=True)
(folder / "reports.csv").write_text("id,lon,lat,description\n7,5.3698,43.2965,Tag sur un mur\n", encoding="utf-8")

with sc.open_workspace(out / "workspace.gpkg") as workspace, sc.connect(folder) as source:
    pulled = sc.pull(workspace, source)
    print(f"{pulled.new} new, {pulled.rejected} rejected")
    done = sc.sync(workspace, source, confirm=lambda leaving: [key for report in leaving for key in report.keys])
    print(f"placed {done.placed}, sent {done.pushed.counts() if done.pushed else 'nothing'}")
    print([hit.record.title for hit in sc.search_catalogue(workspace, "arbres")])
