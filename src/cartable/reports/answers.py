"""What answers to a questionnaire allow one to say: one page to take to the workshop, then question by question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import drawing, wording
from cartable.evaluation.barometer import FEWEST, FEWEST_APART, FEWEST_FOR_PERCENT, share_text
from cartable.reports.telling import quoted
from cartable.sheets import Blanks, Document, Heading, Items, Paragraph, Picture, Sheet, Table
from cartable.survey import SKIPPED, apart, median, tally
from cartable.survey.tally import texts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.sheets import Block
    from cartable.survey import Answers, Count, Question, Survey

WARNING = (
    "Ce sont les réponses de celles et ceux qui ont bien voulu. Elles décrivent, elles ne mesurent pas le territoire. "
    "Ne les mettez pas à côté d’une enquête nationale."
)
PLACES = ("mairie", "boutique ou marché", "association ou centre social", "école", "domicile", "en ligne", "autre")
SENTENCES = 12
THANKS = "Merci. Ne signez pas. Posez la feuille dans la boîte."
NO_NAME = "Sans nom. Il n’y a pas de bonne réponse. Vous pouvez sauter une question, ou vous arrêter."


def paper(survey: Survey, edition: dt.date, version: str) -> Document:
    """Return the questionnaire to be printed and filled in by hand."""
    blocks: list[Block] = [Paragraph(NO_NAME, "lead"), Blanks(("Numéro (à remplir par l’équipe)",))]
    for part in survey.parties:
        blocks.append(Heading(part.titre))
        for one in part.questions:
            blocks += _asked(survey, one)
    blocks.append(Paragraph(THANKS, "lead"))
    return Document(
        survey.titre, "Questionnaire", edition, version, (Sheet("feuille", survey.titre, tuple(blocks), single=False),)
    )


def _asked(survey: Survey, one: Question) -> Iterator[Block]:
    yield Heading(f"{survey.rank(one.variable)}. {one.question}", 3)
    yield Paragraph(one.how, "note")
    if one.modalites:
        yield Items(tuple(one.modalites), "cases")
    elif one.type == "echelle":
        yield Paragraph("1     2     3     4     5".replace(" ", "\u00a0"), "lead")
    else:
        yield Blanks(("Réponse :",), 2 if one.type == "texte" else 1)
    if one.saut:
        yield Paragraph(survey.jump(one), "note")


def report(answers: Answers, edition: dt.date, version: str, *, sent: int | None = None, mention: str = "") -> Document:
    """Return what the answers say.

    Parameters
    ----------
    sent
        How many papers left, for the rate of answers.
    """
    title = f"Réponses au questionnaire : {answers.survey.titre.lower()}"
    sheets = (
        Sheet("bilan", "En une page", tuple(_summary(answers, sent)), single=False),
        Sheet("questions", "Question par question", tuple(_questions(answers)), single=False),
    )
    return Document(wording.typeset(title), "Diagnostic", edition, version, sheets, mention=mention)


def _summary(answers: Answers, sent: int | None) -> Iterator[Block]:
    count = len(answers)
    said = wording.plural(count, "réponse")
    if sent:
        rate = f", soit {wording.percent(count / sent, 0)}" if sent >= FEWEST_FOR_PERCENT else ""
        said += f" pour {wording.plural(sent, 'feuille distribuée', 'feuilles distribuées')}{rate}"
    yield Paragraph(f"{said}.", "lead")
    yield Paragraph(WARNING, "alerte")
    if count < FEWEST:
        yield Paragraph(f"Moins de {FEWEST} réponses : lisez les phrases à voix haute.")
    elif count < FEWEST_FOR_PERCENT:
        yield Paragraph(
            wording.typeset(f"Moins de {FEWEST_FOR_PERCENT} réponses : dites « 6 sur 9 », jamais un pourcentage.")
        )
    places = [0] * len(PLACES)
    for given in answers.sheets:
        if isinstance(place := given.get("remise"), int):
            places[place - 1] += 1
    if any(places):
        rows = tuple((name, wording.number(n)) for name, n in zip(PLACES, places, strict=True) if n)
        yield Table("Par où les feuilles sont revenues", ("Lieu de remise", "Feuilles"), rows, (3, 1))
    yield Heading("Ce qui revient le plus")
    yield Items(tuple(_most(answers)))
    yield Heading("Ce que ces réponses ouvrent")
    yield Paragraph("Trois questions à porter à la lecture du portrait, écrites à la main :")
    yield Blanks(("1.", "2.", "3."))


def _most(answers: Answers) -> Iterator[str]:
    for one in answers.survey.questions:
        if one.type in {"texte", "nombre"}:
            continue
        if one.type == "echelle":
            yield _scale(one, answers)
            continue
        counted = tally(one, answers.sheets)
        first = max(counted.boxes, key=lambda label: counted.boxes[label])
        if counted.boxes[first]:
            yield wording.typeset(f"{_short(one)} « {first} » : {counted.said(first)}")


def _short(one: Question) -> str:
    return one.question if one.question.endswith(("?", ".", "!")) else f"{one.question} :"


def _scale(one: Question, answers: Answers) -> str:
    middle, count, share = median(one, answers.sheets)
    if middle is None:
        return wording.typeset(f"{_short(one)} Aucune réponse.")
    said = f"{_short(one)} Note du milieu : {wording.number(middle, 0 if middle == int(middle) else 1)} sur 5"
    said += f", {wording.plural(count, 'réponse')}"
    return wording.typeset(said if share is None else f"{said}, {share_text(share, count)} de 4 et 5")


def _questions(answers: Answers) -> Iterator[Block]:
    for one in answers.survey.questions:
        yield Heading(wording.typeset(f"{answers.survey.rank(one.variable)}. {one.question}"))
        if one.type == "texte":
            yield from _sentences(one, answers)
        elif one.type == "nombre":
            middle, count, _ = median(one, answers.sheets)
            said = (
                "Aucune réponse."
                if middle is None
                else f"Nombre du milieu : {wording.number(middle, 1)}, {wording.plural(count, 'réponse')}."
            )
            yield Paragraph(wording.typeset(said))
        else:
            yield from counts(tally(one, answers.sheets))
            if one.type == "echelle":
                yield Paragraph(_scale(one, answers), "note")


def counts(counted: Count) -> Iterator[Block]:
    """Give the bars of a question, and their table."""
    skipped = wording.plural(counted.asked, "personne concernée", "personnes concernées")
    yield Paragraph(f"{wording.plural(counted.answered, 'réponse')}, {skipped}.", "note")
    rows = [(label, float(n), counted.said(label)) for label, n in counted.boxes.items()]
    chart = drawing.bars(rows, title=counted.question.question)
    yield Picture(chart.svg, chart.description, 0.75)
    yield Table(
        counted.question.question, ("Réponse", "Combien"), tuple((label, said) for label, _, said in rows), (3, 1)
    )


def _sentences(one: Question, answers: Answers) -> Iterator[Block]:
    written = list(dict.fromkeys(texts(one, answers.sheets)))
    yield Paragraph(
        f"{wording.plural(len(written), 'phrase')}, {wording.number(min(SENTENCES, len(written)))} montrées.", "note"
    )
    yield Items(tuple(f"« {quoted(text)} »" for text in written[:SENTENCES]))


def by_group(answers: Answers, by: Question, question: Question) -> Iterator[Block]:
    """Give the counts of each group large enough, and say which are too small."""
    groups = apart(answers, by)
    for label, sheets in groups.items():
        yield Heading(wording.typeset(f"{label} ({wording.plural(len(sheets), 'réponse')})"))
        yield from counts(tally(question, sheets))
    small = [label for label in by.modalites if label not in groups and _some(answers, by, label)]
    if small:
        told = wording.join([f"« {label} »" for label in small])
        yield Paragraph(
            wording.typeset(f"Moins de {FEWEST_APART} réponses, donc pas regardés à part : {told}."), "note"
        )


def _some(answers: Answers, by: Question, label: str) -> bool:
    rank = by.modalites.index(label) + 1
    return any(given.get(by.variable) == rank != SKIPPED for given in answers.sheets)
