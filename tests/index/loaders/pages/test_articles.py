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


@pytest.mark.parametrize(
    "comments",
    [
        "<div id=comments><h2>2 comments</h2><ol><li class=comment><p>I had hail.</ol></div>",
        "<section class='post-comments wide'><article><p>I had hail.</article></section>",
        "<div class=comment-list><div class=comment-1><p>I had hail.</p></div></div>",
        "<div id=respond><h3>Reply</h3><form><label>Your name</label></form></div>",
    ],
)
def test_readers_comments_on_an_article_are_left_out(comments):
    assert read(f"{ARTICLE}{TEXT}{comments}") == READ
    # Elsewhere they may be what the page is about.
    assert len(read(TEXT + comments)) > len(READ)


@pytest.mark.parametrize(
    "part",
    [
        "<section id=comments><h2>Comments</h2><p>They begin with a <code>#</code>.</section>",
        "<div class='comments-off'><p>It snowed.</p></div>",
        "<p class=comment-list>It snowed.<form></form>",
    ],
)
def test_what_is_about_comments_is_kept(part):
    assert len(read(f"{ARTICLE}{TEXT}{part}")) > len(READ)


def test_comments_above_which_there_is_no_article_are_kept():
    page = f"{ARTICLE}<div class=has-comments><form></form>{TEXT}</div>"
    assert read(page) == READ


@pytest.mark.parametrize(
    "teasers",
    [
        f"<ul>{LINKS}</ul>",
        f"<div><h3>Related stories</h3><ul>{LINKS.replace('<img', '<b')}</ul></div>",
        f"<div><h3>Most read in Weather</h3><ul>{LINKS}</ul><h3>Now</h3><ul>{LINKS}</ul></div>",
        "<section class=post-recommended><a href=/1>It hailed</a></section>",
        "<div><h4>Recommended for you</h4>"
        + "".join(f"<p><a href=/{n}>Hail in {n}</a><p>It hailed for days." for n in range(3))
        + "</div>",
    ],
)
def test_teasers_below_an_article_are_left_out(teasers):
    assert read(f"{ARTICLE}{TEXT}{teasers}") == READ
    # A page of teasers is about them.
    assert "hail" in read(f"{TEXT}{teasers}").lower()
    assert "hail" in read(f"{ARTICLE}<h1>Rain</h1>{teasers}{PROSE}").lower()


@pytest.mark.parametrize(
    "part",
    [
        f"<h3>Sources</h3><ul>{LINKS.replace('<img', '<b')}</ul>",
        "<h3>Related work</h3><p>Ann measured <a href=1>rain</a>, <a href=2>hail</a>, <a href=3>snow</a>.",
        "<div class=social-life><p>Hail drives people indoors, <a href=/1>as Ann found</a>.</div>",
        "<h3>Read more</h3><p>Hail is measured by hand, in a bucket that is read at noon.",
    ],
)
def test_links_that_an_article_gives_are_kept(part):
    assert "hail" in read(f"{ARTICLE}{TEXT}{part}").lower()


def test_of_a_mail_all_is_read():
    mail = f"Subject: Rain\nContent-Type: text/html\n\n{ARTICLE}<article>{TEXT}</article><p>Bye."
    assert parse(".eml", mail.encode()).text.endswith("Bye.")
