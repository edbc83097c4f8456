"""The trained reader as shipped: what it must get right, and what must not upset it."""

import json
import shutil
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Cancelled, ModelError, Span
from index.models import ShippedModel
from qa.answering.models import CALIBRATION, READER_WEIGHTS, load_models
from qa.answering.spans import tidy_span
from qa.passage_text import ModelPassage
from qa.reader.baseline import SentenceReader
from qa.reader.loading import CARD, FILE, load_reader
from qa.reader.trained import TrainedReader
from qa.squad import normalize
from tests.support.rows import split_cells

FERRY = (
    "The ferry across the Tamble carried its last passengers on 3 May 1956, two weeks after the "
    "bridge had been opened by the mayor, Louisa Penhale. She had paid for it out of her own "
    "pocket, because the county refused to. The bridge is 212 metres long and stands on nine arches."
)
KETTLE = (
    "A green light shows that the battery is full. If the light turns red, the charger is too hot: "
    "unplug it, let it cool for half an hour and try again. The handset comes in grey, moss green "
    "or dark blue and weighs 140 grams. Its maker, Orrin & Daughters, is based in Leith."
)
BREAD = (
    "Autolyse is a rest of flour and water before the salt goes in; it makes the dough stretch more "
    "easily. Cover the bowl with a damp cloth and leave it for forty minutes. Bake at 240 °C until "
    "the crust is the colour of chestnuts. The recipe was brought from Friuli by Ada Zorzi in 1938."
)
STAY_RIGHT = [
    ("When did the ferry stop running?", FERRY, "3 May 1956"),
    ("Who opened the bridge?", FERRY, "Louisa Penhale"),
    ("who was the mayor", FERRY, "Louisa Penhale"),
    ("How long is the bridge?", FERRY, "212 metres long"),
    ("How many arches does the bridge stand on?", FERRY, "nine"),
    ("Which river did the ferry cross?", FERRY, "Tamble"),
    ("WHO PAID FOR THE BRIDGE?", FERRY, "Louisa Penhale"),
    ("Why did she pay for it herself?", FERRY, "because the county refused to"),
    ("What does a green light mean?", KETTLE, "A green light shows that the battery is full"),
    ("What does it mean when the light turns red?", KETTLE, "the charger is too hot"),
    ("How long should the charger cool?", KETTLE, "half an hour"),
    ("How heavy is the handset?", KETTLE, "140 grams"),
    ("How is the dough covered?", BREAD, "with a damp cloth"),
    ("Who makes the handset?", KETTLE, "Orrin & Daughters"),
    ("Where is the maker based?", KETTLE, "Leith"),
    ("Where was the recipe brought from?", BREAD, "Friuli"),
    ("How hot must the oven be?", BREAD, "240 °C"),
    ("How long does the dough rest?", BREAD, "forty minutes"),
    ("Who brought the recipe?", BREAD, "Ada Zorzi"),
    ("What year did the recipe come from Friuli", BREAD, "1938"),
]


@pytest.fixture(scope="module")
def reader(encoder):
    return load_reader(READER_WEIGHTS)


def read(reader, question, passages, above=(), **options):
    """The readings of texts, with what stands above each."""
    above = above or [""] * len(passages)
    return reader.read(
        question, [ModelPassage(*each) for each in zip(passages, above, strict=True)], **options
    )


def best_text(reader, question, passage):
    [reading] = read(reader, question, [passage])
    return tidy_span(passage, reading.spans[0].span).of(passage)


@pytest.mark.parametrize(("question", "passage", "answer"), STAY_RIGHT)
def test_these_stay_right(reader, question, passage, answer):
    # "Tamble" or "the Tamble": as in the measures, an article makes no difference.
    assert normalize(best_text(reader, question, passage)) == normalize(answer)


# Who paid stands in two sentences together: "She had paid for it out of her own pocket". "Rest" stands
# in another sentence than the one that says how long.
_ELSEWHERE = ("WHO PAID FOR THE BRIDGE?", "How long does the dough rest?")


@pytest.mark.parametrize(
    ("question", "passage", "answer"), [each for each in STAY_RIGHT if each[0] not in _ELSEWHERE]
)
def test_the_sentence_that_answers_is_the_likeliest_evidence(reader, question, passage, answer):
    [reading] = read(reader, question, [passage])
    best = max(reading.sentences, key=lambda each: each.score)
    assert answer.removeprefix("with ") in best.span.of(passage)


def test_every_sentence_of_a_passage_has_a_score(reader):
    [reading] = read(reader, "Who opened the bridge?", [FERRY])
    assert [each.span.of(FERRY)[:3] for each in reading.sentences] == ["The", "She", "The"]
    assert " ".join(each.span.of(FERRY) for each in reading.sentences) == FERRY


