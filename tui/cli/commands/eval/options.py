"""The options of `eval`, and the configurations that they name."""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from index import DEFAULT_MODE, Mode, Risk
from qa import (
    DEFAULT_EVALUATION_SETTING,
    DOCUMENTS_RANKED,
    EVALUATION_SETTINGS,
    RANKING_MODES,
    RankingMode,
)
from tui.cli.options import add_index_option, fraction, nonempty, positive, share

_FILES = (
    ("--json", "FILE", "write all figures, and every question"),
    ("--run", "FILE", "write the rankings, as trec_eval reads them"),
    ("--qrels", "FILE", "write the labels, as trec_eval reads them"),
    ("--predictions", "FILE", "write the answers, as JSON lines"),
    ("--report", "FILE.html", "write a report with pictures"),
    ("--cache", "FILE", "keep every reply: an interrupted run goes on from there"),
    ("--compare", "FILE.json", "compare with what --json wrote before"),
)


@dataclass(frozen=True, slots=True)
class Configuration:
    """A model and a mode to measure; the name says in what it differs from the others."""

    name: str
    model: str | None
    mode: RankingMode


def add_eval_options(parser: argparse.ArgumentParser) -> None:
    """Add the question set and all options to the parser of `eval`."""
    parser.add_argument(
        "questions",
        type=nonempty,
        metavar="QUESTIONS",
        help="a file of JSON lines, SQuAD's JSON or CSV, or a folder in BEIR's layout",
    )
    parser.add_argument(
        "--setting",
        choices=EVALUATION_SETTINGS,
        default=DEFAULT_EVALUATION_SETTING,
        help="search all documents (default), or read each question's own",
    )
    parser.add_argument(
        "--mode",
        action="append",
        choices=RANKING_MODES,
        help=f"how to search (default: as in the settings, else {DEFAULT_MODE}; reranked: what "
        f"{DEFAULT_MODE} finds, in the reader's order); repeatable: the first is compared with the "
        "others",
    )
    parser.add_argument(
        "--model",
        action="append",
        type=nonempty,
        metavar="M",
        help="embedding model (default: that of the index); repeatable, as --mode, for sets that "
        "bring their own documents",
    )
    parser.add_argument(
        "-k",
        type=positive,
        metavar="N",
        help=f"documents ranked for each question (default: {DOCUMENTS_RANKED})",
    )
    parser.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="NAME",
        help="a further measure of retrieval, by its usual name: P@5, Success@10, …; repeatable",
    )
    add_index_option(parser)
    for option, name, text in _FILES:
        parser.add_argument(option, type=nonempty, metavar=name, help=text)
    parser.add_argument(
        "--max-drop",
        type=fraction,
        metavar="X",
        help="with --compare: fail if a measure is worse by more",
    )
    parser.add_argument(
        "--fail-under",
        action="append",
        type=_parse_limit,
        default=[],
        metavar="MEASURE=VALUE",
        help="fail if a measure is below (ece and aurc: above) a value; repeatable",
    )
    parser.add_argument(
        "--fit-threshold",
        action="store_true",
        help="fit the confidence below which nothing is answered, and keep it in the index; with "
        "enough questions, confidence itself as well",
    )
    parser.add_argument(
        "--at-most",
        type=share,
        metavar="RISK",
        help="with --fit-threshold: the lowest threshold at which, with 95%% confidence, at most "
        "this share of the answers shown is wrong (5%%); if that cannot be promised, none is kept",
    )
    parser.add_argument(
        "--risk",
        choices=get_args(Risk),
        help="with --at-most: the share of what is shown that is wrong (default), or of all "
        "questions that get a wrong answer (answered)",
    )


def _parse_limit(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError("must be MEASURE=VALUE, as in nDCG@10=0.62")
    return name.strip(), fraction(value)


def list_configurations(options: argparse.Namespace, default_mode: Mode) -> list[Configuration]:
    """The configurations to measure: every model with every mode.

    Args:
        default_mode: taken if the options name no mode.
    """
    models = dict.fromkeys(options.model or [None])
    modes = dict.fromkeys(options.mode or [default_mode])
    # Short names, if they tell the models apart.
    shorts = {Path(model).name for model in models if model}
    configurations = []
    for model, mode in itertools.product(models, modes):
        name = mode if options.setting == "open" else "reading"
        if model and len(models) > 1:
            name += f" {Path(model).name if len(shorts) == len(models) else model}"
        configurations.append(Configuration(name, model, mode))
    return configurations
