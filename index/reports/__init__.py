"""What an index reports: progress, what a run has done, its size, what is out of date."""

from index.reports.chosen_skip import ChosenSkip
from index.reports.counts import IndexCounts
from index.reports.footprint import Footprint
from index.reports.progress import (
    Progress,
    ProgressCallback,
    StageCallback,
    as_stage_callback,
    ignore_progress,
    serialise_calls,
    stop_when_cancelled,
)
from index.reports.run_report import Failure, Report, Skipped
from index.reports.status import Status

__all__ = [
    "ChosenSkip",
    "Failure",
    "Footprint",
    "IndexCounts",
    "Progress",
    "ProgressCallback",
    "Report",
    "Skipped",
    "StageCallback",
    "Status",
    "as_stage_callback",
    "ignore_progress",
    "serialise_calls",
    "stop_when_cancelled",
]
