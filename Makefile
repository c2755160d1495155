# Every entry point. `make help` lists them; .ci/run and the forge's workflow call the same ones.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Builds go to target/, or where CARGO_TARGET_DIR says (CI keeps them outside the checkout).
export CARGO_TARGET_DIR ?= $(CURDIR)/target
DEBUG_SO   := $(CARGO_TARGET_DIR)/debug/libexchange.so
RELEASE_SO := $(CARGO_TARGET_DIR)/release/libexchange.so
PHP        ?= php

.PHONY: help setup build debug js lint test test-js test-rust test-php test-files test-peers test-nextcloud test-hosts crash demo bench bench-worker bench-delay soak stubs simulate fuzz dist docs clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

setup: ## Install what building and testing need from Debian (as root), or name what is missing
	@.ci/setup

build: setup ## Build the extension and the stand-in server (release)
	@echo "== Building the extension and the stand-in Exchange (release)"
	@cargo build --release -p exchange -p exchange-standin
	@echo "Built $(RELEASE_SO)"

debug: setup
	@echo "== Building the extension and the stand-in Exchange (debug)"
	@cargo build -p exchange -p exchange-standin

js: setup ## Build the pages into js/dist, and check their size
	@echo "== Building the pages"
	@js/run build

lint: setup js ## Check formatting, lints and coding style
	@echo "== Formatting"
	@cargo fmt --all --check
	@echo "== Clippy"
	@cargo clippy --workspace --all-targets -- -D warnings
	@echo "== PHP coding style"
	@phpcs --standard=php/phpcs.xml

test: lint test-js test-rust test-php test-files test-peers test-nextcloud ## Run every test that this machine can run
	@echo "== All tests passed"

test-rust: setup ## Run the tests of the engine and of the stand-in
	@echo "== Tests in Rust"
	@cargo test --workspace --quiet
	@echo "== The build for servers with old TLS"
	@cargo test -p exchange-core --features old-tls --test old_tls --quiet

test-js: setup ## Run the tests of the pages' components
	@echo "== Tests of the pages (vitest)"
	@js/run vitest run

test-php: debug ## Run the tests of the extension, of the folder host and of the app's own classes
	@echo "== Tests of the extension (PHP)"
	@EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/php/run

test-files: debug ## Take real files of published packages to the stand-in and back
	@echo "== Real files to the stand-in Exchange and back"
	@EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/corpus/run

test-peers: debug ## Let exchangelib and DavMail judge the stand-in
	@echo "== Peers: exchangelib and DavMail against the stand-in Exchange"
	@EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/exchange/peers/run
	@echo "== Signing in to real parts: Apache with NTLM and Kerberos"
	@EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/exchange/peers/sign_in/run

test-nextcloud: debug js ## Run the app on a real Nextcloud (NEXTCLOUD_ROOT)
	@echo "== The app on a real Nextcloud"
	@EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/nextcloud/run
	@for database in mysql pgsql; do \
		echo "== The app on a real Nextcloud ($$database)"; \
		DATABASE=$$database EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin \
			tests/nextcloud/run --testsuite databases; \
	done

crash: debug ## Kill real processes at many more random moments, on SQLite, MariaDB and PostgreSQL (KILLS=200, SEED=...)
	@for database in sqlite mysql pgsql; do \
		echo "== $(or $(KILLS),200) kills ($$database)"; \
		KILLS=$(or $(KILLS),200) SEED=$(SEED) DATABASE=$$database EXCHANGE_EXTENSION=$(DEBUG_SO) \
			EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/nextcloud/run --filter KillTest; \
	done

demo: build ## Synchronise a seeded mailbox with a folder of files (and with Nextcloud, where NEXTCLOUD_ROOT is set)
	@EXCHANGE_EXTENSION=$(RELEASE_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/release/exchange-standin php/vdir/demo

bench: build ## Measure, print a table and write target/bench/report.json
	@EXCHANGE_EXTENSION=$(RELEASE_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/release/exchange-standin tests/bench/run

bench-worker: build ## Measure the worker with many accounts, into target/bench/worker.json (ACCOUNTS=10000)
	@EXCHANGE_EXTENSION=$(RELEASE_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/release/exchange-standin \
		tests/bench/worker $(or $(ACCOUNTS),10000)

bench-delay: build ## Measure how long a change takes in active mode, idle and under load (CHANGES=500 each way, DATABASE=sqlite)
	@CHANGES=$(CHANGES) EXCHANGE_EXTENSION=$(RELEASE_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/release/exchange-standin \
		tests/bench/active/run delay

soak: build ## Edit 200 accounts on both sides in active mode for a long time (MINUTES=30, SEED=1)
	@MINUTES=$(MINUTES) SEED=$(SEED) EXCHANGE_EXTENSION=$(RELEASE_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/release/exchange-standin \
		tests/bench/active/run soak

test-hosts: debug ## Cut one of two hosts off, and kill workers at random moments (as root; KILLS=10)
	@KILLS=$(KILLS) EXCHANGE_EXTENSION=$(DEBUG_SO) EXCHANGE_STANDIN=$(CARGO_TARGET_DIR)/debug/exchange-standin tests/nextcloud/hosts

stubs: debug ## Write the stubs of the extension's classes to php/stubs
	@$(PHP) -d extension=$(DEBUG_SO) php/stubs/generate.php > php/stubs/exchange.php
	@echo "Wrote php/stubs/exchange.php"

docs: ## Write docs/properties.md from the mapping tables
	@UPDATE_DOCS=1 cargo test -p exchange-core --quiet --test properties

simulate: ## Simulate many more random synchronisations than the tests do (SEEDS=100000)
	@echo "== Simulating $(or $(SEEDS),100000) seeds"
	@SIMULATE_SEEDS=$(or $(SEEDS),100000) cargo test --release -p exchange-core --test simulation -- --nocapture

fuzz: setup ## Fuzz the readers of files and of answers (TIME=60 seconds for each target, TARGETS=all)
	@tests/fuzz/run $(TARGETS)

dist: setup js ## Make a release: the archive for the app store and Debian packages, in target/dist (docs/release.md)
	@php/dist/run $(CARGO_TARGET_DIR)/dist

clean: ## Remove what was built
	@cargo clean
