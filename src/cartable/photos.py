"""Photos of the walls: the papers and not the people, nothing that the camera wrote, kept until a date that is said.

Nothing here recognises a face: whoever takes the photo says whether people can be seen, and may blur them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import CartableError, DataError
from cartable.record import purging

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from cartable.record import Record
    from cartable.record.events import Event

KIND = "image/jpeg"
FORMATS = ("JPEG", "PNG", "WEBP")
"""Few decoders, so few surprises."""
MOST_BYTES = 30_000_000
MOST_PIXELS = 120_000_000
SIDE = 2_000
QUALITY = 82
MONTHS = 12
"""How long a photo is kept, unless someone says otherwise."""
LONGEST = 36
BLOCKS = 5
"""What is blurred keeps this many colours across: nothing of a face can be found again in them."""
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1", b"ftypavif")
ADVICE = (
    "Cadrez les papiers, pas les gens : attendez que le groupe se soit écarté.",
    "Placez-vous face au mur, à deux mètres ; une photo par feuille, sans flash.",
    "Vérifiez qu’aucun nom, aucun téléphone, aucun badge ne se lit.",
    "Si quelqu’un reste visible, reprenez la photo, floutez, ou faites signer le formulaire.",
)
"""What to tell whoever takes the photos."""
PEOPLE = "Des personnes sont visibles sur cette photo et personne n’a donné son accord : elle n’a pas été gardée."
PEOPLE_REMEDY = (
    "Reprenez la photo sans elles, floutez-les, ou faites signer le formulaire de consentement puis cochez la case."
)
TYPES = "Enregistrez la photo en JPEG ou en PNG, puis recommencez."

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the photo."""


