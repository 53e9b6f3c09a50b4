"""Questionnaires of the diagnosis: what is asked, how it is typed in, what the answers allow one to say."""

from __future__ import annotations

from cartable.survey.model import LEADING, SKIPPED, Part, Question, Survey, column_names, load, load_one
from cartable.survey.reading import Answers, Given, read
from cartable.survey.tally import Count, apart, median, tally

__all__ = [
    "LEADING",
    "SKIPPED",
    "Answers",
    "Count",
    "Given",
    "Part",
    "Question",
    "Survey",
    "apart",
    "column_names",
    "load",
    "load_one",
    "median",
    "read",
    "tally",
]
