"""The invented places of help, in the words of the standard « lieux de médiation numérique »."""

from __future__ import annotations

from typing import NamedTuple

FREE, SOMETIMES_FREE, PAYING = "Gratuit", "Gratuit sous condition", "Payant"
PROCEDURES, DAILY = "Aide aux démarches administratives", "Maîtrise des outils numériques du quotidien"
ACCESS, SAFE = "Accès internet et matériel informatique", "Utilisation sécurisée du numérique"
WORK, CHILDREN = "Insertion professionnelle via le numérique", "Parentalité et éducation avec le numérique"
LEISURE, BUY = "Loisirs et créations numériques", "Acquisition de matériel informatique à prix solidaire"
UNDERSTAND = "Compréhension du monde numérique"
ALONE, ONE_TO_ONE, GROUP = "En autonomie", "Accompagnement individuel", "Dans un atelier collectif"
COME, CALL, BOOK = "Se présenter", "Téléphoner", "Prendre un RDV en ligne"
STEP_FREE, DEAF, READING = "Handicaps moteurs", "Surdité", "Illettrisme"
FRANCE_SERVICES, ADVISER, LIBRARY = "France Services", "Conseillers numériques", "Bibliothèques numérique de référence"
CONNECT, PIX = "Aidants Connect", "Certification PIX"


class Place(NamedTuple):
    """A place: ``east`` and ``north`` in kilometres from its commune's point, none when nobody gave the coordinates."""

    name: str
    commune: str
    address: str
    offset: tuple[float, float] | None
    kinds: tuple[str, ...]
    services: tuple[str, ...]
    fees: tuple[str, ...]
    care: tuple[str, ...]
    schemes: tuple[str, ...]
    hours: str
    access: tuple[str, ...]
    ways: tuple[str, ...]
    itinerant: bool = False
    dataset: str = "mediation"


