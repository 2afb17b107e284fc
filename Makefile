# `make run` serves a practice, `make test` proves it; `make help` shows the rest.
# Everything that these make lies in .state (see tools/); only python3 is assumed.

PYTHON ?= python3
TOOLS := $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench shell pot setup lock clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo '  Options: make run PORT=8080 DB=clinic'
	@echo '           make test ADDON=clinic_scheduling'
	@echo '           make test KIND=lint|tools|engine|orm|browser|odoo|live|upstream'
	@echo '           make bench ARGS="..."     make PYTHON=python3.12 ...'
	@echo '  Instead of fetching them: ODOO_SOURCE=/path/to/odoo (19.0); PGHOST, PGUSER, ...'

run: ## serve a practice with demo data at a local address
	@$(TOOLS) run $(if $(PORT),--port=$(PORT)) $(if $(DB),--db=$(DB))

test: ## run the linters and all tests
	@$(TOOLS) test $(if $(ADDON),--addon=$(ADDON)) $(if $(KIND),--kind=$(KIND))

lint: ## run the linters
	@$(TOOLS) lint $(if $(ADDON),--addon=$(ADDON))

format: ## lay out the code as the linters want it
	@$(TOOLS) format $(if $(ADDON),--addon=$(ADDON))

bench: ## measure, side by side with the peer
	@$(TOOLS) bench -- $(ARGS)

shell: ## Python with the practice's data (Odoo's shell)
	@$(TOOLS) shell $(if $(DB),--db=$(DB))

pot: ## export the texts to be translated
	@$(TOOLS) pot

setup: ## set up, and leave PostgreSQL running
	@$(TOOLS) setup

lock: ## resolve the Python packages anew (with the oldest supported Python)
	@$(TOOLS) lock

clean: ## stop everything and remove the state folder
	@$(TOOLS) clean
