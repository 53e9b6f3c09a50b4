# Une enveloppe mince : tout est dans tasks.py, qui marche aussi sans make (« python3 tasks.py », « py tasks.py »).
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help book open paper replay kit kit-windows test test-all notebooks prose lock assets data jupyter bench clean

help:
	@$(PYTHON) tasks.py aide

book:
	@$(PYTHON) tasks.py livre

open:
	@$(PYTHON) tasks.py ouvrir

paper:
	@$(PYTHON) tasks.py papier

replay:
	@$(PYTHON) tasks.py rejouer

kit:
	@$(PYTHON) tasks.py cle

kit-windows:
	@$(PYTHON) tasks.py cle-windows

test:
	@$(PYTHON) tasks.py test

test-all:
	@$(PYTHON) tasks.py test-tout

notebooks:
	@$(PYTHON) tasks.py notebooks

prose:
	@$(PYTHON) tasks.py textes

lock:
	@$(PYTHON) tasks.py verrou

assets:
	@$(PYTHON) tasks.py assets

data:
	@$(PYTHON) tasks.py donnees

jupyter:
	@$(PYTHON) tasks.py jupyter

bench:
	@$(PYTHON) tasks.py mesures

clean:
	@$(PYTHON) tasks.py menage
