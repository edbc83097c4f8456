"""The default model's encoder: as true to the original as promised, and the same every time."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import replace_surrogates
from index.locations import cache_folder
from index.models import load_encoder
from index.models.encoder import DualEncoder, TokenCounter, share_tokenizer
from index.models.load import default_model_folder
from tests.support import ROOT
from tests.support.encoders import WordEncoder

HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "onnx"}
LIMIT = 256


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


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


@pytest.fixture(scope="module")
def paragraphs():
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.md"))]
    return [part for text in texts for part in re.split(r"\n\s*\n", text) if part.strip()]


@pytest.fixture(scope="module")
def original():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(default_model_folder()), device="cpu", local_files_only=True)


def words(count, other_from=None):
    """A text of `count` tokens, and `count` other ones from a position on."""
    return " ".join("stone" if n < (other_from or count) else "river" for n in range(count))


def test_it_says_what_it_is(encoder):
    assert encoder.name == "all-MiniLM-L6-v2"
    assert encoder.dimension == 384
    assert encoder.max_tokens == LIMIT
    assert re.fullmatch(r"[0-9a-f]{32}", encoder.fingerprint)


def test_vectors_agree_with_the_original_model(encoder, original, paragraphs):
    expected = original.encode(paragraphs, normalize_embeddings=True, show_progress_bar=False)
    cosines = (encoder.encode_passages(paragraphs) * expected).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.97


def test_vectors_are_float32_of_length_one(encoder, paragraphs):
    vectors = encoder.encode_passages(paragraphs)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(paragraphs), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_question_is_nearest_to_the_passage_that_answers_it(encoder):
    passages = [
        "The museum opens at nine, except on Mondays.",
        "Descale the boiler every three months with citric acid.",
        "Tardigrades survive drought by drying up themselves.",
    ]
    questions = ["How often must I descale it?", "When can I visit the museum?"]
    scores = encoder.encode_questions(questions) @ encoder.encode_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [1, 0]


def test_a_text_has_the_same_vector_whatever_it_is_encoded_with(encoder, paragraphs):
    together = encoder.encode_passages(paragraphs[:30])
    alone = np.concatenate([encoder.encode_passages([text]) for text in paragraphs[:30]])
    assert (together == alone).all()
    assert (encoder.encode_passages(paragraphs[:30][::-1]) == together[::-1]).all()


def test_another_instance_gives_the_same_vectors(encoder, paragraphs):
    again = load_encoder()
    assert again.fingerprint == encoder.fingerprint
    assert (again.encode_passages(paragraphs[:8]) == encoder.encode_passages(paragraphs[:8])).all()


def test_threads_share_an_encoder(encoder, paragraphs):
    fresh = load_encoder()
    with ThreadPoolExecutor(6) as pool:
        encoded = pool.map(fresh.encode_passages, [paragraphs[:12]] * 6)
        counted = pool.map(fresh.count_tokens, [paragraphs[:12]] * 6)
        expected = encoder.encode_passages(paragraphs[:12])
        assert all((vectors == expected).all() for vectors in encoded)
        assert all(counts == encoder.count_tokens(paragraphs[:12]) for counts in counted)


def test_a_text_is_read_up_to_the_models_own_limit(encoder):
    # The tokenizer's file cuts at 128 tokens; two of the 256 are special ones.
    read = LIMIT - 2
    whole, late, unread = encoder.encode_passages(
        [words(400), words(400, other_from=read - 40), words(400, other_from=read)]
    )
    assert late @ whole < 0.999
    assert (unread == whole).all()
    assert (encoder.encode_passages([words(read)])[0] == whole).all()


def test_tokens_are_counted_to_the_end_and_without_special_ones(encoder):
    assert encoder.count_tokens([words(3), "", words(1000)]) == [3, 0, 1000]
    assert encoder.count_tokens([]) == []


@pytest.fixture(scope="module")
def tokenizer():
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def test_copies_of_a_tokenizer_are_parsed_once_for_each_length_that_texts_are_cut_to(tmp_path):
    file = default_model_folder() / "tokenizer.json"
    copy = shutil.copy(file, tmp_path)
    whole, short = share_tokenizer(file), share_tokenizer(file, 4)
    assert share_tokenizer(Path(copy)) is whole
    assert share_tokenizer(Path(copy), 4) is short
    assert [len(each.encode(words(9)).ids) for each in (whole, short)] == [11, 4]


SOME_TEXT = st.one_of(
    st.text(),
    st.text(st.characters(max_codepoint=127)),
    st.lists(
        st.sampled_from(
            [
                *"unaffable don't x_1 [SEP] [sep] • — é e\u0301 naïve 東京 ﷺ İ ǅ ½ 🦉 \ud800".split(
                    " "
                ),
                *"\u200b \x0b \x1c \x85 \xa0 \u2028 \r \t \n".split(" "),
                "",
                "w" * 120,
            ]
        )
    ).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(SOME_TEXT, max_size=3))
def test_tokens_counted_word_by_word_are_those_of_the_whole(encoder, tokenizer, texts):
    whole = [replace_surrogates(text) for text in texts]
    expected = [len(tokenizer.encode(text, add_special_tokens=False)) for text in whole]
    assert encoder.count_tokens(texts) == expected
    assert encoder.count_tokens(texts) == expected


def test_words_that_are_remembered_do_not_fill_the_memory(encoder, tokenizer, monkeypatch):
    monkeypatch.setattr("index.models.encoder._MOST_WORDS", 8)
    texts = [f"the {number} of {number + 1} and all" for number in range(30)]
    expected = [len(tokenizer.encode(text, add_special_tokens=False)) for text in texts]
    counter = TokenCounter(tokenizer)
    assert counter.count(texts) == expected
    assert counter.count(texts) == expected
    assert len(counter._known) <= 8


def test_a_tokenizer_that_looks_across_words_sees_the_whole_text():
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(
        models.BPE({"a": 0, " ": 1, "a a": 2, "a ": 3}, [("a", " "), ("a ", "a")])
    )
    assert TokenCounter(tokenizer).count(["a a"]) == [1]
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    assert TokenCounter(tokenizer).count(["a a"]) == [2]


def test_no_texts_give_no_vectors(encoder):
    assert encoder.encode_passages([]).shape == (0, 384)
    assert encoder.encode_questions([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "\x00", "\ud800", "\u200b", "🦉" * 300])
def test_any_text_has_a_vector(encoder, text):
    vector = encoder.encode_passages([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


@given(texts=st.lists(st.text(st.characters(), max_size=60), max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_texts_have_vectors(encoder, texts):
    vectors = encoder.encode_questions(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.isfinite(vectors).all()
    assert len(encoder.count_tokens(texts)) == len(texts)


@pytest.mark.parametrize(
    ("statement", "kept_out"),
    [
        ("import index.models.encoder, index.models", HEAVY | {"onnxruntime", "tokenizers"}),
        ("from index.models import load_encoder; load_encoder().encode_questions(['why?'])", HEAVY),
    ],
)
@pytest.mark.usefixtures("encoder")
def test_a_compiled_model_needs_no_training_library(statement, kept_out):
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert not {name.split(".")[0] for name in done.stdout.split()} & kept_out
    assert done.stderr == ""


@pytest.mark.usefixtures("encoder")
def test_the_runtime_keeps_no_identity_and_reports_to_nobody(tmp_path):
    """onnxruntime's own builds do both by default, except where they see that tests run."""
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "QUOTEBACK_CACHE": str(cache_folder())}
    subprocess.run(
        [
            sys.executable,
            "-c",
            "from index.models import load_encoder; load_encoder().encode_questions(['why?'])",
        ],
        check=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | home,
    )
    assert not list(tmp_path.iterdir())
