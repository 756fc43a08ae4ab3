# make run     start Corps, and keep it running until Ctrl-C
# make test    everything that shows it works        (ARGS="-k workbook")
# make lint    style, types, imports, templates, translations
# make bench   the benchmarks                        (ARGS="-k candidates")
# make manage  a command of manage.py                (ARGS="first_admin")
# make pictures  the screenshots of docs/, on a machine with Debian's chromium
# make pins    remake requirements*.txt from requirements*.in

SHELL = /bin/sh
PYTHON ?= python3
BIN = .venv/bin/python
ARGS =
export CORPS_UNDER_MAKE = 1

.PHONY: run test lint bench manage pictures pins environment checks-environment
.DEFAULT_GOAL = run

run: environment
	@exec $(BIN) -m corps.local run

test: checks-environment
	@exec $(BIN) -m corps.local test $(ARGS)

lint: checks-environment
	@exec $(BIN) -m corps.local lint

bench: checks-environment
	@exec $(BIN) -m corps.local bench $(ARGS)

manage: environment
	@exec $(BIN) -m corps.local manage $(ARGS)

pictures: checks-environment
	@exec $(BIN) docs/make_pictures.py

# Newest versions that the .in files and the oldest supported Python allow, with the hash of every
# file of every package, and nothing of the index they were read from.
pins: checks-environment
	@for name in requirements requirements-dev; do \
		$(BIN) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-header $$name.in --output-file $$name.txt || exit 1; \
	done

environment:
	@$(PYTHON) corps/local/bootstrap.py requirements.txt

checks-environment:
	@$(PYTHON) corps/local/bootstrap.py requirements.txt requirements-dev.txt