def test_a_row_of_a_table_is_one_piece_of_evidence(reader):
    row = ModelPassage(
        "Tamble | 940 | yes. It is open.",
        "Towns",
        ("Town", "Inhabitants", "Harbour"),
        split_cells("Tamble | 940 | yes. It is open.", "|"),
    )
    [reading] = reader.read("How many people live in Tamble?", [row])
    assert [each.span for each in reading.sentences] == [Span(0, len(row.text))]
    assert reading.spans[0].span.of(row.text) == "940"


def test_several_steps_are_evidence_of_how(reader):
    passage = (
        "Fill the tank with water and one sachet of citric acid. Hold both buttons for five "
        "seconds. The handset comes in grey, moss green or dark blue."
    )
    above = ["Brio coffee machine › Descaling"]
    [reading] = read(reader, "How do I descale the machine?", [passage], above)
    fill, hold, colours = (each.score for each in reading.sentences)
    assert min(fill, hold) > colours


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("What is the capital of Peru?", FERRY),
        ("How long does the battery last?", BREAD),
        ("Who painted the ceiling of the chapel?", KETTLE),
    ],
)
def test_another_topic_scores_below_not_here(reader, question, passage):
    [reading] = read(reader, question, [passage])
    assert reading.relevance < 0


def test_the_right_passage_is_the_most_relevant(reader):
    passages = [FERRY, KETTLE, BREAD]
    for question, passage, _ in STAY_RIGHT:
        relevance = [reading.relevance for reading in read(reader, question, passages)]
        assert passages[int(np.argmax(relevance))] == passage, question


def test_the_same_question_reads_the_same_whatever_stands_beside_it(reader):
    [alone] = read(reader, "Who opened the bridge?", [FERRY])
    _, among, again = read(reader, "Who opened the bridge?", [BREAD, FERRY, FERRY])
    assert alone == among == again


def test_an_answer_says_more_than_the_question(reader):
    passage = "The price of the umbrella depends on how much silk is in it."
    [reading] = read(reader, "How much is the umbrella?", [passage])
    texts = [scored.span.of(passage).lower() for scored in reading.spans]
    assert texts
    assert not {"much", "how much", "the umbrella", "umbrella", "how"} & set(texts)


def test_what_stands_above_a_passage_tells_what_it_is_about(reader):
    passage = "Every three months, or whenever the orange light blinks. Use citric acid only."
    question = "How often should I descale the Brio coffee machine?"
    [alone] = read(reader, question, [passage])
    above = ["Brio coffee machine › Care › Descaling", "Brio coffee machine › Replacing the fuse"]
    right, wrong = read(reader, question, [passage] * 2, above)
    assert right.spans[0].span.of(passage).startswith("Every three months")
    assert right.relevance > max(alone.relevance, wrong.relevance)


def test_what_stands_above_a_passage_is_never_quoted(reader):
    above = "The Pennine Chess Club, founded on 3 May 1956 by Louisa Penhale"
    passage = "It meets on Mondays."
    [reading] = read(reader, "Who founded the chess club?", [passage], [above])
    assert all(0 <= each.span.start < each.span.end <= len(passage) for each in reading.spans)
    assert reading.relevance < read(reader, "Who founded the chess club?", [above])[0].relevance


def test_where_there_is_a_choice_the_answer_stands_in_the_question(reader):
    passage = "The umbrella of the director was not green: it was red, like those of his brothers."
    [reading] = read(reader, "Was the umbrella red or green?", [passage])
    assert reading.spans[0].span.of(passage) == "red"


def test_what_settles_a_yes_or_no_may_repeat_the_question(reader):
    passage = "Does the museum lend umbrellas? The museum lends umbrellas."
    texts = [
        scored.span.of(passage)
        for scored in read(reader, "Is it that the museum lends umbrellas?", [passage])[0].spans
    ]
    assert any(text in "The museum lends umbrellas" for text in texts)


BAD_PASSAGES = {
    "empty": "",
    "blank": " \n\t ",
    "one word": "Leith",
    "digits": "12 1884 3.14 99 1000000",
    "emoji": "🙂🙃👩‍👩‍👧‍👦🏳️‍🌈🎉",
    "no sentence end": "and then " * 3000,
    "no space": "x" * 20_000,
    "Chinese": "灯塔看守人于1931年离开了小岛。他的女儿留了下来。",
    "Arabic": "غادر حارس المنارة الجزيرة عام 1931. بقيت ابنته.",
    "combining marks": unicodedata.normalize("NFD", "Café Éluard öffnete 1931 ñandú"),
    "control characters": "It opened\x00 in \x1b[31m1931\x07.\u202e",
    "lone surrogate": "It opened in \udc80 1931.",
}


