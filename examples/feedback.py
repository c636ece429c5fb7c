"""Progress and cancel: a long job tells a feedback object how far it is, and asks it whether to stop."""

import sys
from pathlib import Path
from typing import Optional

import sigma_communes as sc
from sigma_communes.core.feedback import Feedback


class Told(Feedback):
    """Prints the stages; ``is_cancelled`` could look at a button."""

    def stage(self, name: str, total: Optional[int] = None) -> None:
        """Begin a stage of ``total`` steps."""
        print(f"{name}: {'?' if total is None else total}")


out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
(out / "reports.csv").write_text("id,lon,lat,description\n1,5.44,43.53,Lampadaire en panne\n", encoding="utf-8")
try:
    sc.run(reports=out / "reports.csv", out=out, feedback=Told())
except sc.SigmaError as error:
    print(f"{error.what}: {error.next_step}")
