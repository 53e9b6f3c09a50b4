"""Où ranger un carnet : un dossier synchronisé ou un partage réseau se reconnaît, se dit, se contourne."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from cartable import record
from cartable.record import places

HOME = [("/", "ext4"), ("/srv", "ext4"), ("/media/partage", "cifs"), ("/mnt/nas", "nfs4"), ("/media/cle", "vfat")]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (PureWindowsPath(r"D:\agent\OneDrive - CC du Val-de-Brume\Documents\a.carnet"), "OneDrive"),
        (PureWindowsPath(r"D:\agent\OneDrive\a.carnet"), "OneDrive"),
        (PureWindowsPath(r"\\serveur\communs\numerique\a.carnet"), "un partage réseau"),
        (PurePosixPath("/srv/agent/Dropbox/a.carnet"), "Dropbox"),
        (PurePosixPath("/Volumes/agent/Library/Mobile Documents/com~apple~CloudDocs/a.carnet"), "iCloud"),
        (PurePosixPath("/srv/agent/Nextcloud/strategie/a.carnet"), "Nextcloud"),
        (PurePosixPath("/media/partage/a.carnet"), "un partage réseau"),
        (PurePosixPath("/mnt/nas/b/a.carnet"), "un partage réseau"),
        (PurePosixPath("/srv/agent/Documents/a.carnet"), None),
        (PurePosixPath("/media/cle/a.carnet"), None),
        (PurePosixPath("/srv/agent/mes onedrives/a.carnet"), None),
        (PureWindowsPath(r"D:\carnets\a.carnet"), None),
    ],
)
def test_un_dossier_risque_se_reconnait(path, what):
    found = places.risk(path, environment={}, mounts=HOME)
    assert (found.what if found else None) == what


def test_onedrive_se_reconnait_aussi_sous_un_autre_nom():
    environment = {"OneDriveCommercial": r"D:\Partage mairie"}
    path = PureWindowsPath(r"D:\Partage mairie\carnets\a.carnet")
    assert places.risk(path, environment=environment, mounts=[]).what == "OneDrive"
    assert places.risk(PureWindowsPath(r"D:\Partage mairie 2\a.carnet"), environment=environment, mounts=[]) is None


def test_un_lecteur_reseau_de_windows():
    path = PureWindowsPath(r"S:\a.carnet")
    assert places.risk(path, environment={}, mounts=[], drive_kind=4).what == "un partage réseau"
    assert places.risk(path, environment={}, mounts=[], drive_kind=3) is None


def test_dans_onedrive_on_travaille_ailleurs_et_une_copie_suit(tmp_path, monkeypatch):
    monkeypatch.setenv("CARTABLE_CARNETS", str(tmp_path / "local"))
    synced = tmp_path / "OneDrive"
    synced.mkdir()
    with record.create(synced / "demarche.carnet", titre="Essai", fictif=True) as kept:
        assert "OneDrive" in kept.warnings[0]
        kept.write("note", tableau="t", texte="papier 1")
        assert Path(kept.path).parent == tmp_path / "local"
    shared = synced / "demarche.carnet.json"
    assert [one.name for one in synced.iterdir()] == [shared.name]
    # Une collègue ouvre la copie depuis son ordinateur, et y ajoute un papier.
    monkeypatch.setenv("CARTABLE_CARNETS", str(tmp_path / "autre"))
    with record.open(shared) as other:
        other.write("note", tableau="t", texte="papier 2")
    monkeypatch.setenv("CARTABLE_CARNETS", str(tmp_path / "local"))
    with record.open(synced / "demarche.carnet") as again:
        assert {note["texte"] for note in again.state.all("note")} == {"papier 1", "papier 2"}
        again.write("note", tableau="t", texte="papier 3")
    with record.open(shared) as other:
        assert len(other.state.all("note")) == 3


def test_une_copie_qui_ne_s_ecrit_pas_se_dit_et_rien_n_est_perdu(tmp_path, monkeypatch):
    monkeypatch.setenv("CARTABLE_CARNETS", str(tmp_path / "local"))
    synced = tmp_path / "OneDrive"
    synced.mkdir()
    kept = record.create(synced / "demarche.carnet", titre="Essai", fictif=True)
    kept.write("note", tableau="t", texte="papier 1")
    (synced / "demarche.carnet.json").mkdir(exist_ok=True) if not (synced / "demarche.carnet.json").exists() else None
    if (synced / "demarche.carnet.json").is_file():
        (synced / "demarche.carnet.json").unlink()
        (synced / "demarche.carnet.json").mkdir()
    kept.close()
    assert any("copie" in one for one in kept.warnings)
    with record.open(kept.path) as again:
        assert len(again.state.all("note")) == 1
