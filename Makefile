# Everything sets itself up: a Python 3.11 or newer and make are all that has to be there.
#   make run [PORT=8001] [ARGS=--no-demo]    make test [ARGS=…]    make lint    make bench [ARGS='sweep --quick']

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
ARGS ?=

# Tens of processes start in a test run, each importing Django: compile it once, outside the tree.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/pycache

# The newest Python that really runs (a pyenv shim may be on the path and refuse) and has venv.
FIND_PYTHON = for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	found=$$name; \
	"$$name" -c 'import venv, ensurepip' 2>/dev/null && { usable=$$name; break; }; \
	done; \
	if [ -z "$$found" ]; then \
		echo "shopcare needs Python 3.11 or newer, and none was found: install python3.11 (or newer) and try again." >&2; exit 1; \
	elif [ -z "$$usable" ]; then \
		echo "$$found lacks the venv module: install it (Debian, Ubuntu: apt install python3-venv) and try again." >&2; exit 1; \
	fi

.PHONY: run test lint bench screens requirements
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@exec $(BIN)/python manage.py up --port $(PORT) $(ARGS)

test: $(VENV)/.installed-dev
	@exec $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(VENV)/.installed-bench
	@exec $(BIN)/python -m bench $(ARGS)

# Needs a Chromium. Pictures of every page into docs/screens/.
screens: $(VENV)/.installed-dev
	@exec $(BIN)/python -m pytest -q -n 0 tests/browser/screens.py

requirements: $(VENV)/.installed-dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 requirements-bench.in -o requirements-bench.txt

# A server as it should be, for the checks of a deployment.
PRODUCTION = env DATABASE_URL=postgres://shopcare@db.example.com/shopcare \
	REDIS_URL=redis://redis.example.com:6379/0 SITE_URL=https://care.example.com \
	SECRET_KEY=a-long-text-for-this-check-only-0123456789-abcdefghijklmnop \
	DEFAULT_FROM_EMAIL=care@example.com EMAIL_HOST=smtp.example.com EMAIL_PORT=587 EMAIL_USE_TLS=on

# The lists are whole, so nothing has to be looked for that they might need.
INSTALL = $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps

# A stamp is written last, so an interrupted installation is done again, from the start.
$(VENV)/.installed: requirements.txt
	@$(FIND_PYTHON); echo "Setting up $(VENV) with $$usable …"; \
	[ -e $(VENV)/.installed ] || rm -rf $(VENV); \
	[ -x $(BIN)/python ] || "$$usable" -m venv $(VENV)
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests and linters need …"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-dev requirements-bench.txt
	@echo "Installing what the benchmarks compare with …"
	@$(INSTALL) -r requirements-bench.txt
	@touch $@
