"""Jupyter notebooks: text, code and what it printed, as a person sees them."""

import json

import pytest

from index.loaders import UnreadableFile, parse
from tests.support.timing import takes_at_most


def notebook(*cells, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def markdown(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "execution_count": 1}


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def result(**data):
    return {
        "output_type": "execute_result",
        "data": {k.replace("_", "/"): v for k, v in data.items()},
    }


def loaded(book):
    return parse(".ipynb", json.dumps(book).encode())


def blocks(*cells):
    content = loaded(notebook(*cells))
    return [span.of(content.text) for span in content.paragraphs]


def test_cells_are_read_in_order_and_parted():
    content = loaded(
        notebook(
            markdown(["# Rain in *Rome*\n", "\n", "Some `words`.\n", "\n", "- a\n", "- b\n"]),
            code("import x\n\nfor y in x:\n    print(y)\n", stream(["one\n", "two\n"])),
            markdown("## Results"),
        )
    )
    assert content.text == (
        "Rain in Rome\n\nSome words.\n\n• a\n• b\n\n"
        "import x\n\nfor y in x:\n    print(y)\n\none\ntwo\n\nResults"
    )
    assert [(h.level, h.text, h.span.of(content.text)) for h in content.headings] == [
        (1, "Rain in Rome", "Rain in Rome"),
        (2, "Results", "Results"),
    ]
    assert content.title == "Rain in Rome"


def test_code_is_one_block_with_its_white_space():
    source = "    if x:\n\n        y = '<b> & # no heading'\n\ty"
    assert blocks(code(source)) == [source]


def test_the_title_of_the_notebook_comes_first():
    assert loaded(notebook(markdown("# One"), title="Other")).title == "Other"
    assert loaded(notebook(markdown("## One"))).title is None


def test_signs_of_markdown_that_are_no_markup_stay():
    assert blocks(markdown("5 * 3 < 7 & snake_case &lt;b&gt;")) == ["5 * 3 < 7 & snake_case <b>"]


@pytest.mark.parametrize("open_markup", ["<!-- ", "<div hidden>", "<script>", "```\n", "<nav>"])
def test_markup_left_open_ends_with_its_cell(open_markup):
    assert blocks(markdown(f"before\n\n{open_markup}x"), markdown("after"))[-1] == "after"


def test_pictures_and_what_is_for_machines_are_left_out():
    picture = {"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "<Fig>"}}
    widget = result(**{"application/vnd.jupyter.widget-view+json": {}, "text_plain": "HBox(x)"})
    figure = result(text_plain="<Figure size 640x480 with 1 Axes>")
    data = stream("iVBORw0KGgo" * 100)
    attached = markdown("![rain](attachment:rain.png) seen <img src='data:image/png;base64,AA'>")
    assert blocks(code("plot()", picture, widget, figure, data), attached) == ["plot()", "seen"]


def test_of_a_table_the_text_is_shown():
    shown = result(text_plain=["   a  b\n", "0  1  2"], text_html="<table>")
    assert blocks(code("frame", shown)) == ["frame", "   a  b\n0  1  2"]


def test_colours_and_overwritten_lines_are_not_seen():
    progress = stream("1%\r50%\r100%\n\x1b[1;31mdone\x1b[0m\r\n")
    assert blocks(code("run()", progress)) == ["run()", "100%\ndone"]


def test_an_error_is_its_last_line():
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "bad",
        "traceback": ["x" * 99],
    }
    assert blocks(code("run()", error)) == ["run()", "ValueError: bad"]


def test_long_output_is_cut_short_at_a_line():
    output = blocks(code("run()", stream("some line\n" * 10_000)))[1]
    assert len(output) < 2_100
    assert set(output.splitlines()) == {"some line", "…"}
    assert len(blocks(code("run()", stream("some words " * 10_000)))[1]) < 2_100


def test_older_formats_are_read():
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Rain"]},
        {
            "cell_type": "code",
            "input": ["print(1)"],
            "outputs": [
                {"output_type": "stream", "text": ["1\n"]},
                {"output_type": "pyout", "text": ["2"], "html": ["<b>2</b>"]},
                {"output_type": "display_data", "png": "AAAA", "text": ["<Figure>"]},
                {"output_type": "pyerr", "ename": "NameError", "evalue": "x"},
            ],
        },
        {"cell_type": "markdown", "source": "*end*"},
    ]
    content = loaded({"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {"name": ""}})
    assert content.text == "Rain\n\nprint(1)\n\n1\n\n2\n\nNameError: x\n\nend"
    assert [(heading.level, heading.text) for heading in content.headings] == [(2, "Rain")]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"not json", b"[" * 100_000, b'{"cells": [' * 50_000, b"1" * 10_000, b'{"a": 1}',
     b"[1]", b"null", b'{"cells": {}}'],
    ids=["empty", "cut off", "text", "deep", "deep cells", "number", "no cells", "list", "null",
         "an object"],
)  # fmt: skip
def test_what_is_no_notebook_is_reported(data):
    with pytest.raises(UnreadableFile, match="not a notebook"):
        parse(".ipynb", data)


def test_cells_of_the_wrong_shape_are_passed_over():
    odd = [
        None, 5, [], {}, {"cell_type": "markdown"}, {"cell_type": "markdown", "source": [1, None, "x"]},
        {"cell_type": "heading", "level": 10**9, "source": "y"}, {"cell_type": [], "source": {}},
        {"cell_type": "heading", "level": "2", "source": "z"},
        code("w", None, {"data": 5}, {"text": {"a": 1}}, {"data": {"text/plain": 7}}),
    ]  # fmt: skip
    assert loaded({"cells": odd, "metadata": []}).text == "x\n\ny\n\nz\n\nw"


def test_an_empty_notebook_is_a_document():
    content = loaded(notebook())
    assert (content.text, content.headings, content.paragraphs) == ("", (), ())


@pytest.mark.parametrize(
    "source", ["[" * 300_000, "![[" * 100_000, "> " * 50_000, "*a " * 20_000],
    ids=["brackets", "images", "quotes", "stars"],
)  # fmt: skip
def test_hostile_markdown_takes_no_time(source):
    with takes_at_most(10):
        loaded(notebook(markdown(source), code(source, stream(source))))
