"""What a page hides or strikes out: what a script or a reader would show is read, no more."""

import pytest

from index.loaders import parse
from tests.support.loading import load_here
from tests.support.timing import takes_at_most


def read(html):
    return parse(".html", html.encode()).text


@pytest.mark.parametrize(
    ("variants", "words"),
    [
        ("<span hidden class=MAC>Cmd</span> <span hidden id=default7>Ctrl</span>", "Ctrl"),
        ("<span hidden class=default>Ctrl</span><span hidden class=MAC>Cmd</span>", "Ctrl"),
        ("<span hidden=true>Cmd</span><span hidden=true>Ctrl</span>", "Ctrl"),
        ("<!-- keys -->\n<span hidden class=WIN>Ctrl</span>", "Ctrl"),
        ("<span hidden id=defaultedit_menu>Ctrl</span>", "Ctrl"),
        ("<span hidden class=MAC>Cmd</span><span>Ctrl</span>", "Ctrl"),
        ("<span hidden class=MAC>Cmd</span><span hidden id=default7></span>", ""),
    ],
    ids=["default", "first", "last", "only one", "page's name", "one is shown", "empty"],
)
def test_of_variants_that_are_all_hidden_one_is_read(variants, words):
    page = read(f"<p>Press <span class=switch>{variants}</span>+<b>Q</b> to quit.")
    assert page == f"Press {words}+Q to quit."


def test_variants_of_paragraphs_without_a_default_are_all_read_each_once():
    html = (
        "<div><div hidden><p>On a boat, call.</div><div hidden><p>Call.</div>"
        "<div hidden><p>On land, ring.</div><div hidden><p> Call.</div></div>"
    )
    assert read(html) == "On a boat, call.\n\nOn land, ring.\n\nCall."


@pytest.mark.parametrize(
    "panel",
    [
        "<div><p>Tabs</p><div role=tabpanel hidden>Fares</div></div>",
        "<div><p>Tabs</p><div role=tabpanel aria-hidden=true>Fares</div></div>",
        "<p>Tabs</p><div hidden=until-found>Fares</div>",
        "<details><summary>Tabs</summary>Fares</details>",
        "<p>Tabs</p><div role=tabpanel style='display: none'>Fares</div>",
    ],
)
def test_what_a_reader_can_open_is_read(panel):
    assert read(panel).split() == ["Tabs", "Fares"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p>Rain <span hidden>X</span></p>",
        "<div hidden>X</div>",
        "<div><p>Rain</p><p hidden>X</p><p hidden>X</p></div>",
        "<div><ul hidden><li>X</ul></div>",
        "<div><div hidden class=modal><p>X</div></div>",
        "<div><div hidden class='default dropdown'><p>X</div></div>",
        "<div id=popups><div hidden><p>X</div></div>",
        "<div><div hidden role=dialog>X</div></div>",
        "<div><div hidden id=cookie-notice>X</div></div>",
        "<div><div hidden><p>X<form><input></form></div></div>",
        "<div><div hidden>X</div><template>X</template></div>",
        "<p><span aria-hidden=true>X</span></p>",
        "<p><span aria-hidden=true hidden>X</span></p>",
        f"<div>{'<p hidden>X</p>' * 30}</div>",
        "<p style='display:none'>X</p>",
        "<div style='color: red; DISPLAY : none !important; max-height:0'>X</div>",
        "<p>Rain <span style='visibility: hidden'>X</span></p>",
    ],
)
def test_what_is_hidden_for_good_is_not_read(hidden):
    page = read(f"<p>Before.</p>{hidden}<p>After.</p>")
    assert page.startswith("Before.")
    assert "X" not in page


def test_what_a_script_shows_at_once_is_read():
    assert read("<body><div style='display:none'><p>Ann rows.</p></div></body>") == "Ann rows."


@pytest.mark.parametrize("style", ["display:block", "visibility:visible", "--display:none"])
def test_other_styles_hide_nothing(style):
    assert read(f"<p>Before.</p><p style='{style}'>Ann rows.</p>") == "Before.\n\nAnn rows."


@pytest.mark.parametrize(
    "struck",
    [
        "<del>at 11</del>",
        "<s>at 11</s>",
        "<strike>at 11</strike>",
        "<span style='text-decoration:line-through'>at 11</span>",
        "<span style='color:red; text-decoration: red line-through'>at 11</span>",
        "<span style='text-decoration-line:line-through'>at 11</span>",
    ],
)
def test_what_is_struck_out_is_not_read(struck):
    page = read(f"<p>The boat leaves {struck} <ins>at 10</ins>, <u>daily</u>.</p>")
    assert page == "The boat leaves at 10, daily."


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        f"<div>{'<p hidden>x</p>' * 40_000}</div>",
        "<div hidden><p>x</p>" * 900,
        f"{'<div style=display:none>' * 900}{'<p>x</p>' * 40_000}",
        "<div><p hidden>x</p></div>" * 40_000,
        f"<div>{'<div hidden>' * 900}{'<b></b>' * 80_000}",
        f"<p>{'<span hidden><i>x</i></span><span hidden>' * 900}{'<b></b>' * 80_000}",
    ],
    ids=["wide", "deep", "deep in style", "many", "above much", "pairs above much"],
)
def test_pages_that_hide_much_take_no_longer(html):
    with takes_at_most(5):
        load_here(".html", html.encode())
