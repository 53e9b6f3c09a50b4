"""Photos des murs : les papiers et pas les gens, rien de ce qu’écrit l’appareil, gardées jusqu’à une date."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from PIL import Image, ImageDraw

from cartable import photos, record
from cartable.documents import consent, pdf
from cartable.errors import CartableError, DataError

TODAY = dt.date(2026, 6, 4)


def picture(kind="JPEG", size=(600, 400), **options):
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((60, 40, 180, 160), fill=(200, 30, 30))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


@pytest.fixture
def wall():
    book = record.memory()
    return book, book.write("tableau", canevas="afom", seance=None, titre="Forces").objet


def test_ce_que_l_appareil_a_ecrit_disparait():
    exif = Image.Exif()
    exif[0x0110] = "Telephone 3000"
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0112] = 6  # turned a quarter
    content = picture(exif=exif.tobytes())
    assert b"Telephone 3000" in content
    kept = photos.prepare(content)
    assert b"Telephone" not in kept.content
    assert not opened(kept.content).getexif()
    assert (kept.width, kept.height) == (400, 600), "la photo est redressée"


def test_une_grande_photo_est_reduite_et_une_transparente_devient_blanche():
    assert max(opened(photos.prepare(picture(size=(5000, 3000))).content).size) == photos.SIDE
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(photos.prepare(out.getvalue()).content).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(("content", "words"), [
    (b"", "vide"), (b"bonjour", "n’est pas une photo"), (b"\x00" * 4 + b"ftypheic" + b"\x00" * 40, "HEIC"),
    (picture(size=(1200, 900))[:3000], "abîmée"), (picture(size=(1, 1))[:20], "n’est pas une photo"),
    (b"<svg onload='alert(1)'></svg>", "n’est pas une photo"), (picture("GIF"), "n’est pas une photo"),
])  # fmt: skip
def test_ce_qui_n_est_pas_une_photo_est_refuse_en_francais(content, words):
    with pytest.raises(DataError, match=words):
        photos.prepare(content)


def test_une_bombe_est_refusee_avant_d_etre_ouverte(monkeypatch):
    monkeypatch.setattr(photos, "MOST_PIXELS", 1000)
    with pytest.raises(DataError, match="millions de pixels"):
        photos.prepare(picture())
    monkeypatch.setattr(photos, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="dépasse"):
        photos.prepare(picture())


def test_flouter_ne_laisse_que_quelques_couleurs():
    photo = photos.blur(photos.prepare(picture()), [(0, 0, 0.5, 0.5)])
    corner = opened(photo.content).crop((4, 4, 296, 196)).quantize(64)
    seen = [count for count, _ in corner.getcolors() if count > 500]
    assert len(seen) <= photos.BLOCKS**2
    sharp = opened(photos.prepare(picture()).content).getpixel((120, 100))
    assert sharp != opened(photo.content).getpixel((120, 100))
    with pytest.raises(CartableError, match="rectangle"):
        photos.blur(photo, [(0.5, 0, 0.2, 1)])


def test_sans_accord_une_personne_visible_n_est_pas_gardee(wall):
    book, board = wall
    photo = photos.prepare(picture())
    with pytest.raises(CartableError, match="n’a donné son accord"):
        photos.attach(book, photo, board, people=True, today=TODAY)
    assert not book.state.all("photo")
    assert not book.attachments()
    photos.attach(book, photo, board, "le mur", people=True, consent=True, today=TODAY)
    [kept] = book.state.all("photo")
    assert (kept["consentement"], kept["purge_le"]) == (True, "2027-06-04")
    assert book.attachment(kept["fichier"]) == photo.content


def test_la_meme_photo_n_est_gardee_qu_une_fois(wall):
    book, board = wall
    photo = photos.prepare(picture())
    photos.attach(book, photo, board, "avant", today=TODAY)
    photos.attach(book, photo, board, "après", today=TODAY)
    [kept] = book.state.all("photo")
    assert kept["legende"] == "après"


@pytest.mark.parametrize(("until", "words"), [(dt.date(2026, 6, 4), "déjà passée"), (dt.date(2030, 1, 1), "au-delà")])
def test_une_date_de_purge_impossible_se_dit(wall, until, words):
    book, board = wall
    with pytest.raises(CartableError, match=words):
        photos.attach(book, photos.prepare(picture()), board, purge_on=until, today=TODAY)


def test_la_photo_s_efface_a_sa_date(wall):
    book, board = wall
    photos.attach(book, photos.prepare(picture()), board, purge_on=dt.date(2026, 9, 1), today=TODAY)
    book.purge(dt.date(2026, 8, 31))
    assert len(book.attachments()) == 1
    book.purge(dt.date(2026, 9, 2))
    assert not book.attachments()
    [trace] = book.state.all("photo")
    assert not trace["fichier"]


def test_le_formulaire_tient_sur_une_page_et_dit_l_essentiel():
    form = consent.Form("CC du Val-de-Brume", "mairie, 05 00 00 00 00", "dpo@exemple.fr")
    made = consent.pdf(form, TODAY, "1")
    assert pdf.pages(made) == 1
    said = repr(consent.document(form, TODAY, "1")).replace("\\xa0", " ").replace("\\u202f", " ")
    for words in ("CC du Val-de-Brume", "CNIL", "retirer votre accord", "moins de 18 ans", "sans mon nom"):
        assert words in said
    assert consent.docx(consent.Form("<b>=cmd|x</b>"), TODAY, "1").startswith(b"PK")
