"""What marks words in reStructuredText, Org and AsciiDoc: emphasis, code, links."""

from __future__ import annotations

import re


def compile_marks(*patterns: str) -> re.Pattern[str]:
    """The markup of words in a language, for `write_words`: what comes first is tried first.

    Of each match, only its named group is drawn. The name is that of a style, or `plain`; digits
    at its end keep names apart. In `code` there is no further markup.
    """
    return re.compile("|".join(patterns))


_TEXT = r"[^`<\s]++(?:\s++[^`<\s]++)*+"
RESTRUCTUREDTEXT_MARKS = compile_marks(
    r"``(?P<code1>(?:[^`]|`(?!`))++)``",
    rf"(?::[\w:.+-]{{1,60}}:)?`(?P<link1>{_TEXT})\s*+<[^`<>]++>`_{{0,2}}",
    r":(?:ref|doc|term|numref|any|download|pep|rfc|abbr|command|program):`!?(?P<link2>[^`]++)`",
    r":(?:strong):`(?P<strong1>[^`]++)`",
    r":[\w:.+-]{1,60}:`~(?:\w++\.)*+(?P<code2>[^`]++)`",
    r":[\w:.+-]{1,60}:`!?(?P<code3>[^`]++)`",
    r"_`(?P<plain1>[^`]++)`",
    r"`(?P<link3>[^`]++)`__?(?!\w)",
    r"`(?P<emphasis1>[^`]++)`(?::[\w:.+-]{1,60}:(?![\w`]))?",
    r"(?<![\w*\\])\*\*(?=[^\s*])(?P<strong2>(?:[^*]|\*(?!\*))++)(?<!\s)\*\*",
    r"(?<![\w*\\])\*(?=[^\s*])(?P<emphasis2>[^*]++)(?<!\s)\*(?![\w*])",
    r"(?<![\w|])\|(?P<label1>[^|\s](?:[^|\n]{0,60}[^|\s])?)\|_{0,2}(?![\w|])",
    r"(?P<link4>\[[#*\w.-]{1,40}\])_(?!\w)",
    r"(?<![\w`:.])(?P<link5>[^\W_](?:[\w.-]{0,60}[^\W_])?)__?(?![\w`])",
    r"\\(?:(?P<plain2>\S)|\s)",
)

ORG_MARKS = compile_marks(
    # Badges.
    r"\[\[(?:[^\[\]]++\]\[)?file:https?:[^\[\]]++\]\]",
    r"\[\[[^\[\]]++\]\[(?P<link1>[^\[\]]++)\]\]",
    r"\[\[(?:file:|[*#])?(?P<link2>[^\[\]]++)\]\]",
    r"(?P<link3>\[fn:[\w-]{1,60}\])",
    r"<<[^<>\n]{1,200}>>",
    r"(?<![\w=])=(?=[^\s=])(?P<code1>[^=]++)(?<!\s)=(?![\w=])",
    r"(?<![\w~])~(?=[^\s~])(?P<code2>[^~]++)(?<!\s)~(?![\w~])",
    r"(?<![\w*])\*(?=[^\s*])(?P<strong1>[^*]++)(?<!\s)\*(?![\w*])",
    r"(?<![\w/:.<])/(?=[^\s/])(?P<emphasis1>[^/]++)(?<!\s)/(?![\w/])",
    r"(?<![\w_])_(?=[^\s_])(?P<emphasis2>[^_]++)(?<!\s)_(?![\w_])",
    r"(?<![\w+])\+(?=[^\s+])(?P<struck1>[^+]++)(?<!\s)\+(?![\w+])",
    r"\\\\(?=\s|$)",
)

ASCIIDOC_MARKS = compile_marks(
    r"\+\+\+(?P<plain1>[^+]++)\+\+\+",
    r"``(?P<code1>[^`]++)``",
    r"(?<=\")`(?P<plain2>[^`]++)`(?=\")",
    r"(?<![\w`\\])`\+?(?P<code2>[^`+]++)\+?`(?![\w`])",
    r"(?<![\w`\\])`(?P<code3>[^`]++)`(?![\w`])",
    r"\*\*(?=\S)(?P<strong1>[^*]++)\*\*",
    r"(?<![\w*\\])\*(?=[^\s*])(?P<strong2>[^*]++)(?<!\s)\*(?![\w*])",
    r"__(?=\S)(?P<emphasis1>[^_]++)__",
    r"(?<![\w_\\])_(?=[^\s_])(?P<emphasis2>[^_]++)(?<!\s)_(?![\w_])",
    r"(?:\[[\w.-]{1,40}\])?(?<![\w#\\])#(?=[^\s#])(?P<strong3>[^#]++)(?<!\s)#(?![\w#])",
    r"(?:link|xref|mailto):[^\s\[\]]{1,300}\[(?P<link1>[^\[\]]++)\]",
    r"(?:link|xref|mailto):(?P<link2>[^\s\[\]]{1,300})\[\]",
    r"(?:https?|ftp|irc)://[^\s\[\]<>]{1,300}\[(?P<link3>[^\[\]]++)\]",
    r"(?P<link4>(?:https?|ftp|irc)://[^\s\[\]<>]{1,300})\[\]",
    r"<<[^<>,]{1,200},\s*+(?P<link5>[^<>]++)>>",
    r"<<(?P<link6>[^<>,]{1,200})>>",
    r"\blinkgit:(?P<link7>[\w.-]{1,80}\[[0-9]\])",
    r"\b(?:kbd|btn|menu|stem|latexmath|asciimath|pass):[^\s\[\]]{0,80}\[(?P<code4>[^\[\]]++)\]",
    r"\bimage:[^\s\[\]]{1,300}\[(?P<label1>[^\[\],]*+)[^\[\]]*+\]",
    r"\bfootnote(?:ref)?:[\w-]{0,80}(?P<label2>\[[^\[\]]++\])",
    r"\[\[[^\[\]]{1,200}\]\]",
    r"\{(?:empty|sp|nbsp|zwsp|wj)\}",
    r"[ \t]\+(?=[ \t]*(?:[\r\n]|\Z))",
    r"\\(?P<plain3>[*_`#\[{<])",
)
