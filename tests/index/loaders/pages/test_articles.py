"""Pages that are one article: what stands around it, and below, is left out."""

import re

import pytest

from index.loaders import parse

PROSE = "<p>What the page says, at some length, so that it is more than what is around it.</p>"
ARTICLE = "<meta property='og:type' content='article'>"
TEXT = f"<h1>Rain</h1>{PROSE * 6}"
READ = "Rain\n\n" + "\n\n".join([re.sub("<.*?>", "", PROSE)] * 6)
LINKS = "".join(f"<li><img src={n}><a href=/{n}>It hailed in town {n}</a>" for n in range(4))


def read(html):
    return parse(".html", html.encode()).text


@pytest.mark.parametrize(
    "page",
    [
        f"<p>Our papers.<article>{TEXT}</article><p>More of our papers.",
        f"<main><p>Our papers.<article>{TEXT}</article><aside>X</aside></main>",
        f"<h1>Rain</h1><p>By Ann<article>{PROSE * 6}</article><p>More of our papers.",
        f"{ARTICLE}<article>{TEXT}</article><article><a href=/1>Hail</a><p>It hailed.</article>",
        f"<article>{TEXT}<article class=comment><p>I had hail.</article></article>"
        "<footer><p>X</footer>",
    ],
)
def test_of_a_page_that_is_an_article_the_article_is_read(page):
    assert read(page).startswith(READ)
    assert "paper" not in read(page)


@pytest.mark.parametrize(
    "page",
    [
        f"<article>{TEXT}</article><article><p>Thank you.</article>",
        f"<article>{PROSE}</article>{PROSE * 3}<p>Thank you.",
        "<article><h1>Rain</h1></article><p>Thank you.",
        f"<div>Thank you.</div><article>{PROSE}</article>",
        f"<article>{TEXT}</article><pre>{'Thank you. ' * 60}</pre>",
        f"<article>{TEXT}</article><table><tr><td>{'Thank you. ' * 60}</table>",
    ],
    ids=["posts", "a part", "no text", "a card", "code", "a table"],
)
def test_otherwise_all_is_read(page):
    assert "Thank you." in read(page)


def test_of_a_mail_all_is_read():
    mail = f"Subject: Rain\nContent-Type: text/html\n\n{ARTICLE}<article>{TEXT}</article><p>Bye."
    assert parse(".eml", mail.encode()).text.endswith("Bye.")
