"""Search: three ways, stable order, scores that mean something, and odd questions."""

import os
from pathlib import Path

import pytest

from index import MODES, Content, Index, Retriever
from index.engines.local import vectors
from index.models.fidelity import SAMPLE
from tests.support.timing import takes_at_most


@pytest.fixture
def retriever(index, folder, write, paragraphs):
    write("rain.txt", paragraphs("the museum of rain", "the opening in 1931", "umbrellas"))
    write("snow.md", "# Snow\n\n" + paragraphs("ploughs and ploughing", "skis"))
    write("tokyo.txt", "東京都は日本の首都であり、世界でも有数の大都市として知られている。" * 6)
    index.add([folder])
    return Retriever(index)


def ids(hits):
    return [hit.passage.id for hit in hits]


@pytest.mark.parametrize("mode", MODES)
def test_a_hit_is_a_passage_in_its_place(retriever, index, folder, mode):
    best = retriever.search("When was the opening of the museum?", 1, mode)[0]
    assert best.document.path == str(folder / "rain.txt")
    assert best.passage.span.of(index.text(best.document.path)) == best.passage.text
    assert best.passage.page is None
    assert not best.stale


@pytest.mark.parametrize("mode", MODES)
def test_scores_descend_and_lie_between_0_and_1(retriever, mode):
    hits = retriever.search("museum of rain and ploughing", 50, mode)
    scores = [hit.score for hit in hits]
    assert hits
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(set(ids(hits))) == len(hits)


def test_the_parts_of_a_score_are_told(retriever):
    best = retriever.search("museum rain")[0]
    assert set(best.scores) == {"bm25", "dense"}
    assert best.scores["bm25"] > 0
    assert -1 <= best.scores["dense"] <= 1.001
    assert set(retriever.search("museum", mode="bm25")[0].scores) == {"bm25"}
    assert set(retriever.search("museum", mode="dense")[0].scores) == {"dense"}


def test_a_passage_asked_for_in_its_own_words_scores_no_more_than_1(index):
    index.add_texts([("one", Content("exactly these few words stand here"))])
    for mode in MODES:
        [hit] = Retriever(index).search("exactly these few words stand here", mode=mode)
        assert hit.score <= 1


@pytest.mark.parametrize("mode", MODES)
def test_ties_go_to_the_earlier_passage_every_time(index, mode, paragraphs, monkeypatch):
    same = Content(paragraphs("the same thing"))
    for at in (0, 50, 100):
        index.add_texts([(str(number), same) for number in range(at, at + 50)])
    first = ids(Retriever(index).search("the same thing", 20, mode))
    assert first == sorted(first) == ids(Retriever(index).search("the same thing", 120, mode))[:20]
    monkeypatch.setattr(vectors, "_MOST_SMALL_SEGMENTS", 1)
    index.engine.vectors.compact()
    assert ids(Retriever(index).search("the same thing", 20, mode)) == first


@pytest.mark.parametrize("mode", MODES)
def test_capitals_make_no_difference(retriever, mode):
    asked = "When was the Museum opened?"
    expected = ids(retriever.search(asked.lower(), mode=mode))
    assert ids(retriever.search(asked.upper(), mode=mode)) == expected


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("question", ["", " ", "\n\t\u3000"])
def test_an_empty_question_finds_nothing(retriever, question, mode):
    assert retriever.search(question, mode=mode) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "question",
    ["the of and to", "?!.", "\0", "\ud800 rain \udcff", "🙂", "x" * 100_000, 'a "b (c AND', "*:*"],
)
def test_odd_questions_do_no_harm(retriever, question, mode):
    assert len(retriever.search(question, mode=mode)) <= 10


@pytest.mark.parametrize("mode", MODES)
def test_a_pasted_page_is_a_question_too(retriever, mode):
    page = "Where is the museum of rain and what is shown there in winter? " * 80
    with takes_at_most(8):
        assert Path(retriever.search(page, mode=mode)[0].document.path).name == "rain.txt"


def test_what_is_nowhere_is_found_by_no_keyword(retriever):
    assert retriever.search("xylophone", mode="bm25") == []


@pytest.mark.parametrize("mode", MODES)
def test_an_index_without_documents_finds_nothing(index, mode):
    assert Retriever(index).search("rain", mode=mode) == []


def test_chinese_and_japanese_are_found_by_keyword(retriever, folder):
    for question in ("日本の首都はどこですか？", "東京", "首都"):
        hits = retriever.search(question, mode="bm25")
        assert {hit.document.path for hit in hits} == {str(folder / "tokyo.txt")}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("k", [100, 10**6, 10**9])
def test_more_than_there_is_may_be_asked_for(retriever, index, mode, k):
    assert len(retriever.search("about the filler", k, mode)) <= index.counts[1]
    assert len(retriever.search("about the museum", k, "dense")) == index.counts[1]


def test_wrong_use_is_an_error(retriever):
    with pytest.raises(ValueError, match="at least 1"):
        retriever.search("rain", 0)
    with pytest.raises(ValueError, match="hybrid, dense, bm25"):
        retriever.search("rain", mode="fuzzy")


def test_several_questions_are_answered_as_one_by_one(retriever):
    questions = ["museum", "", "skis", "\ud800"]
    together = retriever.search_many(questions, 3)
    assert [ids(hits) for hits in together] == [ids(retriever.search(q, 3)) for q in questions]


def test_an_edited_file_is_marked_stale_and_keeps_its_offsets(retriever, index, write):
    path = write("rain.txt", "something else altogether", age=10)
    hits = [hit for hit in retriever.search("museum of rain", 10) if hit.document.path == path]
    assert hits
    assert all(hit.stale for hit in hits)
    assert hits[0].passage.span.of(index.text(path)) == hits[0].passage.text


