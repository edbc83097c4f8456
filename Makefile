PYTHON ?= python3
QUESTION ?= Which countries come second in the ranking of Xi's foreign trips?

# Set up and ask the sample documents a question.
.PHONY: try
try: .venv/installed
	.venv/bin/quoteback ask "$(QUESTION)"

# Set up and run the tests.
.PHONY: test
test: .venv/installed-dev
	.venv/bin/python -m pytest

.PHONY: lint
lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --editable .
	touch $@

.venv/installed-dev: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --editable '.[dev]'
	touch $@ .venv/installed
