"""What each field of the standard could come from, by the names of the columns and by what they hold."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cartable import wording
from cartable.atlas import atlas
from cartable.mapping import columns as look
from cartable.mapping.columns import Column
from cartable.mapping.model import TICKS, Mapping, Rule
from cartable.sources import standard, vocabulary
from cartable.sources.positions import FAR, Ground

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartable.atlas import Atlas
    from cartable.mapping.model import Confidence, Way
    from cartable.sources.reading import RawTable

LIKE = 0.86  # likeness of two names
POINTS = 40  # places that are tried on the map
GEOCODED = "result "  # columns that an automatic search of addresses adds: never better than what was typed
FEW, SHORT = 15, 60  # words to explain, and their length
SURE: Confidence = "sûr"
PROBABLE: Confidence = "probable"
DOUBTFUL: Confidence = "à vérifier"
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "identifiant", "id structure", "reference"),
    "pivot": ("pivot", "siret", "numero siret", "rna", "ridet"),
    "nom": ("nom", "nom de la structure", "nom du lieu", "lieu", "structure", "intitule", "denomination", "libelle 1"),
    "commune": ("commune", "ville", "nom commune", "localite", "nom de la commune"),
    "code_postal": ("code postal", "cp", "code postale"),
    "code_insee": ("code insee", "insee", "insee com", "codgeo", "depcom", "code commune"),
    "adresse": ("adresse", "adresse postale", "adresse numero nom de la voie", "voie", "rue"),
    "complement_adresse": ("complement adresse", "complement d adresse", "complement d adresse ex quartier"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon", "lng"),
    "typologie": ("typologie", "type structure", "type de structure", "type de lieu"),
    "site_web": ("site web", "site internet", "site", "url"),
    "horaires": ("horaires", "horaire", "horaires d ouverture", "les horaires de ma structure"),
    "presentation_resume": ("presentation resume", "resume"),
    "presentation_detail": (
        "presentation detail", "description", "presentation",
        "je decris les actions d inclusion numerique de ma structure en quelques mots",
    ),
    "source": ("source", "producteur"),
    "itinerance": ("itinerance",),
    "structure_parente": ("structure parente", "reseau"),
    "date_maj": ("date maj", "derniere maj", "date de mise a jour", "mise a jour", "date"),
    "services": ("services", "service"),
    "publics_specifiquement_adresses": ("publics specifiquement adresses", "publics accueillis", "publics"),
    "prise_en_charge_specifique": ("prise en charge specifique",),
    "frais_a_charge": ("frais a charge", "frais", "tarifs", "tarif", "les tarifs de ma structure", "conditions acces"),
    "dispositif_programmes_nationaux": ("dispositif programmes nationaux", "labels nationaux", "dispositifs"),
    "formations_labels": ("formations labels",),
    "autres_formations_labels": ("autres formations labels", "labels autres"),
    "modalites_acces": ("modalites acces", "modalites d acces"),
    "modalites_accompagnement": ("modalites accompagnement", "modalites d accompagnement"),
    "fiche_acces_libre": ("fiche acces libre", "accessibilite", "acceslibre"),
    "prise_rdv": ("prise rdv", "prise de rdv", "rendez vous en ligne"),
}  # fmt: skip
# What columns of boxes mean; the names of the vocabularies are tried first.
BOXES: dict[str, tuple[str, str]] = {
    "demarchesadministratives": ("services", "Aide aux démarches administratives"),
    "initiationaunumerique": ("services", "Maîtrise des outils numériques du quotidien"),
    "accesadesequipements": ("services", "Accès internet et matériel informatique"),
    "enlibreacces": ("modalites_accompagnement", "En autonomie"),
    "individuellement": ("modalites_accompagnement", "Accompagnement individuel"),
    "collectivement": ("modalites_accompagnement", "Dans un atelier collectif"),
    "enitinerance": ("itinerance", "Itinérant"),
}
CONTENTS: dict[str, tuple[Callable[[str], bool], str]] = {
    "pivot": (look.is_siret, "des numéros SIRET"),
    "code_insee": (look.is_insee, "des codes de commune"),
    "code_postal": (look.is_postcode, "des codes postaux"),
    "date_maj": (look.is_date, "des dates"),
    "horaires": (look.is_hours, "des horaires"),
    "site_web": (look.is_link, "des adresses de sites"),
}
"""What is looked for in the cells of columns whose names say nothing."""


@dataclass(frozen=True, eq=False)
class _List:
    """A list under study."""

    file: str
    columns: tuple[Column, ...]
    tables: Atlas


def propose(raw: RawTable, tables: Atlas | None = None) -> Mapping:
    """Propose where each field of the standard comes from; each rule says how sure it is, and why.

    Parameters
    ----------
    raw
        The list.
    tables
        The communes, to try coordinates on; those that ship with Cartable by default.
    """
    columns = tuple(Column(str(name), list(raw.rows[name])) for name in raw.columns)
    kept = tuple(c for c in columns if c.filled and not c.personal and not c.folded.startswith(GEOCODED))
    studied = _List(raw.file, kept, tables or atlas())
    found = _by_names(studied)
    found |= _coordinates(studied, found)
    for more in (_by_contents, _from_boxes, _from_addresses, _identifier):
        found |= {name: rule for name, rule in more(studied, found).items() if name not in found}
    ordered = {name: found[name] for name in standard.fields() if name in found}
    return Mapping.model_validate({"liste": raw.file, "champs": ordered})


# -- by the names of the columns ------------------------------------------------------------


def _by_names(studied: _List) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    used: set[str] = set()
    for likeness, confidence in ((_same, SURE), (_begins, PROBABLE), (_alike, PROBABLE)):
        for name, known in NAMES.items():
            free = [c for c in studied.columns if c.name not in used]
            column = next((c for wanted in known for c in free if likeness(c, wanted)), None)
            if name in found or column is None or not _plausible(name, column):
                continue
            found[name] = _rule(name, column, confidence, f"le titre de la colonne « {column.name} » le dit")
            used.add(column.name)
    return found


def _same(column: Column, wanted: str) -> bool:
    return column.folded == wanted or column.squeezed == wanted.replace(" ", "")


def _begins(column: Column, wanted: str) -> bool:
    return len(wanted) > 3 and column.folded.startswith(f"{wanted} ")  # noqa: PLR2004 (« id », « cp », « rue »)


def _alike(column: Column, wanted: str) -> bool:
    return difflib.SequenceMatcher(None, column.squeezed, wanted.replace(" ", "")).ratio() >= LIKE


def _plausible(name: str, column: Column) -> bool:
    """Tell whether a column may hold what its name says: boxes are not a price, a text is not a latitude."""
    if name in CONTENTS and name in {"code_insee", "date_maj", "code_postal"}:
        return column.share(CONTENTS[name][0]) > 0
    if name in {"latitude", "longitude"}:
        return bool(column.degrees)
    return not column.boxes


def _rule(name: str, column: Column, confidence: Confidence, reason: str) -> Rule:
    if not standard.fields()[name].values:
        way: Way = "adresse" if name == "adresse" and column.mostly(look.has_postcode) else "texte"
        text = wording.typeset(f"{reason}.")
        return Rule(colonnes=(column.name,), lecture=way, confiance=confidence, raison=text)
    words = column.unknown(name)
    if column.knows(name) < look.MOSTLY:
        confidence = DOUBTFUL
    explained: dict[str, tuple[str, ...]] = {w: () for w in words if len(w) <= SHORT and len(words) <= FEW}
    shown = [standard.quoted(" ".join(word.split())) for word in words[:3]]
    left = f" ; sans équivalent connu : {wording.join(shown)}" if words else ""
    more = ", entre autres" if len(words) > len(shown) else ""
    return Rule(
        colonnes=(column.name,), lecture="liste", valeurs=explained, confiance=confidence,
        raison=wording.typeset(f"{reason}{left}{more}."),
    )  # fmt: skip


# -- coordinates ----------------------------------------------------------------------------


def _coordinates(studied: _List, found: dict[str, Rule]) -> dict[str, Rule]:
    """Choose the pair of columns of decimal numbers that puts most places in the country, whatever their titles."""
    numbers = [c for c in studied.columns if c.degrees]
    ground = Ground(studied.tables)
    scored = [(_hits(y, x, ground), -rank, y, x) for rank, (y, x) in enumerate(_pairs(numbers, found))]
    best = max(scored, key=lambda item: item[:2], default=None)
    if best is None or best[0] == 0:
        return {}
    hits, _, y, x = best
    named = {name: rule.colonnes[0] for name, rule in found.items() if name in {"latitude", "longitude"}}
    as_said = named == {"latitude": y.name, "longitude": x.name}
    said = "les titres et les nombres concordent" if as_said else f"les points tombent sur des communes {_like(hits)}"
    trap = " malgré son titre, qui laisse attendre l’inverse" if _misleading(y, x) else ""
    confidence: Confidence = SURE if as_said else PROBABLE

    def rule(column: Column) -> Rule:
        reason = wording.typeset(f"{said}{trap}.")
        return Rule(colonnes=(column.name,), confiance=confidence, raison=reason)

    return {"latitude": rule(y), "longitude": rule(x)}


def _pairs(numbers: Sequence[Column], found: dict[str, Rule]) -> Iterator[tuple[Column, Column]]:
    """Yield the pairs to try, the one that the titles announce first."""
    named = [found[name].colonnes[0] for name in ("latitude", "longitude") if name in found]
    ordered = sorted(numbers, key=lambda c: named.index(c.name) if c.name in named else len(named))
    yield from ((y, x) for y in ordered for x in ordered if y is not x)


def _hits(y: Column, x: Column, ground: Ground) -> float:
    """Return the share of points that fall near a commune."""
    both = [
        (a, b) for a, b in zip(y.cells, x.cells, strict=True) if look.DECIMAL.fullmatch(a) and look.DECIMAL.fullmatch(b)
    ]
    tried = both[:: max(1, len(both) // POINTS)][:POINTS]
    points = [(float(a.replace(",", ".")), float(b.replace(",", "."))) for a, b in tried]
    near = [abs(a) <= 90 and ground.nearest(a, b)[1] <= FAR for a, b in points]  # noqa: PLR2004 (degrees of latitude)
    return round(float(np.mean(near)), 1) if near else 0.0


def _like(hits: float) -> str:
    return "dans cet ordre" if hits == 1 else "dans cet ordre, pour la plupart"


def _misleading(y: Column, x: Column) -> bool:
    """Tell whether « X » is written on latitudes."""
    return y.folded.split()[-1:] == ["x"] and x.folded.split()[-1:] == ["y"]


# -- by what the columns hold ---------------------------------------------------------------


def _by_contents(studied: _List, found: dict[str, Rule]) -> dict[str, Rule]:
    used = {column for rule in found.values() for column in rule.colonnes}
    free = [c for c in studied.columns if c.name not in used and not c.boxes]
    made: dict[str, Rule] = {}
    for name, (test, what) in CONTENTS.items():
        column = next((c for c in free if c.mostly(test)), None)
        if column and name not in found and not (name == "code_insee" and "code_postal" not in found):
            made[name] = _rule(name, column, PROBABLE, f"la colonne « {column.name} » contient {what}")
            free.remove(column)
    for name, described in standard.fields().items():
        known = [c for c in free if described.values and name not in found and c.gives(name) >= look.MOSTLY]
        if known:
            reason = f"la colonne « {known[0].name} » contient des mots de ce champ"
            made[name] = _rule(name, known[0], PROBABLE, reason)
    return made


def _from_boxes(studied: _List, _found: dict[str, Rule]) -> dict[str, Rule]:
    """Gather the columns of boxes that mean a value of the same field."""
    meant: dict[str, dict[str, str]] = {}
    for column in studied.columns:
        field, value = _meaning(column) if column.boxes else ("", "")
        if field:
            meant.setdefault(field, {})[column.name] = value
    reason = "des colonnes à cocher dont les titres disent la valeur ; compte comme coché : " + ", ".join(TICKS)
    return {
        field: Rule(
            colonnes=tuple(values), lecture="cases", valeurs={c: (v,) for c, v in values.items()}, cochees=TICKS,
            confiance=PROBABLE, raison=wording.typeset(f"{reason}."),
        )
        for field, values in meant.items()
    }  # fmt: skip


def _meaning(column: Column) -> tuple[str, str]:
    for start, meant in BOXES.items():
        if column.squeezed.startswith(start):
            return meant
    for field in ("services", "modalites_accompagnement", "modalites_acces", "itinerance"):
        values = vocabulary.translate(field, column.name)
        if values:
            return field, values[0]
    return "", ""


def _from_addresses(studied: _List, found: dict[str, Rule]) -> dict[str, Rule]:
    """Take the postal code out of addresses that hold it."""
    column = next((c for c in studied.columns if c.mostly(look.has_postcode)), None)
    if column is None or "code_postal" in found:
        return {}
    reason = wording.typeset(f"la colonne « {column.name} » contient des adresses avec leur code postal.")
    rule = Rule(colonnes=(column.name,), lecture="code postal", confiance=PROBABLE, raison=reason)
    return {"code_postal": rule}


def _identifier(_studied: _List, found: dict[str, Rule]) -> dict[str, Rule]:
    """Propose an identifier made of the name, the address and the commune."""
    columns = [c for n in ("nom", "adresse", "commune") if n in found for c in found[n].colonnes]
    if not columns:
        return {}
    reason = wording.typeset("la liste n’a pas d’identifiant : il est calculé, le même d’un mois sur l’autre.")
    made = Rule(colonnes=tuple(dict.fromkeys(columns)), lecture="calcul", confiance=SURE, raison=reason)
    return {"id": made}


# -- what a person chooses ------------------------------------------------------------------


def choose(raw: RawTable, name: str, column: str) -> Rule:
    """Return the rule of a field that a person takes from a column, read as its cells ask for."""
    made = _rule(name, Column(column, list(raw.rows[column])), SURE, f"vous avez choisi la colonne « {column} »")
    if name == "code_postal" and Column(column, list(raw.rows[column])).mostly(look.has_postcode):
        return made.model_copy(update={"lecture": "code postal"})
    return made
