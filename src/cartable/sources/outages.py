"""What can go wrong between here and a publisher, said in French with what to do."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import requests
from urllib3 import exceptions as transport

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterator

AGAIN = frozenset({429, 500, 502, 503, 504})
HAND_OVER = "Sinon, prenez le fichier sur un autre poste et donnez-le à Cartable."
_FORBIDDEN, _GONE, _TOO_MANY = frozenset({401, 403, 407, 451}), frozenset({404, 410}), 429


class DownloadError(CartableError):
    """A file could not be fetched; what was there before still serves."""


class InterruptedDownloadError(DownloadError):
    """The body was cut on its way: asking again may be enough."""


def refused(code: int, host: str) -> DownloadError:
    """Explain an answer that is not the file, by its HTTP status."""
    if code in _FORBIDDEN:
        message = f"Le site {host} refuse de donner ce fichier (réponse {code})."
        remedy = f"Le filtre de votre réseau peut en être la cause : voyez avec le service informatique. {HAND_OVER}"
    elif code in _GONE:
        message = f"Le fichier n’est plus à cette adresse sur {host} (réponse {code})."
        remedy = f"Le producteur l’a déplacé ou retiré : cherchez-le depuis sa page. {HAND_OVER}"
    elif code in AGAIN:
        why = "reçoit trop de demandes" if code == _TOO_MANY else "est en panne ou en entretien"
        message = f"Le site {host} {why} (réponse {code})."
        remedy = f"Recommencez dans une heure. {HAND_OVER}"
    else:
        message = f"Le site {host} a donné une réponse inattendue ({code})."
        remedy = f"Recommencez plus tard. {HAND_OVER}"
    return DownloadError(message, remedy)


def cut(host: str) -> DownloadError:
    """Say that the body did not come whole."""
    return InterruptedDownloadError(
        f"Le fichier de {host} n’est pas arrivé en entier : la connexion a été coupée.",
        f"Recommencez, de préférence avec un câble. {HAND_OVER}",
    )


def lost(host: str) -> DownloadError:
    """Say that a site sends from address to address."""
    return DownloadError(
        f"Le site {host} renvoie d’adresse en adresse sans jamais donner le fichier.",
        f"Cherchez le fichier depuis la page du producteur. {HAND_OVER}",
    )


def translated(error: Exception, host: str) -> DownloadError:
    """Say in French what the libraries raise; they wrap one error in another."""
    causes = list(_causes(error))
    if any(isinstance(c, transport.IncompleteRead | transport.ProtocolError | ConnectionResetError) for c in causes):
        return cut(host)
    for kinds, message, remedy in _TRANSLATIONS:
        if any(isinstance(cause, kinds) for cause in causes):
            return DownloadError(message.format(host=host), remedy)
    return DownloadError(f"Le fichier de {host} n’a pas pu être téléchargé.", f"Recommencez plus tard. {HAND_OVER}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Go through an error and everything it wraps."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


_Kinds = tuple[type[BaseException], ...]
_TRANSLATIONS: tuple[tuple[_Kinds, str, str], ...] = (
    (
        (requests.exceptions.ProxyError, transport.ProxyError, requests.exceptions.InvalidProxyURL),
        "Le serveur mandataire (« proxy ») du réseau n’a pas laissé passer la demande vers {host}.",
        f"Demandez au service informatique l’adresse du serveur mandataire, ou d’autoriser ce site. {HAND_OVER}",
    ),
    (
        (requests.exceptions.SSLError, transport.SSLError, ssl.SSLError),
        "La connexion protégée avec {host} ne s’établit pas : son certificat n’est pas reconnu.",
        "Vérifiez la date et l’heure de l’ordinateur ; si elles sont justes, le filtre du réseau est en cause : "
        f"voyez avec le service informatique. {HAND_OVER}",
    ),
    (
        (transport.NameResolutionError,),
        "Le site {host} est introuvable : l’ordinateur n’est sans doute pas connecté à internet.",
        f"Vérifiez la connexion, puis recommencez. {HAND_OVER}",
    ),
    (
        (ConnectionRefusedError,),
        "Le site {host} refuse la connexion.",
        f"Il est peut-être en panne, ou interdit par votre réseau : recommencez plus tard. {HAND_OVER}",
    ),
    # For urllib3, a connection that could not open is a kind of timeout: this one comes first.
    (
        (transport.NewConnectionError,),
        "Impossible de joindre {host} : le réseau ne passe pas.",
        f"Vérifiez la connexion, puis recommencez. {HAND_OVER}",
    ),
    (
        (requests.exceptions.Timeout, transport.TimeoutError, TimeoutError),
        "Le site {host} ne répond pas.",
        f"Recommencez dans quelques minutes. {HAND_OVER}",
    ),
    (
        (transport.DecodeError, requests.exceptions.ContentDecodingError),
        "Le fichier de {host} est arrivé abîmé : il ne se décompresse pas.",
        f"Recommencez plus tard. {HAND_OVER}",
    ),
)
