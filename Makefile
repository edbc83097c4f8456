PYTHON ?= python3
QUESTION ?= Which countries come second in the ranking of Xi's foreign trips?
ARGS ?=
DATA ?=

# Set up and ask the sample documents a question.
.PHONY: try
try: .venv/installed
	.venv/bin/quoteback ask "$(QUESTION)"
	@echo
	@echo "The command is .venv/bin/quoteback; 'make install' lets you call it as quoteback."

# Link the command from ~/.local/bin, where most shells look for a person's own programs, and its
# pages from where `man` looks for those of commands there.
.PHONY: install
install: .venv/installed
	mkdir -p "$(HOME)/.local/bin"
	ln -sf "$(CURDIR)/.venv/bin/quoteback" "$(HOME)/.local/bin/quoteback"
	mkdir -p "$(HOME)/.local/share/man/man1" "$(HOME)/.local/share/man/man5"
	ln -sf "$(CURDIR)/.docs/man/quoteback.1" "$(HOME)/.local/share/man/man1/"
	ln -sf "$(CURDIR)/.docs/man/quoteback-settings.5" "$(HOME)/.local/share/man/man5/"
	@command -v quoteback >/dev/null || echo "Add ~/.local/bin to PATH in your shell's start-up file."

# Set up and run the tests; `make test ARGS="tests/qa -k list"` runs some of them. They run side by
# side, the tests of a file one after the other, in the order of conftest.py; ARGS="-n 0 -s" runs
# them in one process.
.PHONY: test
test: .venv/installed-dev
	.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

# The tests that need no model, start no process and no app, and are quick: under a minute.
.PHONY: fast
fast: .venv/installed-dev
	.venv/bin/python -m pytest -n auto -m "not model and not e2e and not slow" $(ARGS)

.PHONY: lint
lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# The tests of what other packages do for us, with the oldest versions that pyproject.toml allows.
PARTS = api haystack langchain languages llama-index mcp milvus ocr postgres serve train
OLDEST = tests/test_dependencies.py tests/index/sync/test_walk.py \
	tests/index/loaders/test_contract.py::test_a_damaged_file_is_content_or_a_reason \
	tests/index/loaders/test_contract.py::test_every_format_may_be_in_any_encoding \
	tests/index/loaders/office/test_rtf.py tests/index/loaders/mail/test_outlook.py \
	tests/index/loaders/office/test_spreadsheet.py::test_every_cell_is_in_the_text_and_every_row_in_a_passage \
	tests/index/loaders/office/test_docx.py::test_hostile_markup_is_reported \
	tests/index/loaders/ocr/test_reading_pictures.py::test_lines_of_an_image_are_a_paragraph \
	tests/qa/adapters/test_haystack.py tests/qa/adapters/test_langchain.py \
	tests/qa/adapters/test_llama_index.py tests/qa/quotations/test_checking.py \
	tests/qa/service/api/test_app.py \
	tests/qa/service/mcp/test_serve.py::test_over_http_with_the_token \
	tests/tui/settings/test_settings.py
.PHONY: oldest
oldest: .venv/oldest/installed
	QUOTEBACK_CACHE="$(CURDIR)/.venv/oldest/cache" \
		.venv/oldest/bin/python -m pytest -n 0 -p no:cacheprovider $(ARGS) $(OLDEST)

# The pages of the manual, made from the parsers and the schema of the settings.
.PHONY: manual
manual: .venv/installed-dev
	.venv/bin/python .docs/reference.py --man

# The page of the benchmarks, made from the results that are kept beside it.
.PHONY: benchmarks
benchmarks: .venv/installed-dev
	.venv/bin/python .docs/benchmark_page.py

# The site, in .site/site: built strictly, and every link followed. Its generator has an environment
# of its own.
.PHONY: site
site: .venv/installed-dev .venv/site/installed
	PATH="$(CURDIR)/.venv/site/bin:$$PATH" .venv/bin/python .docs/build_site.py .site

# The app with textual's development console: run `.venv/bin/textual console` beside it.
.PHONY: dev
dev: .venv/installed-dev
	.venv/bin/textual run --dev -c .venv/bin/quoteback $(ARGS)

# The benchmarks that need no data of their own.
.PHONY: bench
bench: .venv/installed-dev
	.venv/bin/python tests/benchmarks/startup.py
	.venv/bin/python tests/benchmarks/samples.py
	.venv/bin/python tests/benchmarks/painting.py

# What each rule of answering changes on qa's development set and on the sets in some folders:
# make ablate DATA="FOLDER…". The networks' outputs are kept in the cache folder.
.PHONY: ablate
ablate: .venv/installed-dev
	.venv/bin/python -m tests.benchmarks.ablation $(DATA) $(ARGS)

# The attack in full, some forty minutes: what each part tried, and how often it failed.
ATTACKS = kills io_errors power_loss damage mutated_files growth drawing pictures stores \
	cut_connections mcp_framing http_requests
.PHONY: attack
attack: .venv/installed-dev
	@failed=0; for part in $(ATTACKS); do \
		echo "== $$part"; .venv/bin/python tests/attack/$$part.py || failed=1; \
	done; exit $$failed

# All trained weights that ship, made again from a folder of training data.
.PHONY: retrain
retrain: .venv/installed-dev
	@test -n "$(DATA)" || { echo "say where the data is: make retrain DATA=FOLDER" >&2; exit 2; }
	PYTHON=.venv/bin/python DATA="$(DATA)" sh qa/training/retrain.sh

# The pip that comes with Python may be years old, and takes half as long again.
.venv/bin/pip:
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --upgrade pip

.venv/installed: pyproject.toml | .venv/bin/pip
	@echo "Installing into .venv: 0.4 GB are fetched, or 3 GB with the GPU libraries of PyTorch."
	.venv/bin/python -m pip install --quiet --editable .
	touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/pip
	.venv/bin/python -m pip install --quiet --no-compile --editable '.[dev]'
	touch $@ .venv/installed

# A second environment: links to the files of the first, and older versions in place of some.
.venv/oldest/installed: .venv/installed-dev .ci/oldest.txt
	rm -rf .venv/oldest
	.venv/bin/python -m venv --without-pip .venv/oldest
	cp -al .venv/lib .venv/oldest/
	.venv/bin/uv pip install --quiet --python .venv/oldest/bin/python --upgrade \
		--resolution lowest-direct --override .ci/oldest.txt \
		--requirements pyproject.toml $(addprefix --extra ,$(PARTS))
	touch $@

.venv/site/installed: .docs/requirements.txt | .venv/installed-dev
	.venv/bin/python -m venv .venv/site
	.venv/site/bin/python -m pip install --quiet --requirement .docs/requirements.txt
	touch $@
