"""The one way of writing notebooks, and the faults that a committed one may have."""

import copy
import json

import pytest

from cartable import notebook
from cartable.errors import DataError


def sound() -> dict:
    """Return a notebook that may be committed."""
    cells = [
        {"cell_type": "markdown", "id": "titre", "metadata": {}, "source": ["# Portrait\n", "\n", "Texte."]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "carte",
            "metadata": {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]},
            "outputs": [
                {
                    "data": {"text/html": ["<b>carte</b>"], "text/plain": ["Carte"]},
                    "execution_count": 1,
                    "metadata": {},
                    "output_type": "execute_result",
                }
            ],
            "source": ["# La carte\n", "carte"],
        },
    ]
    return {
        "cells": cells,
        "metadata": {"kernelspec": notebook.KERNEL, "language_info": notebook.LANGUAGE},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def display(**data: str) -> dict:
    mimes = {name.replace("__", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": mimes}


def test_a_sound_notebook_has_no_problem() -> None:
    assert notebook.problems(notebook.dumps(sound())) == ()


def _no_title(nb: dict) -> None:
    nb["cells"][0]["source"] = ["Portrait"]


def _title_after_code(nb: dict) -> None:
    nb["cells"].reverse()


def _never_executed(nb: dict) -> None:
    nb["cells"][1]["execution_count"] = None


def _out_of_order(nb: dict) -> None:
    second = copy.deepcopy(nb["cells"][1]) | {"id": "deux", "execution_count": 1}
    nb["cells"][1]["execution_count"] = 2
    nb["cells"].append(second)


def _open_in_jupyter(nb: dict) -> None:
    del nb["cells"][1]["metadata"]["jupyter"]


def _code_in_sight(nb: dict) -> None:
    nb["cells"][1]["source"] = ["carte"]


def _open_in_the_book(nb: dict) -> None:
    nb["cells"][1]["metadata"]["tags"] = []


def _ignored_by_tag(nb: dict) -> None:
    nb["cells"][1]["metadata"]["tags"].append("nbval-ignore-output")


def _skipped_by_comment(nb: dict) -> None:
    nb["cells"][1]["source"] = ["# NBVAL_SKIP\n", "carte"]


def _raising(nb: dict) -> None:
    nb["cells"][1]["metadata"]["tags"].append("raises-exception")


def _image_alone(nb: dict) -> None:
    nb["cells"][1]["outputs"] = [display(image__png="iVBORw0KGgo=", text__plain="<Figure>")]


def _widget_alone(nb: dict) -> None:
    output = display(text__plain="Text(value='')")
    output["data"][notebook.WIDGET] = {"model_id": "ab", "version_major": 2, "version_minor": 0}
    nb["cells"][1]["outputs"] = [output]


def _error(nb: dict) -> None:
    nb["cells"][1]["outputs"] = [{"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []}]


def _warning(nb: dict) -> None:
    nb["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stderr", "text": ["Warning"]}]


def _address(nb: dict) -> None:
    nb["cells"][1]["outputs"][0]["data"]["text/plain"] = ["<folium.Map at 0x7f3a2b1c4d50>"]


def _too_big(nb: dict) -> None:
    nb["cells"][1]["outputs"][0]["data"]["text/html"] = ["é" * notebook.MAX_BYTES]


FAULTS = [
    (_no_title, "titre"),
    (_title_after_code, "titre"),
    (_never_executed, "exécutées"),
    (_out_of_order, "dans l'ordre"),
    (_open_in_jupyter, "cellule 2 : son code n'est pas replié dans Jupyter"),
    (_code_in_sight, "cellule 2 : sa première ligne"),
    (_open_in_the_book, "cellule 2 : son code n'est pas replié dans le livre"),
    (_ignored_by_tag, "pas comparées"),
    (_skipped_by_comment, "pas comparées"),
    (_raising, "pas comparées"),
    (_image_alone, "forme comparable"),
    (_widget_alone, "forme comparable"),
    (_error, "KeyError"),
    (_warning, "avertissement"),
    (_address, "adresse en mémoire"),
    (_too_big, "dépasse 1,5 Mo"),
]


@pytest.mark.parametrize(("spoil", "expected"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
def test_each_fault_is_named(spoil, expected) -> None:
    nb = sound()
    spoil(nb)
    found = notebook.problems(notebook.dumps(nb))
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize("compared", ["text__html", "image__svg+xml", "text__markdown"])
def test_an_image_beside_a_compared_form_is_accepted(compared) -> None:
    nb = sound()
    nb["cells"][1]["outputs"] = [display(image__png="iVBORw0KGgo=", **{compared: "<p>carte</p>"})]
    assert notebook.problems(notebook.dumps(nb)) == ()


def test_another_writing_is_refused() -> None:
    assert "écriture" in notebook.problems(json.dumps(sound()))[0]


def test_writing_is_stable() -> None:
    once = notebook.dumps(sound())
    assert notebook.dumps(json.loads(once)) == once
    assert once.endswith("}\n")
    assert '\n "cells"' in once


def test_what_changes_from_a_desk_to_another_disappears() -> None:
    nb = sound()
    nb["metadata"]["language_info"] = notebook.LANGUAGE | {"version": "3.13.1"}
    nb["metadata"]["kernelspec"] = {"name": "cartable-dev", "display_name": "Mon noyau"}
    nb["metadata"]["widgets"] = {"state": {}}
    nb["cells"][1]["metadata"]["execution"] = {"iopub.execute_input": "2026-11-22T10:00:00"}
    nb["cells"][1]["outputs"][0]["data"][notebook.WIDGET] = {"model_id": "hasard"}
    assert notebook.dumps(nb) == notebook.dumps(sound())


def test_prints_cut_by_the_clock_are_joined() -> None:
    def printed(*texts: str) -> str:
        nb = sound()
        nb["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": t} for t in texts]
        return notebook.dumps(nb)

    assert printed("a\n", "b\n") == printed("a\nb\n")


def test_missing_and_doubled_identifiers_are_made_from_the_content() -> None:
    nb = sound()
    del nb["cells"][0]["id"]
    nb["cells"].append(nb["cells"][1] | {"execution_count": 2})
    first, second = (notebook.normalise(copy.deepcopy(nb)) for _ in range(2))
    ids = [cell["id"] for cell in first["cells"]]
    assert ids == [cell["id"] for cell in second["cells"]]
    assert len(set(ids)) == 3
    assert ids[1] == "carte"


def test_jupyter_reads_what_we_write(tmp_path) -> None:
    nbformat = pytest.importorskip("nbformat")
    path = tmp_path / "n.ipynb"
    path.write_text(notebook.dumps(sound()), encoding="utf-8")
    read = nbformat.read(path, as_version=4)
    nbformat.validate(read)
    # What Jupyter writes back only differs by nothing at all.
    assert notebook.dumps(json.loads(nbformat.writes(read))) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["{", "[]", '{"nbformat": 3, "cells": []}', '{"nbformat": 4}'])
def test_what_is_not_a_notebook_is_explained(text) -> None:
    with pytest.raises(DataError, match=r"« x\.ipynb »"):
        notebook.load(text, "x.ipynb")


def test_command_checks_then_repairs(tmp_path, capsys) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(sound()), encoding="utf-8")
    assert notebook.main(["--verifie", str(path)]) == 1
    assert "n.ipynb : son écriture" in capsys.readouterr().out
    assert notebook.main([str(path)]) == 0
    assert notebook.main(["--verifie", str(path)]) == 0
