"""What is given back to those who spoke: pure functions of a record, in sheets that PDF and Word then draw.

``minutes`` is the page sent within 48 hours; ``restitution`` says what is done with what was said, on paper or aloud;
``public`` is what may be published, to be read again first; ``draft`` begins the report, canvases
included; ``plan`` is the roadmap that a council votes; ``outing`` the
learning trip; ``questionnaire`` and ``assessment`` judge the démarche between two steps, and its objectives;
``guide_report`` and ``method_report`` end the project.
"""

from __future__ import annotations

from cartable.reports.assessment import assessment, questionnaire
from cartable.reports.draft import draft
from cartable.reports.journey import outing
from cartable.reports.minutes import minutes
from cartable.reports.plan import plan
from cartable.reports.public import Public, public
from cartable.reports.restitution import restitution
from cartable.reports.usefulness import guide_report, method_report

__all__ = [
    "Public", "assessment", "draft", "guide_report", "method_report", "minutes", "outing", "plan", "public",
    "questionnaire", "restitution",
]  # fmt: skip
