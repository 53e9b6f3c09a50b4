"""The form by which someone lets a photo or words be kept: one page, plain language, taken back when one wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import sheets, wording
from cartable.photos import MONTHS
from cartable.record import purging

if TYPE_CHECKING:
    import datetime as dt

    from cartable.sheets import Block

IDENTIFIER = "consentement"
TITLE = "Photo et parole : votre accord"
RULE = "……………………………………"


@dataclass(frozen=True)
class Form:
    """What the form says of a démarche; what is empty is left to be filled in by hand.

    Parameters
    ----------
    organisation
        Who is responsible: the EPCI.
    contact
        Where to take one's word back: an address, a telephone.
    officer
        How to reach the data protection officer.
    months, words_months
        How long photos, then words, are kept.
    """

    organisation: str = ""
    contact: str = ""
    officer: str = ""
    months: int = MONTHS
    words_months: int = purging.MONTHS


def document(form: Form, edition: dt.date, version: str) -> sheets.Document:
    """Return the form, in sheets."""
    sheet = sheets.Sheet(IDENTIFIER, TITLE, _blocks(form), single=True)
    return sheets.Document(TITLE, form.organisation, edition, version, (sheet,))


def pdf(form: Form, edition: dt.date, version: str) -> bytes:
    """Return the form as a PDF."""
    from cartable.documents import pdf as printed  # noqa: PLC0415 (typst is slow to load)

    return printed.render(document(form, edition, version))


def docx(form: Form, edition: dt.date, version: str) -> bytes:
    """Return the form as a Word file."""
    from cartable.documents import word  # noqa: PLC0415 (python-docx is slow to load)

    return word.write(document(form, edition, version))


def _blocks(form: Form) -> tuple[Block, ...]:
    return (*_what(form), *_choices(), *_rights(form), *_signing())


def _what(form: Form) -> tuple[Block, ...]:
    who = form.organisation or RULE
    return (
        sheets.Paragraph(wording.typeset(
            f"{who} : nous organisons des ateliers pour mieux aider les habitants avec le numérique. Nous "
            "photographions les feuilles affichées au mur, et nous recopions ce qui y est écrit."
        ), "lead"),
        sheets.Paragraph(wording.typeset(
            "Nous cherchons à ne photographier personne, et nous n’écrivons le nom de personne. Si l’on peut vous "
            "reconnaître, nous avons besoin de votre accord. Vous êtes libre : dire non ne change rien à votre place "
            "dans l’atelier, ni à vos droits."
        )),
    )  # fmt: skip


def _choices() -> tuple[Block, ...]:
    return (
        sheets.Heading("Ce que j’accepte"),
        sheets.Paragraph("Cochez ce qui vous convient. Une case vide veut dire non.", "note"),
        sheets.Items(
            tuple(map(wording.typeset, (
                "On peut garder une photo où je suis visible, pour se souvenir de l’atelier.",
                "On peut montrer cette photo dans le compte rendu remis aux participants et aux élus.",
                "On peut publier cette photo (site, journal, réseaux de la collectivité).",
                "On peut citer une phrase que j’ai dite ou écrite, sans mon nom.",
            ))),
            "cases",
        ),
    )  # fmt: skip


def _rights(form: Form) -> tuple[Block, ...]:
    contact, officer = form.contact or RULE, form.officer or RULE
    photo, words = _length(form.months), _length(form.words_months)
    return (
        sheets.Heading("Combien de temps, et comment changer d’avis"),
        sheets.Items(tuple(map(wording.typeset, (
            f"Les photos sont effacées au bout de {photo} ; les textes, {words} après la dernière séance.",
            "Vous pouvez retirer votre accord quand vous voulez, sans dire pourquoi. Nous effaçons alors la photo ou "
            "la phrase, et nous ne l’utilisons plus. Ce qui est déjà imprimé ou distribué ne peut pas être repris.",
            f"Pour cela, ou pour voir, corriger ou faire effacer ce qui vous concerne : {contact}",
            f"Déléguée ou délégué à la protection des données : {officer}",
            "Si la réponse ne vous convient pas, vous pouvez vous adresser à la CNIL : cnil.fr, ou 3 place de "
            "Fontenoy, TSA 80715, 75334 Paris Cedex 07.",
        )))),
        sheets.Paragraph(wording.typeset(
            f"Responsable du traitement : {form.organisation or RULE}. But : garder la trace de l’atelier. Base "
            "légale : votre consentement (article 6, paragraphe 1, point a, du RGPD) et votre droit à l’image. "
            "Destinataires : l’équipe d’animation, puis les seules personnes que vous avez acceptées ci-dessus."
        ), "note"),
    )  # fmt: skip


def _length(months: int) -> str:
    """Say a length of time in years when it is a whole number of them."""
    return wording.plural(months // 12, "an") if months % 12 == 0 and months else f"{wording.number(months)} mois"


def _signing() -> tuple[Block, ...]:
    return (
        sheets.Heading("Ma signature"),
        sheets.Blanks(("Prénom et nom", "Atelier et date", "Signature")),
        sheets.Paragraph(wording.typeset(
            "Pour une personne de moins de 18 ans, ses deux parents (ou son représentant légal) signent aussi. On peut "
            "vous lire cette feuille à voix haute. Gardez-en un exemplaire ; l’autre reste, sous clé, chez "
            "l’organisateur, à part des photos."
        ), "note"),
        sheets.Blanks(("Signature des parents ou du représentant légal",)),
    )  # fmt: skip
