"""Whatever is not our own markup is text, and stays the text that it was."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.display import visible
from qa.evaluation.report.sections import (
    Axis,
    Bar,
    Interval,
    Markup,
    Point,
    draw_bars,
    draw_curve,
    draw_intervals,
    element,
    join,
    make_share_axis,
)

TEXT = st.text(st.sampled_from("<>&\"'/=` ab\x00\x1b\u202e\ud800é"))


class Seen(HTMLParser):
    """The tags, attributes and text that a browser would see."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], {}, ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data):
        self.text += data


@given(TEXT, TEXT)
def test_text_and_attributes_come_back_as_they_were_and_add_no_element(text, value):
    seen = Seen(element("p", text, title=value))
    assert seen.tags == ["p"]
    assert seen.text == visible(text)
    assert seen.attributes == {"title": visible(value)}


def test_markup_stands_as_it_is_and_text_beside_it_is_escaped():
    assert join(Markup("<b>"), "<i>") == "<b>&lt;i&gt;"
    assert element("p", ["a", element("b", "c")], "&") == "<p>a<b>c</b>&amp;</p>"


def test_attributes_that_are_none_are_left_out_and_names_are_those_of_html():
    made = element("text", "a", class_="label", text_anchor="end", x=0.1 + 0.2, id=None)
    assert made == '<text class="label" text-anchor="end" x="0.3">a</text>'


def test_elements_without_content_are_closed_as_html_and_as_svg_want_it():
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert ElementTree.fromstring(element("g", element("circle", r=1.0))).find("circle") is not None


COUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)
SHARE = st.floats(0, 1)
DIFFERENCE = st.floats(-1, 1)


def parsed(chart):
    return ElementTree.fromstring(chart)


def numbers(elements, *names):
    return [tuple(float(one.get(name)) for name in names) for one in elements]


def texts(chart):
    return [one.text or "" for one in parsed(chart).iter("text")]


def drawn():
    yield draw_bars("Bars", "Two.", [Bar("a", 1, "1"), Bar("b", 2, "2")])
    yield draw_curve(
        "Curve",
        "Up.",
        make_share_axis("x"),
        make_share_axis("y"),
        [Point(0, 0, ""), Point(1, 1, "")],
    )
    yield draw_intervals("Change", "Better.", [Interval("f1", 0.1, "+0.1", low=0.0, high=0.2)])


@pytest.mark.parametrize("chart", drawn())
def test_every_chart_has_a_name_and_a_description_for_those_who_cannot_see_it(chart):
    svg = parsed(chart)
    named = {one.get("id"): one.text for one in svg if one.tag in ("title", "desc")}
    assert svg.get("role") == "img"
    assert named[svg.get("aria-labelledby")]
    assert named[svg.get("aria-describedby")]


@given(COUNTS)
def test_bars_are_as_long_as_their_values(counts):
    svg = parsed(draw_bars("Bars", "", [Bar(str(n), count, "") for n, count in enumerate(counts)]))
    lengths = [width for (width,) in numbers(svg.iter("rect"), "width")]
    longest = max(lengths)
    assert len(lengths) == len(counts)
    for length, count in zip(lengths, counts, strict=True):
        assert length == pytest.approx(longest * count / (max(counts) or 1), abs=0.01)


def test_a_bar_of_the_most_there_can_be_fills_the_room():
    half, whole = numbers(
        parsed(draw_bars("Bars", "", [Bar("a", 0.5, ""), Bar("b", 1, "")], most=1.0)).iter("rect"),
        "width",
    )
    alone = numbers(
        parsed(draw_bars("Bars", "", [Bar("a", 0.5, "")], most=1.0)).iter("rect"), "width"
    )
    assert half[0] == whole[0] / 2 == alone[0][0]


