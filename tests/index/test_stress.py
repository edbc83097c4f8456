"""Several processes and threads at once: `tests/benchmarks/stress.py` does so for a minute."""

from tests.support.stressing import stress


def test_readers_find_what_is_committed_while_one_writes(tmp_path):
    done = stress(tmp_path / "an.index", seconds=3)
    assert [what for what in done if what.startswith("ERROR")] == []
    assert done["runs of writers"] > 0
    assert done["searches"] > 0
