# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.classify.learning import Head, base_head, read_head, versions, write_head
from sigma_communes.core.classify.learning.decisions import Examples, merged, read_examples, settled, write_examples
from sigma_communes.core.classify.learning.session import learn, pooled
from sigma_communes.core.errors import DataError, ModelError, UsageError

from .conftest import BACKBONE, CLASSES, examples, photos_of


def test_a_head_comes_back_as_it_was(base: Head, tmp_path: Path) -> None:
    write_head(tmp_path / "h.npz", base)
    back = read_head(tmp_path / "h.npz", backbone=BACKBONE)
    photos = photos_of(list(CLASSES) * 5, seed=4)
    assert (
        back.labels == base.labels
        and back.version == base.version
        and back.thresholds == pytest.approx(base.thresholds)
    )
    assert np.abs(back.probabilities(photos) - base.probabilities(photos)).max() < 0.02
    assert (tmp_path / "h.npz").stat().st_size < 40_000


def test_damaged_and_foreign_heads_are_refused(base: Head, tmp_path: Path) -> None:
    file = tmp_path / "h.npz"
    write_head(file, base)
    whole = file.read_bytes()
    for content in (b"", b"not a head", whole[: len(whole) // 2], whole[:-200]):
        file.write_bytes(content)
        with pytest.raises(ModelError):
            read_head(file)
    for flip in range(100, len(whole), 997):
        file.write_bytes(whole[:flip] + bytes([whole[flip] ^ 0xFF]) + whole[flip + 1 :])
        try:
            assert read_head(file).labels  # a flip in padding or in a name that zip holds twice does no harm
        except ModelError as error:
            assert error.where == str(file)
    np.savez(file, weight=np.zeros((4, 8)), bias=np.zeros(4))
    with pytest.raises(ModelError, match="no 'format'"):
        read_head(file)
    with pytest.raises(ModelError, match="no such file"):
        read_head(tmp_path / "none")


def test_a_pickle_inside_is_never_opened(tmp_path: Path) -> None:
    file = tmp_path / "h.npz"
    np.savez(file, format=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError):
        read_head(file)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "h.npz"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes(300 * 2**20))
    with pytest.raises(ModelError, match="too large"):
        read_head(file)


@pytest.mark.parametrize(
    "changed",
    [
        {"row_label": np.array([0, 1, 2, 2])},
        {"row_label": np.array([0, 1, 2, 9])},
        {"temperature": 0.0},
        {"thresholds": dict.fromkeys(CLASSES[:4], 2.0)},
        {"bias": np.full(4, np.nan)},
        {"bias": np.zeros(3)},
    ],
)
def test_numbers_that_do_not_fit_are_refused(base: Head, tmp_path: Path, changed: dict[str, object]) -> None:
    write_head(tmp_path / "h.npz", replace(base, **changed))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="Does not fit"):
        read_head(tmp_path / "h.npz")


def test_a_head_of_an_older_backbone_changes_nothing(base: Head, own_data: Path) -> None:
    good, old = own_data / "good", own_data / "old"
    write_head(good / "learned_head.npz", base)
    write_head(old / "learned_head.npz", replace(base, backbone="toy 0"))
    versions.use(good, backbone=BACKBONE)
    with pytest.raises(ModelError, match="features of toy 0"):
        versions.use(old, backbone=BACKBONE)
    (old / "learned_head.npz").write_bytes(b"broken")
    with pytest.raises(ModelError):
        versions.use(old)
    assert versions.running_head(backbone=BACKBONE).version == base.version


def test_one_step_back(base: Head, own_data: Path) -> None:
    assert versions.running_head().version == base_head().version
    write_head(own_data / "a" / "learned_head.npz", base)
    write_head(own_data / "b" / "learned_head.npz", replace(base, version="b"))
    versions.use(own_data / "a")
    versions.use(own_data / "b")
    assert versions.running_head().version == "b"
    assert versions.step_back().version == base.version
    assert versions.step_back().version == base_head().version
    with pytest.raises(UsageError, match="shipped"):
        versions.step_back()


def test_of_two_decisions_on_a_photo_the_later_one_holds(base: Head) -> None:
    early, late = (
        examples(["none"] * 3, at="2026-01-01T00:00:00Z"),
        examples(["waste"] + ["none"] * 2, at="2026-02-01T00:00:00Z"),
    )
    both = Examples(BACKBONE, *(np.concatenate([getattr(a, n) for a in (late, early)]) for n in FIELDS))
    kept, found = settled(both, base.mean)
    assert sorted(kept.label) == ["none", "none", "waste"]
    assert [(c.kept, c.dropped) for c in found] == [("waste", "none")]


def test_copies_of_a_photo_that_contradict_are_reported(base: Head) -> None:
    one = examples(["none"], at="2026-03-01T00:00:00Z")
    copy = replace(one, photo=np.array(["f" * 64]), label=np.array(["waste"]), at=np.array(["2026-01-01T00:00:00Z"]))
    both = Examples(BACKBONE, *(np.concatenate([getattr(a, n) for a in (one, copy)]) for n in FIELDS))
    kept, found = settled(both, base.mean)
    assert kept.label.tolist() == ["none"]
    assert [(c.kept, c.dropped) for c in found] == [("none", "waste")]


