# Everything a newcomer or a developer runs. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help setup run test check drill quality screenshots translations clean

bin := .venv/bin
demo := demo-workspace
pytest := $(bin)/python -m pytest

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

setup: ## install what is missing; the other targets call it
	@tools/setup

run: setup ## the main job on the pages shipped with the program, in a new ./demo-workspace; then the window on it
	@$(bin)/digitizer --workspace $(demo) demo
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(bin)/digitizer --workspace $(demo) gui; \
	else echo "No display here. Where there is one: $(bin)/digitizer --workspace $(demo) gui"; fi

test: setup ## every test but the long ones, side by side
	@$(pytest) --numprocesses auto --maxprocesses 4 --dist loadfile

check: setup ## linters, types, the direction of imports, translations, the repository
	@failed=; for step in "ruff check ." "ruff format --check ." mypy "lint-imports --no-logo" \
	    "python tools/translations.py --check" "python tools/check_repo.py"; \
	do echo "== $$step"; $(bin)/$$step || failed="$$failed, $$step"; done; \
	if [ -n "$$failed" ]; then echo "make check: failed: $${failed#, }" >&2; exit 1; fi

drill: setup ## the long crash drill
	@$(pytest) -m drill

quality: setup ## reading quality, measured against the saved baseline
	@$(pytest) -m quality

screenshots: setup ## the pictures of the window in README and docs
	@xvfb-run -a -s "-screen 0 1920x1080x24" $(bin)/python -m tools.make_screenshots

translations: setup ## collect new sentences, compile the translated ones
	@$(bin)/python tools/translations.py

clean: ## remove all that was made here, .venv too
	@rm -rf .venv build dist $(demo) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