@given(st.lists(st.tuples(SHARE, SHARE), min_size=2, max_size=20))
def test_a_curve_places_its_points_by_their_figures(points):
    # The corners tell the scale.
    whole = [(0.0, 0.0), *points, (1.0, 1.0)]
    chart = draw_curve(
        "Curve", "", make_share_axis("x"), make_share_axis("y"), [Point(x, y, "") for x, y in whole]
    )
    line = parsed(chart).find("polyline").get("points").split()
    places = [tuple(map(float, pair.split(","))) for pair in line]
    (left, bottom), *between, (right, top) = places
    for (x, y), (across, up) in zip(points, between, strict=True):
        assert across == pytest.approx(left + x * (right - left), abs=0.06)
        assert up == pytest.approx(bottom + y * (top - bottom), abs=0.06)


def test_the_diagonal_runs_from_corner_to_corner():
    corners = [Point(0, 0, ""), Point(1, 1, "")]
    svg = parsed(
        draw_curve("Curve", "", make_share_axis("x"), make_share_axis("y"), corners, diagonal=True)
    )
    ((x1, y1, x2, y2),) = numbers(
        (line for line in svg.iter("line") if line.get("class") == "ideal"), "x1", "y1", "x2", "y2"
    )
    assert svg.find("polyline").get("points") == f"{x1},{y1} {x2},{y2}"


def test_a_logarithmic_axis_gives_equal_ratios_equal_room():
    axis = Axis("depth", 1, 100, (1, 10, 100), logarithmic=True)
    assert [axis.locate(value) for value in (1, 10, 100)] == pytest.approx([0, 0.5, 1])


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_nothing_is_placed_off_an_axis(end, value):
    assert 0 <= Axis("x", 0.0, abs(end), ()).locate(value) <= 1


def test_a_named_point_carries_its_text_beside_the_line():
    chart = draw_curve(
        "Curve",
        "",
        make_share_axis("x"),
        make_share_axis("y"),
        [Point(0, 0, ""), Point(1, 1, "")],
        marked=[Point(0.5, 0.25, "now", 0.5, named=True)],
    )
    assert "now" in texts(chart)
    assert len(list(parsed(chart).iter("circle"))) == 1


@given(st.lists(st.tuples(DIFFERENCE, DIFFERENCE, DIFFERENCE), min_size=1, max_size=6))
def test_intervals_stand_about_zero_in_their_order(triples):
    rows = []
    for triple in triples:
        low, value, high = sorted(triple)
        rows.append(Interval("f1", value, "", low=low, high=high))
    svg = parsed(draw_intervals("Change", "", rows))
    lines = list(svg.iter("line"))
    zero = next(float(line.get("x1")) for line in lines if line.get("class") == "axis")
    whiskers = numbers((one for one in lines if "whisker" in one.get("class")), "x1", "x2")
    for row, (dot,), (start, end) in zip(
        rows, numbers(svg.iter("circle"), "cx"), whiskers, strict=True
    ):
        assert start - 0.01 <= dot <= end + 0.01
        assert math.copysign(1, dot - zero) == math.copysign(1, row.value) or (
            dot == pytest.approx(zero, abs=0.01)
        )


@pytest.mark.parametrize("reach", [0.0, 0.0004, 0.002, 0.03, 0.999, 1.0, 250.0])
def test_intervals_reach_as_far_as_the_greatest_does(reach):
    chart = draw_intervals("Change", "", [Interval("NumRet", 0.0, "", low=-reach, high=reach)])
    ticks = [float(text) for text in texts(chart) if re.fullmatch(r"[+-]?[\d.]+", text)]
    assert len(ticks) == 5
    assert reach <= max(ticks) <= max(5 * reach, 0.002)


def test_a_difference_without_an_interval_is_a_dot_alone():
    svg = parsed(draw_intervals("Change", "", [Interval("f1", 0.0, "+0.000")]))
    assert len(list(svg.iter("circle"))) == 1
    assert not [line for line in svg.iter("line") if "whisker" in line.get("class")]


def test_labels_are_text_and_long_ones_are_cut():
    chart = draw_bars("Bars", "<&>", [Bar('<script>"', 1, "1"), Bar("x" * 500, 1, "1")])
    assert '<script>"' in texts(chart)
    assert max(map(len, texts(chart))) < 40
