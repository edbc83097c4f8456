"""What is said of the quotations of a text: the same on the screen and in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qa import counted
from tui.common.presentation.wording import one_line, shorten_line, shorten_path

if TYPE_CHECKING:
    from qa import CheckedQuotation

NO_QUOTATIONS = "There is no quotation in it."
# What looks different in a quotation, and may.
_ALLOWED = {
    "white space": "other line breaks or spaces",
    "quotation marks": "other quotation marks",
    "hyphens": "other hyphens or dashes",
    "ligatures": "ligatures",
    "capitals": "other capitals",
    "left out": "something left out, as it says",
    "inserted": "something inserted in brackets",
    "sic": "a “sic”",
}
_LONGEST_WORDS = 80
_MOST_DIFFERENCES = 5


def name_status(checked: CheckedQuotation) -> str:
    """The status of a quotation as people read it: as in JSON, or "out of context"."""
    if checked.match is not None and checked.match.is_out_of_context:
        return "out of context"
    return checked.status


def list_remarks(checked: CheckedQuotation) -> list[str]:
    """What there is to say of a quotation beside its status, a line each."""
    match = checked.match
    if match is None:
        return []
    remarks = list(_describe_differences(checked))
    more = len(match.differences) - _MOST_DIFFERENCES
    remarks += [f"and {more} more"] if more > 0 else []
    if match.is_out_of_context:
        remarks.append("the source says “not”, “if” or “unless” beside these words")
    if checked.is_elsewhere:
        cited = ", ".join(shorten_path(document.path) for document in checked.cited)
        remarks.append(f"the text names {cited}, but it stands in another document")
    if match.stale:
        remarks.append("the file has changed since it was indexed")
    if match.allowances:
        remarks.append(f"with {', '.join(_ALLOWED[each] for each in match.allowances)}")
    return [one_line(remark) for remark in remarks]


def _describe_differences(checked: CheckedQuotation) -> Iterator[str]:
    match = checked.match
    assert match is not None
    for each in match.differences[:_MOST_DIFFERENCES]:
        quoted = each.quoted.shift(-checked.quotation.span.start).of(checked.text)
        source = each.source.shift(-match.span.start).of(match.text)
        ours, theirs = (shorten_line(words, _LONGEST_WORDS) for words in (quoted, source))
        if not quoted:
            yield f"lacks “{theirs}”"
        else:
            yield f"has “{ours}” for “{theirs}”" if source else f"adds “{ours}”"


def describe_problem(checked: CheckedQuotation) -> str:
    """What is wrong with a quotation, on one line; "" if nothing is."""
    if name_status(checked) == "verbatim" and not checked.is_elsewhere:
        return ""
    remarks = "; ".join(list_remarks(checked))
    return f"{name_status(checked)}: {remarks}" if remarks else name_status(checked)


def count_statuses(checked: Iterable[CheckedQuotation]) -> str:
    """How many quotations there are of each kind."""
    counts = Counter(map(name_status, checked))
    order = ("verbatim", "out of context", "altered", "not found")
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in order if counts[kind])
    return f"{counted(counts.total(), 'quotation')}: {kinds}" if kinds else NO_QUOTATIONS
