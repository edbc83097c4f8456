"""Code, configuration and logs: the file is the text, cut between lines."""

import pytest

from index.loaders import parse
from index.text.passages import cut_passages


@pytest.mark.parametrize("suffix", [".py", ".js", ".C", ".toml", ".yaml", ".json", ".sql", ".log"])
def test_the_decoded_file_is_the_canonical_text(suffix):
    content = parse(suffix, "def f():\r\n\treturn 'é'\n\n\n# Not a heading\n".encode())
    assert content.text == "def f():\r\n\treturn 'é'\n\n\n# Not a heading\n"
    assert (content.title, content.headings, content.paragraphs) == (None, (), None)


def test_a_log_without_blank_lines_is_cut_between_its_lines():
    lines = [
        f"2024-05-01 10:{n // 60:02}:{n % 60:02} INFO Done. Took {n} ms. Next" for n in range(600)
    ]
    content = parse(".log", "\n".join(lines).encode())
    found = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    assert [line for piece in found for line in piece.span.of(content.text).split("\n")] == lines
    assert all(300 < len(piece.span) <= 803 for piece in found)


def test_functions_parted_by_blank_lines_are_passages():
    functions = [f"def f{n}(x):\n    # {'what it does ' * 12}\n    return x. y" for n in range(3)]
    content = parse(".py", "\n\n\n".join(functions).encode())
    found = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    assert [piece.span.of(content.text) for piece in found] == functions
