"""Exercises: one source each, answered on one's own machine, with feedback in French and no server."""

from __future__ import annotations

from cartable.exercises.checking import Setting, check, solution, statement
from cartable.exercises.model import Exercise, load, parse
from cartable.exercises.verdict import Verdict

__all__ = ["Exercise", "Setting", "Verdict", "check", "load", "parse", "solution", "statement"]
