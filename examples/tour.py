"""The library in fifteen lines: reports in, communes and teams, a workspace, a map file and a bulletin out."""

import sys
from pathlib import Path

import sigma_communes as sc

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
(out / "reports.csv").write_text(
    "id;lon;lat;description;date\n"
    "1;5,3698;43,2965;Dépôt sauvage devant le numéro 12;05/03/2026 14h30\n"
    "2;5,5700;43,2927;Nid de poule dangereux;06/03/2026\n",
    encoding="utf-8",
)

done = sc.run(reports=out / "reports.csv", out=out)
print(f"{done.incidents} incidents, {dict(done.teams)}")

sc.route_file(out / "reports.csv", out / "routed.geojson")
sc.write_bulletin(done.workspace, out / "aubagne.html", commune="Aubagne")
print(sc.locate([5.3698, 5.5700, 2.35], [43.2965, 43.2927, 48.85]).commune.tolist())
