"""Back and forward through the positions one has read."""

from hypothesis import given
from hypothesis import strategies as st

from tui.source.position_history import Position, PositionHistory

A, B, C = Position("/a.md", 0), Position("/b.md", 10), Position("/c.md", 20)


def visited(*positions: Position) -> PositionHistory:
    history = PositionHistory()
    for position in positions:
        history = history.visit(position)
    return history


def test_at_first_there_is_no_place_and_nowhere_to_go():
    empty = PositionHistory()
    assert empty.current is None
    assert not empty.can_step(-1)
    assert not empty.can_step(1)
    assert empty.step(-1) == empty
    assert empty.scroll_to(5) == empty


def test_back_and_forward_go_through_the_places_in_order():
    history = visited(A, B, C)
    assert history.current == C
    assert history.step(-1).current == B
    assert history.step(-1).step(-1).current == A
    assert history.step(-1).step(1).current == C


def test_at_the_ends_one_stays():
    history = visited(A, B)
    assert history.step(1) == history
    assert history.step(-1).step(-1).current == A


def test_a_place_visited_after_going_back_forgets_what_was_ahead():
    history = visited(A, B).step(-1).visit(C)
    assert history.positions == (A, C)
    assert not history.can_step(1)


def test_the_same_place_twice_is_one_visit_and_keeps_what_is_ahead():
    assert visited(A, A).positions == (A,)
    assert visited(A, B).step(-1).visit(A).can_step(1)


def test_one_comes_back_to_where_one_left_a_document():
    history = visited(A).scroll_to(70).visit(B).step(-1)
    assert history.current == Position(A.path, 70)
    assert history.can_step(1)


def test_the_oldest_places_are_forgotten():
    history = visited(*(Position("/a.md", offset) for offset in range(1000)))
    assert history.current == Position("/a.md", 999)
    assert len(history.positions) == 200


@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from([-1, 1, "scroll"])), max_size=40))
def test_there_is_always_a_current_place_once_one_was_visited(steps):
    history = visited(A)
    for step in steps:
        if step == "scroll":
            history = history.scroll_to(7)
        elif step in (-1, 1):
            history = history.step(step)
        else:
            history = history.visit(Position("/a.md", step))
        assert history.current is history.positions[history.at]
