# SPDX-License-Identifier: GPL-2.0-or-later
"""Words are the same read piece by piece or as a whole, whatever the characters; sentences end where they did."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.base.language.text import plain_words, tokens


def _as_a_whole(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", plain.replace("œ", "oe").replace("æ", "ae"))


@given(st.text(st.one_of(st.characters(), st.sampled_from("aé\u0301Œæ \u00a0\n\u2003.'_"))))
def test_words_piece_by_piece_are_those_of_the_whole(text: str) -> None:
    assert plain_words(text) == _as_a_whole(text)


def test_a_sentence_ends_once_and_only_after_a_word() -> None:
    stand = tokens("... L'œuf_cassé!? Rue\nSaint-Éloi.")
    assert [(token.word, token.sentence) for token in stand] == [
        ("l", 0), ("oeuf", 0), ("casse", 0), ("rue", 1), ("saint", 2), ("eloi", 2),
    ]  # fmt: skip