@pytest.mark.parametrize("name", BAD_PASSAGES)
def test_a_strange_passage_yields_spans_inside_it_or_none(reader, name):
    passage = BAD_PASSAGES[name]
    [reading] = read(reader, "When did it open?", [passage])
    for scored in reading.spans:
        assert 0 <= scored.span.start < scored.span.end <= len(passage)
        assert np.isfinite(scored.score)
    assert bool(reading.spans) == (name not in ("empty", "blank"))


@pytest.mark.parametrize(
    "question", ["why " * 2500, "?", "🙂", "1931", "什么时候？", "a\x00b", "\udc80 when"]
)
def test_a_strange_question_is_read_like_any_other(reader, question):
    [reading] = read(reader, question, [FERRY])
    assert reading.spans
    assert np.isfinite(reading.relevance)


def test_the_end_of_a_long_passage_is_read_too(reader):
    passage = "Nothing happened that day. " * 400 + "The lighthouse was sold for 90 guineas."
    assert best_text(reader, "How much was the lighthouse sold for?", passage) == "90 guineas"


def test_no_passage_is_no_reading(reader):
    assert read(reader, "Who?", []) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=60),
    st.lists(st.text(max_size=200), min_size=1, max_size=3),
)
def test_spans_lie_in_their_passages(reader, question, passages):
    for passage, reading in zip(passages, read(reader, question, passages), strict=True):
        for scored in reading.spans:
            assert 0 <= scored.span.start < scored.span.end <= len(passage)
            kept = tidy_span(passage, scored.span)
            assert scored.span.start - 200 <= kept.start < kept.end <= len(passage)


def test_a_withdrawn_question_stops_the_reading(reader):
    with pytest.raises(Cancelled):
        read(reader, "Who?", [FERRY], cancelled=lambda: True)


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of the shipped files, to be spoilt."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in (FILE, CARD, CALIBRATION):
        shutil.copy(READER_WEIGHTS / name, folder / name)
    monkeypatch.setattr("qa.answering.models.READER_WEIGHTS", folder)
    return folder


def _cut_short(folder):
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[: len(data) // 2])


def _flipped(folder):
    data = bytearray((folder / FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / FILE).write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda folder: (folder / FILE).unlink(), "missing"),
        (lambda folder: (folder / CARD).unlink(), "missing"),
        (lambda folder: (folder / CALIBRATION).unlink(), "missing"),
        (_cut_short, "damaged"),
        (_flipped, "damaged"),
        (lambda folder: (folder / CALIBRATION).write_text("{}"), "damaged"),
        (lambda folder: (folder / CALIBRATION).write_text("not JSON"), "damaged"),
        (lambda folder: (folder / CARD).write_text("[]"), "damaged"),
    ],
    ids=[
        "no weights", "no card", "no calibration", "cut short", "a bit flipped",
        "empty calibration", "calibration is no JSON", "card is no object",
    ],
)  # fmt: skip
def test_spoilt_files_mean_the_sentence_baseline_and_one_clear_line(
    shipped, spoil, line, encoder, tmp_path, monkeypatch
):
    spoil(shipped)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    installed = load_models(lambda: encoder)
    assert isinstance(installed.reader, SentenceReader)
    assert line in installed.notice
    assert "reinstall quoteback" in installed.notice
    assert "\n" not in installed.notice


def test_altered_weights_are_refused_by_name(shipped):
    card = json.loads((shipped / CARD).read_text())
    (shipped / CARD).write_text(json.dumps({**card, "sha256": "0" * 64}))
    with pytest.raises(ModelError, match="damaged"):
        load_reader(shipped)


def test_a_compiled_network_is_opened_when_it_is_needed(reader, monkeypatch):
    opened = []
    load = ShippedModel.load
    monkeypatch.setattr(
        ShippedModel, "load", lambda self, *how: opened.append(self.name) or load(self, *how)
    )
    late = load_reader(READER_WEIGHTS)
    assert opened == []
    assert best_text(late, "Who opened the bridge?", FERRY) == "Louisa Penhale"
    late.load()
    assert opened == ["trained reader"]


def test_threads_that_read_for_the_first_time_open_one_network(reader):
    opened = []

    def open_slowly():
        opened.append(time.sleep(0.1))
        return reader._compiled

    late = TrainedReader(open_slowly)
    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(late.read, "Who opened the bridge?", []) for _ in range(4)]
    assert [each.result() for each in done] == [[]] * 4
    assert len(opened) == 1


def test_a_span_is_offsets_into_the_passage_that_was_given(reader):
    passage = "ﬁrst 👩‍👩‍👧 café — " + FERRY
    [reading] = read(reader, "Who opened the bridge?", [passage])
    at = passage.index("Louisa Penhale")
    assert reading.spans[0].span == Span(at, at + len("Louisa Penhale"))
