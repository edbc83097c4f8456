"""The reranker as shipped: what it must rank right, and what must not upset it."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Cancelled, ModelError
from index.models import default_model_folder, hash_file
from qa.answering.models import RERANKER_WEIGHTS as WEIGHTS
from qa.networks.passage_text import ModelPassage
from qa.networks.windows import Windower, load_tokenizer
from qa.reranker.compiling import sample_windows
from qa.reranker.loading import CARD, FILE, load_reranker
from tests.support.rows import split_cells

FERRY = (
    "The ferry across the Tamble carried its last passengers on 3 May 1956, two weeks after the "
    "bridge had been opened by the mayor, Louisa Penhale."
)
KETTLE = (
    "A green light shows that the battery is full. If the light turns red, the charger is too hot: "
    "unplug it, let it cool for half an hour and try again."
)
BREAD = (
    "Cover the bowl with a damp cloth and leave it for forty minutes. Bake at 240 °C until the "
    "crust is the colour of chestnuts."
)
PASSAGES = [FERRY, KETTLE, BREAD]
# What the original's own file gives for the sample: a row for every question.
ORIGINAL_SCORES = [
    [1.32, -9.66, -11.21, -11.17, -11.14, -10.12],
    [-11.29, 8.79, -11.25, -11.21, -11.29, -11.01],
    [-11.32, -11.26, 1.28, -11.05, -11.27, -10.61],
    [-11.30, -11.30, -9.81, 4.45, -11.30, -10.72],
    [-11.25, -11.32, -11.32, -11.25, -5.41, -11.09],
]


@pytest.fixture(scope="module")
def reranker(encoder):
    return load_reranker(WEIGHTS)


def score(reranker, question, texts, above=(), **options):
    above = above or [""] * len(texts)
    passages = [ModelPassage(*each) for each in zip(texts, above, strict=True)]
    return reranker.score(question, passages, **options)


def test_scores_are_those_of_the_original(reranker):
    windower = Windower(load_tokenizer(default_model_folder()))
    scores = [reranker.score_window(window) for window in sample_windows(windower)]
    original = np.ravel(ORIGINAL_SCORES)
    assert np.abs(np.subtract(scores, original)).mean() < 0.15
    assert np.corrcoef(scores, original)[0, 1] > 0.995


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When did the ferry stop running?", FERRY),
        ("who opened the bridge", FERRY),
        ("What does it mean when the light turns red?", KETTLE),
        ("how hot must the oven be", BREAD),
        ("How long does the dough rest?", BREAD),
        # In German: when did the ferry run for the last time?
        ("Wann fuhr die Fähre Tamble zum letzten Mal?", FERRY),
    ],
)
def test_the_passage_that_answers_scores_highest(reranker, question, best):
    scores = score(reranker, question, PASSAGES)
    assert PASSAGES[int(np.argmax(scores))] == best


def test_headings_tell_what_a_passage_is_about(reranker):
    passage = "Every three months, or whenever the orange light blinks. Use citric acid only."
    question = "How often should I descale the Brio coffee machine?"
    above = ["Brio coffee machine › Care › Descaling", "Aqua kettle › Care › Cleaning", ""]
    right, wrong, none = score(reranker, question, [passage] * 3, above)
    assert right > max(wrong, none)


def test_a_row_of_a_table_is_read_with_the_names_of_its_columns(reranker):
    row = "Ireland\t£38\t£130"
    columns = ("Destination", "Meals a day", "Hotel a night")
    question = "How much may a hotel in Ireland cost?"
    named, bare = reranker.score(
        question, [ModelPassage(row, "", columns, split_cells(row)), ModelPassage(row)]
    )
    assert named > bare + 1


def test_a_score_does_not_depend_on_the_other_passages(reranker):
    [alone] = score(reranker, "Who opened the bridge?", [FERRY])
    _, among, again = score(reranker, "Who opened the bridge?", [BREAD, FERRY, FERRY])
    assert alone == among == again


def test_no_passages_have_no_scores(reranker):
    assert score(reranker, "Who opened the bridge?", []) == []


def test_a_passage_without_a_word_scores_lowest(reranker):
    blank, empty, other = score(reranker, "Who opened the bridge?", [" \n\t", "", BREAD])
    assert blank == empty < other


def test_the_end_of_a_passage_of_ten_thousand_words_is_read(reranker):
    filler = "nothing much happened on that day " * 1666
    with_answer = filler + "until the lighthouse was sold for 90 guineas"
    question = "How much was the lighthouse sold for?"
    without, answered = score(reranker, question, [filler, with_answer])
    assert len(with_answer.split()) > 10_000
    assert answered > without + 2


BAD_TEXTS = {
    "one word": "Leith",
    "one character, repeated": "a" * 20_000,
    "one mark, repeated": "!" * 20_000,
    "digits": "12 1884 3.14 99 1000000",
    "emoji": "🙂🙃👩‍👩‍👧‍👦🏳️‍🌈🎉",
    "Chinese": "灯塔看守人于1931年离开了小岛。他的女儿留了下来。",
    "Arabic": "غادر حارس المنارة الجزيرة عام 1931. بقيت ابنته.",
    "control characters": "It opened\x00 in \x1b[31m1931\x07.\u202e",
    "lone surrogate": "It opened in \udc80 1931.",
    "special tokens": "[CLS] [SEP] [SEP] [MASK]",
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_strange_texts_have_finite_scores_wherever_they_stand(reranker, name):
    text = BAD_TEXTS[name]
    scores = [
        *score(reranker, "When did it open?", [text, FERRY], ["", text]),
        *score(reranker, text, [FERRY]),
    ]
    assert np.isfinite(scores).all()


@pytest.fixture
def scored(reranker, monkeypatch):
    """The windows that the network is run on from now on."""
    windows = []
    score_window = reranker.score_window

    def recording(window):
        windows.append(window)
        return score_window(window)

    monkeypatch.setattr(reranker, "score_window", recording)
    return windows


def test_two_thousand_copies_are_scored_once(reranker, scored):
    scores = score(reranker, "Who opened the bridge?", [FERRY] * 2000)
    assert len(scored) == 1
    assert len(scores) == 2000
    assert len(set(scores)) == 1


def test_a_passage_is_no_more_than_a_few_windows_however_long_it_is(reranker, scored):
    score(reranker, "Who opened the bridge?", [" ".join(map(str, range(50_000)))])
    assert 1 < len(scored) < 20


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_there_is_one_finite_score_a_passage_whatever_it_holds(reranker, question, passages):
    scores = score(reranker, question, passages)
    assert len(scores) == len(passages)
    assert np.isfinite(scores).all()


def test_a_withdrawn_question_stops_the_scoring(reranker, scored):
    passages = [f"Paragraph {number} is about something else." for number in range(50)]
    with pytest.raises(Cancelled):
        score(reranker, "Who?", passages, cancelled=lambda: len(scored) >= 3)
    assert 3 <= len(scored) < 10


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of the shipped files, to be spoilt, and an empty cache."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in (FILE, CARD):
        shutil.copy(WEIGHTS / name, folder / name)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    return folder


def _cut_short(folder):
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[: len(data) // 2])


def _flip_a_bit(folder):
    data = bytearray((folder / FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / FILE).write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda folder: (folder / FILE).unlink(), "missing"),
        (lambda folder: (folder / CARD).unlink(), "missing"),
        (shutil.rmtree, "missing"),
        (_cut_short, "damaged"),
        (_flip_a_bit, "damaged"),
        (lambda folder: (folder / CARD).write_text("not JSON"), "damaged"),
        (lambda folder: (folder / CARD).write_text("[]"), "damaged"),
    ],
    ids=[
        "no weights", "no card", "no folder", "cut short", "a bit flipped", "card is not JSON",
        "card is no object",
    ],
)  # fmt: skip
def test_spoilt_files_are_refused_in_one_clear_line(shipped, spoil, line):
    spoil(shipped)
    with pytest.raises(ModelError, match=f"^[^\\n]*{line}[^\\n]*: reinstall quoteback$"):
        load_reranker(shipped)


@pytest.mark.model
def test_weights_of_another_network_are_refused(shipped):
    from safetensors.numpy import load_file, save_file

    weights = load_file(shipped / FILE)
    del weights["classifier.bias"]
    save_file(weights, shipped / FILE)
    (shipped / CARD).write_text(json.dumps({"sha256": hash_file(shipped / FILE)}))
    with pytest.raises(ModelError, match="do not fit"):
        load_reranker(shipped)
