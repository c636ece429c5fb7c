# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos in, suggestions out: order, verdicts, abstention, cancel, threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from sigma_communes.core.classify import ModelPackage, classify, load_package
from sigma_communes.core.classify.pipeline import prediction_of, probabilities
from sigma_communes.core.errors import Cancelled, UsageError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.model import PhotoVerdict

from .conftest import MakePackage, colour_model

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)
MakePhoto = Callable[..., Path]


class Recorder(Feedback):
    """Remembers the progress; cancels once it reached ``stop_at`` photos."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.total: int | None = None
        self.done = 0
        self.stop_at = stop_at

    def stage(self, name: str, total: int | None = None) -> None:
        self.total = total

    def advance(self, steps: int = 1) -> None:
        self.done += steps

    def is_cancelled(self) -> bool:
        return self.stop_at is not None and self.done >= self.stop_at


def decode_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("decode")]


def test_results_come_in_the_order_of_the_input_with_every_file_answered(
    colours: ModelPackage, photo: MakePhoto, tmp_path: Path
) -> None:
    wanted = []
    paths: list[Path | str] = []
    for i in range(37):
        name, colour = [("red", RED), ("green", GREEN), ("blue", BLUE)][i % 3]
        # Sizes differ, so that decoding ends in another order than it began.
        paths.append(photo(f"{i}.png", colour, (900, 900) if i % 5 == 0 else (20, 30)))
        wanted.append(name)
    for place, content in ((3, b""), (20, b"not a picture")):
        paths[place] = tmp_path / f"{place}.jpg"
        Path(paths[place]).write_bytes(content)
        wanted[place] = ""
    paths.append(str(tmp_path / "there is none.jpg"))
    wanted.append("")

    feedback = Recorder()
    results = list(classify(paths, colours, feedback=feedback, batch=4))

    assert [r.path for r in results] == [str(p) for p in paths]
    assert [r.prediction.label if r.prediction else "" for r in results] == wanted
    assert all((r.prediction is None) == (r.error is not None) == (r.picture is None) for r in results)
    assert results[20].error is not None
    assert results[20].error.verdict is PhotoVerdict.NOT_AN_IMAGE
    assert (feedback.total, feedback.done) == (38, 38)
    assert decode_threads() == []


def test_top_three_scores_add_up(colours: ModelPackage, photo: MakePhoto) -> None:
    (result,) = classify([photo("a.png", (255, 51, 0))], colours)
    assert result.prediction is not None
    assert [label for label, _ in result.prediction.top] == ["red", "green", "blue"]
    assert sum(score for _, score in result.prediction.top) == pytest.approx(1)
    assert result.prediction.model == "colours 1"


def test_the_mean_of_the_views_decides_and_fast_takes_the_first_alone(
    make_package: MakePackage, tmp_path: Path
) -> None:
    # Green with two blue corners: blue wins in the two corner views, not in the whole.
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:] = GREEN
    pixels[:28, :28] = pixels[36:, 36:] = BLUE
    path = tmp_path / "a.png"
    Image.fromarray(pixels).save(path)
    package = load_package(make_package())
    (all_views,) = classify([path], package, threshold=0)
    (one_view,) = classify([path], package, threshold=0, fast=True)
    assert all_views.prediction is not None
    assert one_view.prediction is not None
    assert all_views.prediction.label == "blue"
    assert one_view.prediction.label == "green"


def test_below_the_threshold_the_model_abstains_and_says_why(colours: ModelPackage, photo: MakePhoto) -> None:
    path = photo("grey.png", GREY)
    (result,) = classify([path], colours)
    assert result.prediction is not None
    assert result.prediction.abstained
    assert result.prediction.label is None
    assert "0.33, below 0.70" in result.prediction.reason
    assert len(result.prediction.top) == 3
    (bold,) = classify([path], colours, threshold=0.2)
    assert bold.prediction is not None
    assert not bold.prediction.abstained
    assert bold.prediction.reason == ""


def test_each_label_has_its_own_threshold(make_package: MakePackage, photo: MakePhoto) -> None:
    package = load_package(make_package(thresholds=json.dumps({"red": 1.0, "green": 0.7, "blue": 0.0})))
    red, green = classify([photo("r.png", RED), photo("g.png", GREEN)], package)
    assert red.prediction is not None
    assert green.prediction is not None
    assert (red.prediction.abstained, green.prediction.abstained) == (True, False)


def test_temperature_softens_the_scores(make_package: MakePackage, photo: MakePhoto) -> None:
    path = photo("r.png", RED)
    scores = []
    for temperature in ("0.5", "1", "4"):
        (result,) = classify([path], load_package(make_package(temperature=temperature)))
        assert result.prediction is not None
        scores.append(result.prediction.score)
    assert scores == sorted(scores, reverse=True)
    assert scores[2] == pytest.approx(np.exp(2) / (np.exp(2) + 2), rel=1e-5)


def test_a_float_model_gives_the_same_as_one_that_takes_bytes(make_package: MakePackage, photo: MakePhoto) -> None:
    path = photo("a.png", (200, 100, 50))
    (of_bytes,) = classify([path], load_package(make_package()))
    (of_floats,) = classify([path], load_package(make_package(colour_model(floats=True))))
    assert of_bytes.prediction is not None
    assert of_floats.prediction is not None
    assert [s for _, s in of_floats.prediction.top] == pytest.approx([s for _, s in of_bytes.prediction.top], abs=1e-5)


def test_cancel_comes_between_batches_and_leaves_whole_results(colours: ModelPackage, photo: MakePhoto) -> None:
    paths = [photo("r.png", RED)] * 100
    got = []
    with pytest.raises(Cancelled):
        for result in classify(paths, colours, feedback=Recorder(stop_at=16), batch=8):
            got.append(result)
    assert len(got) == 16
    assert all(r.prediction is not None for r in got)
    assert decode_threads() == []


def test_closing_the_generator_stops_the_threads(colours: ModelPackage, photo: MakePhoto) -> None:
    results = classify([photo("r.png", RED)] * 200, colours)
    next(results)
    assert decode_threads()
    results.close()  # type: ignore[attr-defined]
    assert decode_threads() == []


def test_paths_are_read_only_a_little_ahead(colours: ModelPackage, photo: MakePhoto) -> None:
    path = photo("r.png", RED)
    given = 0

    def endless() -> Iterator[Path]:
        nonlocal given
        while True:
            given += 1
            yield path

    results = classify(endless(), colours, batch=4)
    furthest = 0
    for done in range(1, 60):
        next(results)
        furthest = max(furthest, given - done)
    results.close()  # type: ignore[attr-defined]
    assert furthest <= 4 * 5


def test_no_paths_no_results(colours: ModelPackage) -> None:
    assert list(classify([], colours)) == []


def test_only_broken_files(colours: ModelPackage, tmp_path: Path) -> None:
    results = list(classify([tmp_path / "none.jpg"] * 9, colours))
    assert len(results) == 9
    assert all(r.error is not None and r.prediction is None for r in results)


@pytest.mark.parametrize("wrong", [{"threshold": 1.5}, {"threshold": -0.1}, {"batch": 0}, {"decode_threads": 0}])
def test_parameters_out_of_range_are_refused_at_once(colours: ModelPackage, wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        classify([], colours, **wrong)  # type: ignore[arg-type]


@given(arrays(np.float32, (4, 3), elements=st.floats(-1e4, 1e4, width=32)), st.floats(0.05, 20))
def test_probabilities_are_probabilities_and_keep_the_order(logits: np.ndarray, temperature: float) -> None:
    p = probabilities(logits, temperature)
    assert np.allclose(p.sum(1), 1)
    assert ((p >= 0) & (p <= 1)).all()
    for row, found in zip(logits, p):
        assert found[row.argmax()] == found.max()


def test_the_prediction_of_scores_alone(colours: ModelPackage) -> None:
    prediction = prediction_of(np.array([0.1, 0.1, 0.8]), colours)
    assert prediction.top == (("blue", 0.8), ("red", 0.1), ("green", 0.1))