FIELDS = ("photo", "label", "at", "group", "source", "features")


ROWS = st.lists(
    st.tuples(
        st.integers(0, 5), st.sampled_from(["a", "b"]), st.integers(1, 3), st.sampled_from(["g", "h"]),
        st.sampled_from(["s", "t"]), st.integers(0, 2),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def pool(rows: list[tuple[int, str, int, str, str, int]]) -> Examples:
    photo, label, month, group, source, value = (np.array(column) for column in zip(*rows))
    at = np.array([f"2026-0{m}" for m in month])
    features = np.broadcast_to(value[:, None, None], (len(rows), 1, 2)).astype(np.float16)
    return Examples(BACKBONE, photo.astype(str), label, at, group, source, features)


def told(found: Examples) -> list[tuple[object, ...]]:
    texts = (getattr(found, name).tolist() for name in FIELDS[:-1])
    return list(zip(*texts, found.features[:, 0, 0].tolist()))


@given(ROWS, ROWS, ROWS)
def test_merging_does_not_depend_on_order_and_twice_is_once(one: Any, two: Any, three: Any) -> None:
    a, b, c = pool(one), pool(two), pool(three)
    whole = told(merged(a, b, c))
    assert told(merged(c, a, b)) == told(merged(merged(b, c), a)) == whole
    assert told(merged(merged(a, b, c), b, a)) == whole
    assert len({row[0] for row in whole}) == len(whole) == len({row[0] for row in (*one, *two, *three)})


def test_importing_in_any_order_gives_the_same_version(base: Head, tmp_path: Path) -> None:
    write_examples(tmp_path / "a.npz", examples(["tree"] * 12, seed=1))
    write_examples(tmp_path / "b.npz", examples(["none"] * 12, seed=2))
    orders = (["a", "b"], ["b", "a"], ["b", "a", "b"])
    versions_ = {
        learn(pooled([tmp_path / f"{name}.npz" for name in names]), base, tmp_path / "-".join(names)).head.version
        for names in orders
    }
    assert len(versions_) == 1


@pytest.mark.parametrize("label", ["", "a" * 65, "two\nlines", "\x1b[2J"])
def test_examples_and_heads_with_labels_that_are_none_are_refused(base: Head, tmp_path: Path, label: str) -> None:
    write_examples(tmp_path / "a.npz", replace(examples(["none"] * 2), label=np.array(["none", label])))
    with pytest.raises(ModelError, match="the label"):
        read_examples(tmp_path / "a.npz")
    labels = (label, *base.labels[1:])
    write_head(tmp_path / "h.npz", replace(base, labels=labels, thresholds={name: 0.5 for name in labels}))
    with pytest.raises(ModelError, match="the label"):
        read_head(tmp_path / "h.npz")


def test_examples_of_another_shape_are_refused_and_nothing_is_written(base: Head, tmp_path: Path) -> None:
    whole = examples(["none"] * 12)
    write_examples(tmp_path / "narrow.npz", replace(whole, features=whole.features[:, :, :5]))
    with pytest.raises(ModelError, match="are due"):
        learn(pooled([tmp_path / "narrow.npz"]), base, tmp_path / "new")
    write_examples(tmp_path / "fewer.npz", replace(whole, features=whole.features[:7]))
    with pytest.raises(ModelError, match="Does not fit"):
        pooled([tmp_path / "fewer.npz"])
    with pytest.raises(ModelError, match="different backbones"):
        merged(whole, replace(whole, features=whole.features[:, :, :5]))
    assert not (tmp_path / "new").exists()


def test_examples_of_two_backbones_do_not_mix(tmp_path: Path) -> None:
    write_examples(tmp_path / "a.npz", examples(["none"] * 2))
    write_examples(tmp_path / "b.npz", replace(examples(["none"] * 2), backbone="other 1"))
    assert len(read_examples(tmp_path / "a.npz")) == 2
    with pytest.raises(ModelError, match="different backbones"):
        pooled([tmp_path / "a.npz", tmp_path / "b.npz"])


def test_learning_that_fails_writes_nothing(base: Head, tmp_path: Path) -> None:
    out = tmp_path / "new"
    with pytest.raises(DataError, match="too few"):
        learn(examples(["none"] * 3), base, out)
    with pytest.raises(DataError, match="features of toy 1"):
        learn(replace(examples(["none"] * 20), backbone="other 1"), base, out)
    assert not out.exists()


def test_a_new_version_holds_no_photo_and_can_be_learned_again(base: Head, tmp_path: Path) -> None:
    learned = learn(examples(["tree"] * 12 + ["none"] * 12), base, tmp_path / "new")
    assert sorted(p.name for p in learned.folder.iterdir()) == ["examples.npz", "learned.json", "learned_head.npz"]
    again = learn(pooled([learned.folder]), base, tmp_path / "again")
    assert again.head.version == learned.head.version
    assert read_head(learned.folder).summary["confirmed"] == {"none": 12, "tree": 12}
