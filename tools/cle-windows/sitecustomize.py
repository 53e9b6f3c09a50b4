"""Ajoute à ce Python les bibliothèques que Cartable a installées : un Python nu n'écoute pas PYTHONPATH."""

import os
import site

FOLDER = os.environ.get("CARTABLE_BIBLIOTHEQUES", "")
if FOLDER:
    site.addsitedir(FOLDER)