def test_a_file_only_touched_is_not_stale(retriever, folder):
    os.utime(folder / "rain.txt")
    assert not any(hit.stale for hit in retriever.search("museum of rain"))


def test_a_file_that_is_gone_is_left_out_and_others_take_its_place(
    index, folder, write, paragraphs
):
    for number in range(30):
        write(f"{number}.txt", paragraphs(f"rain {number}", "rain again", "rain once more", "rain"))
    index.add([folder])
    for number in range(25):
        (folder / f"{number}.txt").unlink()
    for mode in MODES:
        hits = Retriever(index).search("rain rain", 20, mode)
        assert len(hits) == 20
        assert {int(Path(hit.document.path).stem) for hit in hits} == set(range(25, 30))


def test_keywords_serve_before_anything_is_embedded(index, folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain"))

    def stop(_):
        raise KeyboardInterrupt

    words.encode_passages = stop
    with pytest.raises(KeyboardInterrupt):
        index.add([folder])
    for mode in ("hybrid", "bm25"):
        [hit] = Retriever(index).search("rain", mode=mode)
        assert 0 < hit.score < 1
    assert Retriever(index).search("rain", mode="dense") == []


@pytest.mark.parametrize("word", ["Weiss", "iButton", "31003A-176044"])
def test_a_word_of_one_passage_alone_finds_it(word, tmp_path, encoder):
    jars = (
        "Each jar was measured every two hours with an iButton, and the lids were changed in "
        "the spring by Weiss; the files are under 31003A-176044."
    )
    with Index.open(tmp_path / "own.index", create=True, encoder=encoder) as index:
        index.add_texts((f"{n}", Content(text)) for n, text in enumerate((*SAMPLE, jars)))
        [hit] = Retriever(index).search(word, 1)
    assert hit.passage.text == jars


def test_titles_and_headings_help_to_find_but_are_not_in_the_span(retriever):
    best = retriever.search("snow ploughs", 1)[0]
    assert best.passage.heading == "Snow"
    assert "Snow" not in best.passage.text
    assert retriever.search("snow", mode="bm25")


def test_the_real_model_finds_what_is_said_in_other_words(tmp_path, folder, write, encoder):
    write("boiler.md", "# Boiler\n\nIt is serviced every eighteen months by Hanna Voss & Sons.\n")
    write("garden.txt", "The pear tree by the gate was planted in 2004 and bears fruit.\n")
    with Index.open(tmp_path / "real.index", create=True, encoder=encoder) as index:
        index.add([folder])
        for mode in ("hybrid", "dense"):
            hits = Retriever(index).search("How often is the heating maintained?", 2, mode)
            assert Path(hits[0].document.path).name == "boiler.md"


def test_a_misspelt_word_is_corrected_by_the_words_of_the_index(index, folder, write, encoder):
    write("a.txt", "The glossary of Shakespeare's plays has three hundred entries.")
    with Index.open(folder.parent / "own.index", create=True, encoder=encoder) as own:
        own.add([folder])
        retriever = Retriever(own)
        asked = "How many entires does the glosary of Shakespear have, and how many trails?"
        assert retriever.correct_spelling(asked) == (
            "How many entries does the glossary of Shakespeare have, and how many trails?"
        )
        # What another process has added since counts at once.
        with Index.open(own.path, encoder=encoder) as other:
            other.add_texts([("more", "Umbrella stands are in the hall.")])
        assert retriever.correct_spelling("umbrela") == "umbrella"


def test_where_the_words_of_the_index_cannot_be_read_nothing_is_corrected(retriever, index):
    assert retriever.correct_spelling("umbrelas") == "umbrellas"
    for file in (index.path / "keywords").glob("*.term"):
        file.write_bytes(b"damaged")
    with Index.open(index.path, encoder=index.encoder) as opened:
        assert Retriever(opened).correct_spelling("umbrelas") == "umbrelas"


def test_a_passage_that_only_speaks_like_the_question_is_not_found_by_keyword(index):
    texts = {
        "diary": Content("How I do my shopping is what I should tell you."),
        "manual": Content("The pump is primed with a litre of oil."),
    }
    index.add_texts(texts.items())
    [hit] = Retriever(index).search("How do I prime the pump?", mode="bm25")
    assert hit.document.path == "manual"


def test_the_wide_row_that_holds_a_code_comes_before_short_text_in_other_words_of_the_question(
    tmp_path, encoder
):
    assays = range(60)
    rows = [
        ",".join((f"U{fish}", *(f"{fish / (assay + 2):.4f}" for assay in assays)))
        for fish in range(1600, 1640)
    ]
    header = ",".join(("fish", *(f"assay_{assay}" for assay in assays)))
    (tmp_path / "fish.csv").write_text("\n".join([header, *rows]))
    (tmp_path / "notes.txt").write_text(
        "\n\n".join(
            f"The heater of tank {tank} stopped overnight, and somebody had to start it again by "
            "hand, which took the whole morning and part of the afternoon. Nobody knows why it "
            "stopped, or whether it had been looked after in the weeks before that."
            for tank in range(1, 4)
        )
    )
    with Index.open(tmp_path / "notes.index", create=True, encoder=encoder) as index:
        index.add([tmp_path / "fish.csv", tmp_path / "notes.txt"])
        best = Retriever(index).search("Which heater was U1613 near?", 1, "bm25")[0]
    assert best.passage.text.startswith("U1613,")