@dataclass(frozen=True)
class Photo:
    """A photo that can be kept: upright, reduced, in JPEG, without anything but its pixels.

    Parameters
    ----------
    width, height
        In pixels.
    sha
        SHA-256 of the content, which names it in the record.
    """

    content: bytes
    kind: str
    width: int
    height: int
    sha: str

    def size(self) -> str:
        """Say its size."""
        weight = wording.number(max(1, len(self.content) // 1000))
        return f"{wording.number(self.width)} × {wording.number(self.height)} pixels, {weight} ko"


def prepare(content: bytes) -> Photo:
    """Turn a photo upright, remove what the camera wrote (place, device, date), reduce it to 2 000 pixels.

    Raises
    ------
    DataError
        If it is not a photo, or is damaged or far too big.
    """
    from PIL import ImageOps  # noqa: PLC0415 (slow to import)

    image = _open(content)
    try:
        image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG can be decoded at half its size, or less
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((SIDE, SIDE))
        return _photo(_opaque(upright))
    except MemoryError as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, OverflowError) as error:
        raise DataError("Cette photo est abîmée ou incomplète.", "Copiez-la de nouveau depuis l’appareil.") from error


def _open(content: bytes) -> Image:
    """Read the heading of a photo, and refuse before decoding what should not be."""
    import PIL.Image  # noqa: PLC0415

    if not content:
        raise DataError("Ce fichier est vide.", TYPES)
    if len(content) > MOST_BYTES:
        limit = wording.number(MOST_BYTES // 1_000_000)
        raise DataError(wording.typeset(f"Cette photo dépasse {limit} Mo."), "Réduisez-la ou reprenez-la.")
    if content[4:12] in HEIC:
        raise DataError(
            "Cette photo est au format HEIC, que peu de logiciels savent lire.",
            wording.typeset(
                "Sur l’iPhone : Réglages, Appareil photo, Formats, « Le plus compatible » ; ou exportez-la en JPEG."
            ),
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the number of pixels is checked below
            image = PIL.Image.open(io.BytesIO(content), formats=FORMATS)
    except PIL.Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, OverflowError) as error:
        raise DataError("Ce fichier n’est pas une photo que Cartable sait lire.", TYPES) from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    return image


def _too_large() -> DataError:
    limit = wording.number(MOST_PIXELS // 1_000_000)
    return DataError(
        wording.typeset(f"Cette image a plus de {limit} millions de pixels."),
        "Reprenez la photo, ou réduisez-la.",
    )


def _opaque(image: Image) -> Image:
    """Return the pixels alone, on white where they are transparent: a new image carries nothing of the old one."""
    import PIL.Image  # noqa: PLC0415

    bare = PIL.Image.new("RGB", image.size, "white")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        bare.paste(clear, mask=clear.getchannel("A"))
    else:
        bare.paste(image.convert("RGB"))
    return bare


def _photo(image: Image) -> Photo:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    content = buffer.getvalue()
    return Photo(content, KIND, image.width, image.height, hashlib.sha256(content).hexdigest())


def blur(photo: Photo, boxes: Iterable[Box]) -> Photo:
    """Replace rectangles by a few flat colours, from which nothing can be found again.

    Parameters
    ----------
    boxes
        Left, top, right and bottom of each, as shares of the photo: ``(0.1, 0.2, 0.3, 0.5)``.

    Raises
    ------
    CartableError
        If a rectangle is not one.
    """
    import PIL.Image  # noqa: PLC0415

    image = _open(photo.content).convert("RGB")
    for box in boxes:
        left, top, right, bottom = _pixels(box, photo)
        part = image.crop((left, top, right, bottom))
        across = (min(BLOCKS, part.width), min(BLOCKS, part.height))
        coarse = part.resize(across, PIL.Image.Resampling.BOX)
        image.paste(coarse.resize(part.size, PIL.Image.Resampling.NEAREST), (left, top))
    return _photo(image)


def _pixels(box: Box, photo: Photo) -> tuple[int, int, int, int]:
    """Return a rectangle in pixels, rounded outwards."""
    left, top, right, bottom = box
    if not (all(map(math.isfinite, box)) and left < right and top < bottom and right > 0 and bottom > 0
            and left < 1 and top < 1):  # fmt: skip
        raise CartableError(
            "Un rectangle à flouter n’est pas sur la photo.",
            "Donnez la gauche, le haut, la droite et le bas, entre 0 et 1, dans cet ordre.",
        )
    return (
        max(0, math.floor(left * photo.width)), max(0, math.floor(top * photo.height)),
        min(photo.width, math.ceil(right * photo.width)), min(photo.height, math.ceil(bottom * photo.height)),
    )  # fmt: skip


def purge_date(day: dt.date, months: int = MONTHS) -> dt.date:
    """Return the date until which a photo of this day is kept."""
    return purging.later(day, months)


def attach(
    record: Record,
    photo: Photo,
    board: str,
    legend: str = "",
    *,
    consent: bool = False,
    people: bool = False,
    purge_on: dt.date | None = None,
    today: dt.date | None = None,
) -> Event:
    """Keep a photo of a board in a record, until its date.

    Parameters
    ----------
    legend
        What it shows; never who.
    consent
        Whether everyone who can be seen has signed.
    people
        Whether people can be seen.
    purge_on
        When it will be erased: twelve months after today by default.

    Raises
    ------
    CartableError
        If people can be seen without their consent, the date is past or too far, or the board is not there.
    """
    day = today or dt.date.today()  # noqa: DTZ011 (the date on the wall)
    until = purge_on or purge_date(day)
    _check(day, until, allowed=consent or not people)
    state = record.state
    found = state.things.get(board)
    if found is None or found.kind != "tableau":
        raise CartableError("Ce tableau n’est pas dans le carnet.", "Choisissez un tableau du carnet.")
    before = state.all("photo", tableau=board, fichier=photo.sha)
    # The event first: a photo without one would have no date and stay for ever.
    event = record.write(
        "photo", before[-1].id if before else None, tableau=board, seance=found["seance"], legende=legend.strip(),
        fichier=photo.sha, purge_le=until.isoformat(), consentement=consent,
    )  # fmt: skip
    try:
        record.attach(photo.content, f"{photo.sha[:12]}.jpg", photo.kind)
    except CartableError:
        _undo(record, event.id)
        raise
    return event


def _undo(record: Record, event: str) -> None:
    """Take back an event whose photo could not be written, if the disk allows it."""
    import contextlib  # noqa: PLC0415

    with contextlib.suppress(CartableError):
        record.undo(event)


def _check(day: dt.date, until: dt.date, *, allowed: bool) -> None:
    if not allowed:
        raise CartableError(PEOPLE, PEOPLE_REMEDY)
    if until <= day:
        raise CartableError(
            wording.typeset(f"La date de purge ({wording.date(until)}) est déjà passée."),
            "Choisissez-en une plus tard.",
        )
    latest = purge_date(day, LONGEST)
    if until > latest:
        raise CartableError(
            wording.typeset(f"Une photo ne se garde pas au-delà du {wording.date(latest)}, soit trois ans."),
            "Choisissez une date plus proche : les papiers, eux, restent écrits dans le carnet.",
        )


def sentence(photo: Photo, until: dt.date) -> str:
    """Say what was kept, without what, and until when."""
    return wording.typeset(
        f"Photo gardée ({photo.size()}), sans lieu, appareil ni date de prise de vue. "
        f"Elle sera à effacer le {wording.date(until)}."
    )
