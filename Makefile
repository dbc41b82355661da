# Ruhu: two commands do all the set-up on a bare machine with Python 3.11 or newer.
#   make run     everything on this machine, with a demo township (DEMO=0: without);
#                LAN=1: for the phones of the local network, without the demo (DEMO=1: with it)
#   make test    the tests, ending with pytest's closing line
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
LAN ?= 0
# On the network the demo must be asked for by name: its accounts would be open to everybody there.
ifeq ($(LAN),1)
LAN_DEMO := $(if $(filter 1,$(DEMO)),1,0)
DEMO ?= 0
else
LAN_DEMO := 0
DEMO ?= 1
endif
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: run client test test-long check lint types house bench bench-sync bench-growth bench-forms bench-media bench-evidence bench-app bench-night lock clean

run: $(VENV)/.run client
	@RUHU_DEMO=$${RUHU_DEMO:-$(DEMO)} RUHU_LAN=$${RUHU_LAN:-$(LAN)} \
	  RUHU_LAN_DEMO=$${RUHU_LAN_DEMO:-$(LAN_DEMO)} exec $(PY) -m server.launch

# The form app for phones; does nothing where its sources did not change.
client: $(VENV)/.run
	@$(PY) -m server.launch.client

test: $(VENV)/.dev client
	$(PY) -m pytest -q -m "not long" -n auto --dist loadfile $(ARGS)

test-long: $(VENV)/.dev client
	$(PY) -m pytest -q -m long $(ARGS)

check: $(VENV)/.dev client
	$(PY) -m server.launch.client --check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/house tests/docs

bench: bench-sync

bench-sync: $(VENV)/.dev
	$(PY) -m benchmarks sync $(ARGS)

bench-growth: $(VENV)/.dev
	$(PY) -m benchmarks growth $(ARGS)

# Evaluating forms on the server, beside the phone's engine in Node.
bench-forms: $(VENV)/.dev client
	$(PY) -m benchmarks.forms $(ARGS)

# A 12 MP photo beside a plain thumbnail; copies of photos and how many are seen.
bench-media: $(VENV)/.dev
	$(PY) -m benchmarks.media $(ARGS)

# Honest and staged visits of made-up townships: what the checks see, and whom they bother.
bench-evidence: $(VENV)/.dev
	$(PY) -m benchmarks.evidence $(ARGS)

# The form app in a real browser, as slow as a cheap phone.
bench-app: $(VENV)/.dev client
	$(PY) -m benchmarks.app $(ARGS)

# The checks over many of a township of 314 households.
bench-night: $(VENV)/.dev
	$(PY) -m benchmarks.night $(ARGS)

clean:
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(PY):
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新版本，这里是 $$($(PYTHON) -V) / Python 3.11 or newer is needed, this is $$($(PYTHON) -V)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "缺少 venv：apt-get install python3-venv / venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "· 准备 Python 环境（只在第一次） / preparing the Python environment (first time only)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(PY)
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-scale.txt requirements.txt | $(PY)
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.run
