"""The built ZIP in an empty profile, run by ``qgis_process``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_the_provider_is_listed(qgis_process: Any) -> None:
    listed = json.loads(qgis_process("list", "--json").stdout)
    assert set(listed["providers"]["sigma_communes"]["algorithms"]) >= {"sigma_communes:run", "sigma_communes:locate"}


def test_the_main_job_runs(qgis_process: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports.csv"
    reports.write_text(
        "id,type,soustype,date_declaration,adresse,lon,lat\n"
        "A1,Propreté,Déchets et/ou salissures divers,2026-11-02,Vieux-Port,5.3698,43.2965\n"
        'A2,"Graffitis, tags, affiches et autocollants",Graffitis sur mur,2026-11-03,Cours Mirabeau,5.4474,43.5268\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    answer = json.loads(
        qgis_process("run", "sigma_communes:run", "--json", f"--REPORTS={reports}", f"--OUT={out}").stdout
    )
    assert Path(answer["results"]["WORKSPACE"]).is_file()
    assert "Marseille" in Path(answer["results"]["BULLETIN"]).read_text(encoding="utf-8")
    located = tmp_path / "located.geojson"
    qgis_process(
        "run", "sigma_communes:locate", f"--INPUT={out}/workspace.gpkg|layername=incident", f"--OUTPUT={located}"
    )
    features = json.loads(located.read_text(encoding="utf-8"))["features"]
    assert {f["properties"]["insee_2"] for f in features} == {"13055", "13001"}
