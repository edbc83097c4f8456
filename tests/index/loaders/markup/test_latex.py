"""LaTeX: the words that are printed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders.markup.latex import load
from tests.support.timing import takes_at_most


def read(source):
    return load(source.encode())


PAPER = r"""\documentclass{article}
\newcommand{\lamp}{harbour lamp}
\title{On \emph{Lamps}\thanks{by Ann}}
\author{Ann \and Bee}
\begin{document}
\maketitle
\begin{abstract} We light a \lamp. \end{abstract}
\section{Oil}\label{sec:oil}
Oil burns~\cite{bee} ``well'' --- see Section~\ref{sec:oil}. %
 It costs 10\,\% more\footnote{In winter.}.
% not printed

\begin{enumerate}
\item First
\item Caf\'e and na\"{\i}ve
\end{enumerate}
\subsection*{Sums}
We have $a \leq \alpha^2$ and
\begin{equation}\label{eq:a} x = \frac{1}{2} \end{equation}
\begin{verbatim}
lamp -w % as it is
\end{verbatim}
\begin{table}
\caption{Use}
\begin{tabular}{l|r}
\hline
Lamp & Litres \\ \hline
West & 3 \\
East & \textbf{17} \\
\end{tabular}
\end{table}
\end{document}
not printed
"""


def test_a_paper_is_read_as_it_is_printed():
    content = read(PAPER)
    assert content.title == "On Lamps"
    assert [(each.text, each.level) for each in content.headings] == [
        ("On Lamps", 1),
        ("Abstract", 4),
        ("Oil", 4),
        ("Sums", 5),
    ]
    assert content.text == (
        "On Lamps\n\nAnn, Bee\n\nAbstract\n\nWe light a harbour lamp.\n\nOil\n\n"
        "Oil burns [bee] “well” — see Section [sec:oil]. It costs 10 % more.\n\nIn winter.\n\n"
        "1. First\n\n2. Café and naïve\n\nSums\n\nWe have a ≤ α^2 and\nx = \\frac{1}{2}\n\n"
        "lamp -w % as it is\n\nUse\n\nLamp\tLitres\nWest\t3\nEast\t17"
    )
    assert [each.columns for each in content.tables] == [("Lamp", "Litres")]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\o{}l \ss \AA ngstr\"om \c{c} \v s", "øl ßÅngström ç š"),
        (r"\href{http://a.b}{Lamps}, \url{http://a.b}", "Lamps, http://a.b"),
        (r"\verb|\x{| and \textbf{b{o}ld}", r"\x{ and bold"),
        (r"\begin{description}\item[Oil] burns\end{description}", "Oil burns"),
        (r"\begin{theorem}[Ann] It burns.\end{theorem}", "Theorem (Ann). It burns."),
        (r"\begin{tikzpicture}\draw (0,0);\end{tikzpicture} lamp", "lamp"),
        (
            r"\begin{thebibliography}{9}\bibitem{a} Ann.\end{thebibliography}",
            "References\n\n[a] Ann.",
        ),
        (r"\unknown[x]{lamp} \vspace{2cm} {\bf b} \rule{1cm}{2pt}.", "lamp b ."),
        (r"\[ x \] one \\ two", "x\none\ntwo"),
        (r"\section{An $n$-lamp}", "An n-lamp"),
        (r"\emph{open \textbf{ \begin{itemize} \item x", "open\n\n• x"),
    ],
)
def test_commands(source, shown):
    assert read(source).text == shown


@pytest.mark.parametrize("listing", ["verbatim", "lstlisting", "Verbatim*"])
def test_a_document_in_a_listing_is_none(listing):
    example = (
        f"\\begin{{{listing}}}\n\\begin{{document}}\n  Oil.\n\\end{{document}}\n\\end{{{listing}}}"
    )
    part = f"\\section{{Lamps}}\nThey burn.\n{example}\nSo they do."
    shown = "\\begin{document}\n  Oil.\n\\end{document}"
    text = f"Lamps\n\nThey burn.\n\n{shown}\n\nSo they do."
    assert read(part).text == text
    whole = f"% \\begin{{document}}\n\\begin{{document}}\n{part}\n\\end{{document}}\nNo."
    assert read(whole).text == text


@pytest.mark.parametrize(
    "definition",
    [
        r"\newcommand{\bcode}{\begin{lstlisting}}",
        "\\newcommand{\\bcode}{%\n  \\begin{lstlisting}[language=C]%\n}",
        r"\newenvironment{shown}{\begin{verbatim}}{\end{verbatim}}",
    ],
)
@pytest.mark.parametrize("listing", ["", "\n\\begin{lstlisting}\nlamp\n\\end{lstlisting}"])
def test_a_listing_in_a_definition_of_the_preamble_hides_no_document(definition, listing):
    source = f"\\documentclass{{article}}\n{definition}\n\\begin{{document}}\nOil.{listing}"
    text = read(f"{source}\n\\end{{document}} No.").text
    assert text == ("Oil.\n\nlamp" if listing else "Oil.")


def test_listings_without_an_end_are_found_at_once():
    with takes_at_most(5):
        read("\\documentclass{a}" + "\\begin{verbatim}" * 100_000)


def test_words_between_bars_are_shown_as_they_are_where_a_manual_has_them():
    manual = r"Say |\lamp[x]{oil}| or |\wick| or |\oil|, and |west|."
    assert read(manual).text == r"Say \lamp[x]{oil} or \wick or \oil, and west."
    for head in (r"\MakeShortVerb{\|}", r"\MakeShortVerb\|", r"\documentclass[a4paper]{ltxdoc}"):
        assert read(head + "\n\\begin{document}|\\emph{x}|\n\\end{document}").text == r"\emph{x}"
    formulas = r"$|\psi\rangle|$ \(|\phi|\) \[ |\chi| \] \begin{align*} |\rho| \end{align*}"
    assert read(formulas + r" |\emph{x}|").text.endswith("|x|")
    assert read(r"A | or \emph{two} | of them.").text == "A | or two | of them."


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            r"\textbf{} Some \textbf{bold} \hl{} \hl{marked} \pause{} lamps.",
            "Some bold marked lamps.",
        ),
        (r"\doublespacing{} \toprule{} \printbibliography{} Oil", "Oil"),
    ],
)
def test_commands_without_words_show_none(source, shown):
    assert read(source).text == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\qty{92}{\celsius}, \SI{9.81}{\metre\per\second\squared}", "92 °C, 9.81 m/s²"),
        (r"\qtyrange{50}{60}{\percent} of \SIrange{1}{2}{\kg}", "50 % to 60 % of 1 kg to 2 kg"),
        (r"\num{1.2e-3}, \num{1e5}, \numrange{3}{4}", "1.2 × 10^-3, 10^5, 3 to 4"),
        (r"\numlist{1;2;3} and \qtylist{4;5}{\centi\litre}", "1, 2 and 3 and 4 cl and 5 cl"),
        (r"\ang{45}, \ang{10;5;2}, \qty{3}{\degree}", "45°, 10°5′2″, 3°"),
        (r"\si{\joule\per\mole\per\kelvin} or \unit{kg.m^{-2}}", "J/(mol K) or kg·m^-2"),
        (r"\qty[mode=text]{5 +- 1}{\micro\metre}", "5 ± 1 µm"),
        (r"$t = \qty{20}{\minute}$", "t = 20 min"),
        (r"It is \SI", "It is SI"),
    ],
)
def test_quantities_are_shown_with_their_units(source, shown):
    assert read(source).text == shown


MACROS = r"""\newcommand{\port}[2][West]{#1 Harbour (#2)}
\newcommand\rent{95.50}
\newcommand{\key}[1]{\textbf{#1}}
\newcommand{\hidden}[1]{}
\newcommand{\lamp}{harbour lamp\xspace}
\newcommand{\open}{\begin{itemize}}
\def\pair#1#2{#2, #1}
\begin{document}
"""


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"See \port{oil} and \port[East]{tar}.", "See West Harbour (oil) and East Harbour (tar)."),
        (r"A \key{\port{oil}}\hidden{no} \pair{a}{b}", "A West Harbour (oil) b, a"),
        (
            r"The rent is \rent{} a month: $12 \times \rent{}$.",
            "The rent is 95.50 a month: 12 × 95.50.",
        ),
        (r"Each \lamp burns. The \lamp.", "Each harbour lamp burns. The harbour lamp."),
        (r"\open \item Oil \item Tar \end{itemize}", "• Oil\n\n• Tar"),
    ],
)
def test_macros_of_the_preamble_show_what_they_stand_for(source, shown):
    assert read(f"{MACROS}{source}\n\\end{{document}}").text == shown


@pytest.mark.parametrize("body", [r"\a\a", r"\a{#1}\a{#1}", "#1" * 400])
def test_macros_that_stand_for_very_much_end(body):
    source = (
        f"\\newcommand{{\\a}}[1]{{{body}}}\n" + "\\a{" + "oil " * 20_000 + "}" + "\\a{x}" * 5_000
    )
    with takes_at_most(5):
        assert len(read(source).text) < 3_000_000


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            r"The \HarbourClub{} elects, in \West, a \keeper of lamps.",
            "The Harbour Club elects, in West, a keeper of lamps.",
        ),
        (r"\textbf{\OilStore{}:} open", "Oil Store: open"),
        (r"A \centering lamp \newlinebreak burns \Large{} on.", "A lamp burns on."),
        (
            r"\redline It is \marked[x]{lit}, see \refpart{sec:oil} and \oilref{tar}.",
            "It is lit, see [sec:oil] and [tar].",
        ),
        (r"\oillabel{sec:oil}It \named{westLamp}{burns} \pair{oil}{tar}.", "It burns oil tar."),
        (r"\oilsection{The \emph{Oil}} It burns.", "The Oil\n\nIt burns."),
        ("Of\n\\oils and tars.\n\n\\sectionNotes\n\nIt burns.", "Of oils and tars.\n\nIt burns."),
        (r"77\degree F, \neg x", "77°F, ¬x"),
        (r"\footnotemark Oil\footnotetext{Of whales.} burns.", "Oil burns.\n\nOf whales."),
        (r"\hypertarget{oil}{\section{Oil}} It burns.", "Oil\n\nIt burns."),
    ],
)
def test_words_of_commands_that_another_file_defines_are_kept(source, shown):
    assert read(source).text == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            r"\begin{align} a &= 1 \\ b &= 2 \\[2mm] c &= 3 \end{align}",
            "a &= 1\nb &= 2\nc &= 3",
        ),
        (
            "\\[ A = \\begin{bmatrix} 1 & 2 \\\\\n 3 & 4 \\end{bmatrix} \\]",
            r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        ),
        (r"\[ v = \colvector{1\\2\\3} \]", r"v = \colvector{1\\2\\3}"),
    ],
)
def test_rows_of_formulas_and_matrices_stay_apart(source, shown):
    assert read(source).text == shown


def test_without_a_command_it_is_plain_text():
    assert read("Lamps\n\nThey burn oil.\n").text == "Lamps\n\nThey burn oil.\n"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1))
def test_all_words_are_in_the_blocks(words):
    content = read("\\emph{" + "} \\textbf{".join(words) + "}")
    (block,) = content.paragraphs
    assert block.of(content.text) == " ".join(words)


def test_items_have_the_depth_of_their_lists_and_listings_are_code():
    source = r"""\begin{itemize}
\item Rain
\begin{enumerate}
\item Snow
\end{enumerate}
\end{itemize}
\begin{description}
\item[Hail] falls.
\end{description}
\begin{verbatim}
- no item
\end{verbatim}
"""
    content = load(source.encode())
    assert [
        (each.kind, each.depth, each.marker and each.marker.of(content.text))
        for each in content.blocks
    ] == [("item", 1, "•"), ("item", 2, "1."), ("item", 1, "Hail"), ("code", 0, None)]
