"""An encoder with another one for questions: an index is that of its passages."""

import numpy as np
import pytest

from index.models.encoder import DualEncoder
from tests.support.encoders import WordEncoder


class Backwards(WordEncoder):
    """Reads questions from their end."""

    fingerprint = "backwards"
    name = "backwards"

    def encode_questions(self, texts):
        return super().encode_questions([text[::-1] for text in texts])


@pytest.fixture
def dual():
    return DualEncoder(WordEncoder(), Backwards())


def test_it_is_named_and_measured_as_the_encoder_of_its_passages(dual):
    passages = WordEncoder()
    assert dual.fingerprint == passages.fingerprint
    assert dual.name == passages.name
    assert dual.dimension == passages.dimension
    assert dual.max_tokens == passages.max_tokens
    assert dual.count_tokens(["one two"]) == passages.count_tokens(["one two"])


def test_only_questions_go_to_the_encoder_of_questions(dual):
    plain = WordEncoder()
    texts = ["the ferry stopped", "rain"]
    assert np.array_equal(dual.encode_passages(texts), plain.encode_passages(texts))
    backwards = [text[::-1] for text in texts]
    assert np.array_equal(dual.encode_questions(texts), plain.encode_questions(backwards))