BUS = "Bus numérique du Val-de-Brume"
PLACES = (
    # -- CC du Val-de-Brume
    Place(
        "France services de Bourg-la-Brume", "99001", "2 place de la Halle", (0.1, 0.1), ("RFS", "MUNI"),
        (PROCEDURES, ACCESS), (FREE,), (STEP_FREE,), (FRANCE_SERVICES, CONNECT),
        "Mo-Th 09:00-12:30,13:30-17:00; Fr 09:00-12:30", (COME, CALL), (ONE_TO_ONE,), dataset="france_services",
    ),
    Place(
        "Médiathèque du Val-de-Brume", "99001", "14 rue du Pont-Vieux", (0.3, -0.1), ("BIB",),
        (DAILY, ACCESS, LEISURE, SAFE), (FREE,), (STEP_FREE, DEAF), (ADVISER,),
        "Tu,Th,Fr 14:00-18:00; We 10:00-12:00,14:00-18:00; Sa 10:00-12:30", (COME,), (ALONE, ONE_TO_ONE, GROUP),
    ),
    Place(
        "Association Le Fil de la Brume", "99001", "Ancienne gare", None, ("ASSO",),
        (DAILY, SAFE, UNDERSTAND), (PAYING,), (), (), "We 18:00-20:00", (CALL,), (GROUP,),
    ),
    Place(
        "Mairie d’Aulnaie-le-Pont", "99002", "1 place du Lavoir", (0.1, -0.2), ("MUNI",),
        (PROCEDURES,), (FREE,), (STEP_FREE,), (CONNECT,), "Mo,Tu,Th,Fr 09:00-12:00", (COME, CALL), (ONE_TO_ONE,),
    ),
    Place(
        "Bibliothèque de Chantelande", "99005", "3 chemin de l’École", (-0.2, 0.2), ("BIB",),
        (ACCESS, LEISURE), (FREE,), (), (), "We 15:00-18:00; Sa 10:00-12:00", (COME,), (ALONE,),
    ),
    Place(
        "Mairie de Trois-Gués", "99004", "5 rue des Gués", (0.2, 0.1), ("MUNI",),
        (PROCEDURES, ACCESS), (FREE,), (STEP_FREE,), (), "Fr 14:00-18:00", (COME,), (ALONE, ONE_TO_ONE),
    ),
    Place(
        f"{BUS}, arrêt de Genêtval", "99011", "Place du Champ-de-Foire", (0.1, 0.1), ("EPCI",),
        (PROCEDURES, DAILY), (FREE,), (STEP_FREE,), (ADVISER, CONNECT),
        "Tu 09:30-12:00", (COME,), (ONE_TO_ONE,), itinerant=True,
    ),
    Place(
        f"{BUS}, arrêt de Loutreval", "99014", "Parking de la salle des fêtes", (-0.2, 0.3), ("EPCI",),
        (PROCEDURES, DAILY), (FREE,), (STEP_FREE,), (ADVISER, CONNECT),
        "Tu 14:00-16:30", (COME,), (ONE_TO_ONE,), itinerant=True,
    ),
    Place(
        f"{BUS}, arrêt de Saint-Clair-aux-Bruyères", "99017", "Place de la Fontaine", (0.2, -0.1), ("EPCI",),
        (PROCEDURES, DAILY), (FREE,), (STEP_FREE,), (ADVISER, CONNECT),
        "Th 09:30-12:00", (COME,), (ONE_TO_ONE,), itinerant=True,
    ),
    # -- CA des Quatre-Fontaines
    Place(
        "Maison France services du Centre", "99025", "20 cours des Fontaines", (0.2, -0.2), ("RFS", "MUNI"),
        (PROCEDURES, ACCESS), (FREE,), (STEP_FREE, READING), (FRANCE_SERVICES, CONNECT),
        "Mo-Fr 08:30-12:30,13:30-17:30", (COME, BOOK), (ONE_TO_ONE,), dataset="france_services",
    ),
    Place(
        "Médiathèque des Quatre-Fontaines", "99025", "1 esplanade du Canal", (0.6, 0.3), ("BIB",),
        (DAILY, ACCESS, LEISURE, UNDERSTAND), (FREE,), (STEP_FREE, DEAF), (LIBRARY, ADVISER),
        "Tu-Sa 10:00-18:00", (COME,), (ALONE, ONE_TO_ONE, GROUP),
    ),
    Place(
        "Bibliothèque des Hautes-Treilles", "99025", "7 allée de la Pergola", (-0.6, 1.2), ("BIB",),
        (DAILY, ACCESS, CHILDREN), (FREE,), (STEP_FREE,), (), "Tu-Fr 14:00-18:00", (COME,), (ALONE, GROUP),
    ),
    Place(
        "CCAS d’Aubefontaine", "99025", "9 rue de la Filandière", (-0.1, -0.5), ("CCAS",),
        (PROCEDURES,), (FREE,), (), (CONNECT,), "Mo-Fr 08:30-12:00", (CALL,), (ONE_TO_ONE,),
    ),
    Place(
        "Mission locale des Quatre-Fontaines", "99025", "33 avenue de la Gare", (0.9, -0.6), ("ML",),
        (WORK, PROCEDURES), (SOMETIMES_FREE,), (STEP_FREE,), (PIX,),
        "Mo-Th 09:00-12:00,13:30-17:00", (CALL, BOOK), (ONE_TO_ONE, GROUP),
    ),
    Place(
        "Association Réseau-relais", "99025", "5 impasse du Tissage", (1.2, 0.6), ("ASSO",),
        (DAILY, SAFE, UNDERSTAND), (PAYING, SOMETIMES_FREE), (), (), "Tu,Th 18:00-20:30", (COME, CALL), (GROUP,),
    ),
    Place(
        "France services des Verrières", "99026", "Place du Four", (0.2, 0.3), ("RFS",),
        (PROCEDURES, ACCESS), (FREE,), (STEP_FREE,), (FRANCE_SERVICES,),
        "Mo,We,Fr 09:00-12:00,14:00-17:00; Tu,Th 14:00-17:00", (COME,), (ONE_TO_ONE,), dataset="france_services",
    ),
    Place(
        "Centre social des Verriers", "99026", "12 rue du Creuset", (0.4, 0.6), ("CS",),
        (DAILY, PROCEDURES, CHILDREN), (FREE,), (STEP_FREE, READING), (ADVISER, CONNECT),
        "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:30-12:00", (COME,), (ONE_TO_ONE, GROUP),
    ),
    Place(
        "Médiathèque de Fontaubelle", "99027", "6 parc de la Source", (-0.1, 0.2), ("BIB",),
        (ACCESS, LEISURE), (SOMETIMES_FREE,), (STEP_FREE,), (),
        "Tu,We,Fr 14:00-18:30; Sa 10:00-17:00", (COME,), (ALONE,),
    ),
    Place(
        "Médiathèque des Quatre-Tilleuls", "99028", "2 mail des Tilleuls", (0.1, 0.1), ("BIB",),
        (ACCESS, DAILY), (FREE,), (STEP_FREE,), (),
        "We,Sa 10:00-12:30,14:00-18:00; Th 16:00-19:00", (COME,), (ALONE, GROUP),
    ),
    Place(
        "Centre social de La Filature", "99029", "18 rue des Navettes", (0.2, 0.0), ("CSC",),
        (DAILY, PROCEDURES, SAFE), (FREE,), (), (ADVISER,),
        "Mo-We,Fr 14:00-18:00; Th 14:00-20:00", (COME,), (ONE_TO_ONE, GROUP),
    ),
    Place(
        "Mairie de Gare-la-Plaine", "99030", "1 place de la Gare", (0.1, -0.1), ("MUNI",),
        (PROCEDURES,), (FREE,), (STEP_FREE,), (),
        "Mo,Tu,Th,Fr 08:30-12:00; We 08:30-12:00,14:00-17:00", (COME,), (ONE_TO_ONE,),
    ),
    Place(
        "Espace public numérique du Port", "99031", "Quai des Tilleuls", (0.2, -0.3), ("EPN",),
        (DAILY, ACCESS, SAFE, LEISURE), (SOMETIMES_FREE,), (STEP_FREE,), (), "Tu-Fr 14:00-19:00", (COME, CALL),
        (ALONE, ONE_TO_ONE, GROUP),
    ),
    Place(
        "Ressourcerie du Moulin", "99032", "Zone du Bief", (-0.3, 0.2), ("RESSOURCERIE",),
        (BUY, UNDERSTAND), (PAYING,), (STEP_FREE,), (), "We,Sa 10:00-18:00", (COME,), (ALONE,),
    ),
    Place(
        "Atelier partagé de Belverger", "99035", "4 allée des Vergers", (0.3, 0.2), ("TIERS_LIEUX",),
        (WORK, LEISURE), (PAYING,), (), (), "Mo-Fr 09:00-19:00", (BOOK,), (ALONE, GROUP),
    ),
    Place(
        "Permanence numérique de Champ-du-Ruisseau", "99039", "Salle communale", None, ("CCAS", "MUNI"),
        (PROCEDURES,), (FREE,), (), (), "Th 09:00-11:30", (CALL,), (ONE_TO_ONE,),
    ),
)  # fmt: skip
