# Soát: four targets. The first call makes .venv; later calls install only when pyproject.toml has changed.
SHELL := /bin/sh
SOAT_PORT ?= 8000
PYTHON := $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
# SQLite is written by one process with threads; PostgreSQL may have several (app/db.py says why).
WORKERS := $(if $(filter postgres%,$(SOAT_DATABASE_URL)),4,1)
BIN := .venv/bin

help:
	@echo 'make run    cài đặt, tạo dữ liệu, mở http://127.0.0.1:$(SOAT_PORT)   install, migrate, demonstrate, serve'
	@echo 'make test   mọi kiểm thử, SQLite và PostgreSQL, Chromium    every test, both databases, a real browser'
	@echo 'make bench  đo thời gian so với mức sàn                     measure against the floors'
	@echo 'make lint   ruff, mypy                                      style and types'

run: .venv/.run
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", int("$(SOAT_PORT)")))' 2>/dev/null || { \
	  echo 'Cổng $(SOAT_PORT) đang bận hoặc không hợp lệ; chọn cổng khác: SOAT_PORT=8001 make run'; exit 1; }
	@$(BIN)/flask --app wsgi db upgrade
	@$(BIN)/flask --app wsgi demo
	@echo 'Soát: http://127.0.0.1:$(SOAT_PORT)   (Ctrl-C để dừng)'
	@exec $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(SOAT_PORT) --workers $(WORKERS) \
	  --blocking-threads 4 --no-ws --workers-kill-timeout 10 wsgi:app

test: .venv/.dev
	@$(BIN)/python -m tests.prepare
	@$(BIN)/python -m pytest -n 2 --dist loadfile

bench: .venv/.dev
	@$(BIN)/python -m tests.bench

lint: .venv/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

.venv/.run: pyproject.toml | .venv/bin/pip
	@$(BIN)/pip install --quiet --editable . && touch $@

.venv/.dev: pyproject.toml | .venv/bin/pip
	@$(BIN)/pip install --quiet --editable '.[dev]' && touch $@ .venv/.run

.venv/bin/pip:
	@test -n '$(PYTHON)' || { \
	  echo 'Cần Python 3.11 trở lên. / Python 3.11 or newer is needed (python3).'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'Thiếu mô-đun venv của Python. / Python lacks venv; on Debian or Ubuntu: apt install python3-venv'; exit 1; }
	@$(PYTHON) -m venv .venv

.PHONY: help run test bench lint
