# SPDX-License-Identifier: GPL-2.0-or-later
"""A version adapted to a place without labels, and learning that answers no fewer photos than before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sigma_communes.core.classify.learning import Head, Taught, base_head, fit, read_head, versions
from sigma_communes.core.classify.learning.fit import adaptation
from sigma_communes.core.classify.learning.fit.adapting import adapt, different
from sigma_communes.core.classify.learning.fit.calibration import expected_calibration_error
from sigma_communes.core.classify.learning.fit.logistic import fit_from, softmax
from sigma_communes.core.classify.learning.judge.comparing import worse_in
from sigma_communes.core.classify.learning.judge.evaluation import macro_f1
from sigma_communes.core.classify.learning.session import Photos
from sigma_communes.core.errors import DataError

from .conftest import CLASSES, examples, photos_of, taught

FIVE = [0, 2, 3, 4, 5]
FOUR = list(CLASSES[:4])


def photos(labels: list[str], *, seed: int = 0, decided: bool = False) -> Photos:
    found = examples(labels, seed=seed)
    found = found if decided else replace(found, label=np.array([""] * len(labels)))
    n = len(labels)
    by = {"commune": np.array(["Aubagne"] * n)}
    return Photos(found, tuple(f"{i}.jpg" for i in range(n)), by, ("",) * n, ())


@pytest.fixture
def shipped(base: Head, own_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Head]:
    """The toy base stands for the head of the package."""
    plain = replace(base, summary={})
    monkeypatch.setattr(adaptation, "base_head", lambda: plain)
    monkeypatch.setattr(versions, "base_head", lambda: plain)
    yield plain


def test_an_adapted_version_is_kept_with_before_and_after(shipped: Head, tmp_path: Path) -> None:
    found = adaptation.adapt_to(photos(FOUR * 40, seed=7), out=tmp_path / "v")
    assert found.problem == "" and found.folder == tmp_path / "v"
    assert found.answered[1] >= found.answered[0] > 0.4 and found.same >= 0.95
    assert sum(pair[1] for pair in found.counts.values()) == round(found.answered[1] * 160)
    kept = read_head(tmp_path / "v")
    assert kept.summary["adapted_to"]["communes"] == ["Aubagne"] and kept.version == found.head.version
    assert versions.running_folder() is None  # nothing is switched on


@pytest.mark.parametrize(
    ("labels", "says"),
    [(["waste"], "too few"), (FOUR * 10, "too few"), (["waste"] * 80, "of one class")],
)
def test_a_folder_that_teaches_nothing_is_refused(shipped: Head, tmp_path: Path, labels: list[str], says: str) -> None:
    with pytest.raises(DataError, match=says) as caught:
        adaptation.adapt_to(photos(labels), out=tmp_path / "v")
    assert caught.value.next_step and not (tmp_path / "v").exists()


def test_copies_of_one_photo_are_one_photo(base: Head) -> None:
    one = photos_of(["waste"])
    with pytest.raises(DataError, match="1 different photos are too few"):
        adapt(base, np.repeat(one, 200, axis=0))
    two = photos_of(["waste", "none"]).mean(axis=1)
    assert different(np.concatenate([two, two, two]), base.mean).tolist() == [0, 1]


def test_decisions_that_contradict_the_adaptation_keep_the_running_version(
    shipped: Head, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = photos(FOUR * 40, seed=7, decided=True)

    def turned(*_: Any, **__: Any) -> Any:
        class Lesson:
            head = replace(shipped, version="turned", label_bias=np.array([0, 0, 0, 9.0]))

        return Lesson

    monkeypatch.setattr(adaptation, "fit", turned)
    found = adaptation.adapt_to(mine, out=tmp_path / "v")
    assert "people decided" in found.problem and found.folder is None and not (tmp_path / "v").exists()


def test_a_version_taught_by_people_is_not_replaced_by_an_adaptation(
    shipped: Head, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = fit(taught(FOUR * 5, seed=3), base=shipped).head
    monkeypatch.setattr(versions, "learned_head", lambda **_: own)
    with pytest.raises(DataError, match="would forget"):
        adaptation.adapt_to(photos(FOUR * 40), out=tmp_path / "v")


def test_an_adapted_version_in_another_town_warns(base: Head) -> None:
    head = replace(base, summary={"adapted_to": {"communes": ["Aubagne"]}})
    assert adaptation.used_elsewhere(head, ["Aubagne"] * 30) == ""
    assert "Marseille" in adaptation.used_elsewhere(head, ["Aubagne"] * 5 + ["Marseille"] * 25)
    assert adaptation.used_elsewhere(head, ["Marseille"] * 5) == ""  # too few to tell
    assert adaptation.used_elsewhere(base, ["Marseille"] * 30) == ""


def test_a_layer_moves_from_where_it_starts_only_as_far_as_the_rows_ask() -> None:
    random = np.random.RandomState(0)
    x, weight, bias = random.normal(size=(60, 6)), random.normal(size=(3, 6)), random.normal(size=3)
    row_label, due = np.array([0, 0, 1]), np.eye(2)[random.randint(0, 2, 60)]
    stiff, _ = fit_from((weight, bias), row_label, x, due, np.ones(60), np.full(3, 1e4))
    assert np.allclose(stiff, weight, atol=1e-3)
    loose, moved = fit_from((weight, bias), row_label, x, due, np.ones(60), np.full(3, 1e-3))
    member = row_label[:, None] == np.arange(2)

    def loss(w: NDArray[Any], b: NDArray[Any]) -> float:
        return -float((due * np.log(softmax(x @ w.T + b) @ member)).sum())

    assert loss(loose, moved) < loss(weight, bias)


@pytest.mark.parametrize("n", [59, 120])
def test_confirmed_photos_of_the_kind_that_the_base_was_trained_on_cost_no_answers(n: int) -> None:
    """The class centres stand for photos of the training set."""
    base = base_head()
    order = np.random.RandomState(n).permutation(len(base.anchors))
    mine, rest = order[:n], order[n:]
    names = np.array(base.labels)[base.anchor_label]
    views = np.repeat(base.anchors[:, None], 2, axis=1)
    head = fit(Taught(views[mine], names[mine], np.arange(n).astype(str)), base=base).head
    before, after = (~h.suggest(views[rest]).abstained for h in (base, head))
    assert after.mean() >= before.mean() - 0.08 and before.mean() > 0.8


def test_thirty_photos_of_one_class_leave_the_others_answered() -> None:
    base = base_head()
    names = np.array(base.labels)[base.anchor_label]
    views = np.repeat(base.anchors[:, None], 2, axis=1)
    waste = names == "waste"
    head = fit(Taught(views[waste][:30], names[waste][:30], np.arange(30).astype(str)), base=base).head
    said = [h.suggest(views[~waste]) for h in (base, head)]
    assert (~said[1].abstained).mean() >= (~said[0].abstained).mean() - 0.05
    right = [(np.array(base.labels)[s.probabilities.argmax(axis=1)] == names[~waste]).mean() for s in said]
    assert right[1] >= right[0] - 0.02


def test_a_version_that_answers_less_is_worse() -> None:
    same = {
        "known_answered": [0.97, 0.97], "right": [0.99, 0.99], "only_first_right": 0, "only_second_right": 0,
        "p_value": 1.0, "answered_right": [0.97, 0.97], "unknown_answered": [0.1, 0.1],
    }  # fmt: skip
    assert worse_in(same) == []
    assert worse_in({**same, "known_answered": [0.97, 0.07]}) == ["answers"]
    assert worse_in({**same, "right": [1.0, 0.96], "only_first_right": 2, "p_value": 0.5}) == ["right"]
    assert worse_in({**same, "answered_right": [0.97, 0.80]}) == ["precise"]
    assert worse_in({**same, "unknown_answered": [0.1, 0.5]}) == ["unknown"]
    nothing = {**same, "known_answered": [None, None], "right": [None, None], "unknown_answered": [None, None]}
    assert worse_in(nothing) == []


@pytest.mark.shared
@pytest.mark.parametrize("common", ["graffiti", "road_damage", "none", "waste"])
@pytest.mark.parametrize("few", [3, 9])
def test_rare_classes_of_a_folder_are_not_swallowed(shared: Path, common: str, few: int) -> None:
    base = base_head()
    with np.load(shared / "eval_features" / "features.npz", allow_pickle=False) as arrays:
        features, label = arrays["features"][:, FIVE], arrays["label"].astype(str)
    f1: list[tuple[float, float]] = []
    for seed in range(3):
        random = np.random.RandomState(seed)
        rows = np.concatenate(
            [random.permutation(np.flatnonzero(label == x))[: 120 if x == common else few] for x in base.labels]
        )
        heads = base, fit(None, base=base, unlabelled=features[rows]).head
        guesses = [np.array(h.labels)[h.probabilities(features[rows]).argmax(axis=1)] for h in heads]
        f1.append((macro_f1(label[rows], guesses[0]), macro_f1(label[rows], guesses[1])))
    before, after = np.mean(f1, axis=0)
    assert after >= before - 0.01


@pytest.mark.shared
def test_scores_of_an_adapted_version_mean_what_they_say(shared: Path) -> None:
    base = base_head()
    with np.load(shared / "eval_features" / "features.npz", allow_pickle=False) as arrays:
        features, label = arrays["features"][:, FIVE], arrays["label"].astype(str)
    head = fit(None, base=base, unlabelled=features).head
    known = np.isin(label, head.labels)
    p = head.probabilities(features[known])
    right = np.array(head.labels)[p.argmax(axis=1)] == label[known]
    assert right.mean() > 0.93
    assert expected_calibration_error(p.max(axis=1), right) <= 0.03
