# `make help` lists what can be made. Everything lands in .venv and git-ignored files of this checkout.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ifndef PYTHON
PYTHON := $(shell for python in python3.13 python3.12 python3.11 python3; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif
BIN := .venv/bin
INSTALLED := .venv/installed
DEMO := database/demo.db
RENDERED := database/rendered
INSTALLERS := resources/installers
BUNDLE := dist/calmony-desktop

# What PySide6 needs of a minimal Debian or Ubuntu: `objdump -p` over its libraries and its offscreen,
# xcb and wayland plugins names them. What these packages depend on comes along. A font, so that text shows; qpdf and poppler
# check the invoices in the tests.
SYSTEM_PACKAGES := \
    libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libgssapi-krb5-2 \
    libwayland-cursor0 libwayland-egl1 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 \
    libxcb-randr0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxkbcommon-x11-0 \
    fonts-dejavu-core qpdf poppler-utils

.PHONY: run
run: $(INSTALLED) $(DEMO)  ## Open the window on a demo company (the first start makes .venv and fills it)
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    echo 'There is no display here, so the window is rendered to a file instead.'; \
	    $(MAKE) rendered; \
	else \
	    exec $(BIN)/calmony-desktop --database $(DEMO); \
	fi

.PHONY: test
test: check  ## Run the linters, then the whole suite, without a display; the same as CI
	@$(BIN)/pytest --numprocesses auto

.PHONY: histories
histories: HISTORIES ?= 3000
histories: $(INSTALLED)  ## Look for a history in which billing goes wrong: HISTORIES=3000 random ones
	@HISTORIES=$(HISTORIES) $(BIN)/pytest tests/operations/billing/test_histories.py -s -q \
	    --override-ini faulthandler_timeout=0

.PHONY: faults
faults: $(INSTALLED)  ## Cause every fault on purpose, a thousand of each, and print what became of them
	@FAULTS=long $(BIN)/pytest tests/faults -q --numprocesses auto \
	    --override-ini faulthandler_timeout=0

.PHONY: bench
bench: CUSTOMERS ?= 1000000
bench: $(INSTALLED)  ## Measure, each figure beside its yardstick of the same run, with CUSTOMERS=1000000
	@$(BIN)/python tests/benchmarks/measure.py --customers $(CUSTOMERS)
	@$(BIN)/pytest tests/benchmarks --deselect tests/benchmarks/test_benchmark.py -p no:randomly -s -q

.PHONY: check
check: $(INSTALLED)  ## Run the linters, the type checker and the check of the layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: format
format: $(INSTALLED)  ## Put the code into the house's format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: screenshots
screenshots: FRESH := database/screenshots.db
screenshots: $(INSTALLED)  ## Render the pictures of the README and the user guide from a fresh demo company
	@rm -f $(FRESH)*
	@$(BIN)/calmony --database $(FRESH) demo
	@set -e; $(for_pictures); for theme in light dark; do \
	    $(BIN)/calmony --database $(FRESH) screenshot resources/screenshots/main-window-$$theme.png \
	        --customer cus_NffrFeUfNV2Hib --theme $$theme --size 1320x860; \
	done; \
	$(BIN)/python resources/screenshots/draw_guide.py
	@rm -f $(FRESH)*

.PHONY: licences
licences: $(INSTALLED)  ## Collect the licences of all that is shipped, after a dependency has changed
	@$(BIN)/python $(INSTALLERS)/collect_licences.py

.PHONY: wheel
wheel: $(INSTALLED)  ## Build a wheel into dist/
	@$(BIN)/python -m hatchling build --target wheel

.PHONY: bundle
bundle: $(BUNDLE)  ## Put the program and all it needs into one folder, dist/calmony-desktop

.PHONY: deb
deb: $(BUNDLE)  ## Pack it for Debian and Ubuntu, dist/*.deb, and let lintian look at that
	@rm -f dist/*.deb
	@$(packed_at) $(BIN)/python $(INSTALLERS)/linux/build_deb.py $(BUNDLE) dist
	@lintian --fail-on error dist/*.deb

.PHONY: tarball
tarball: $(BUNDLE)  ## Pack it for other Linux desktops, dist/*.tar.xz
	@$(packed_at) $(BIN)/python $(INSTALLERS)/linux/build_tarball.py $(BUNDLE) dist

.PHONY: test-deb
test-deb: deb tarball  ## Install, use, update and remove the package on a clean Debian (ten minutes, as root)
	@INSTALLERS=dist $(BIN)/pytest tests/packaging/installers -p no:randomly -s -q \
	    --override-ini faulthandler_timeout=0

.PHONY: clean
clean:  ## Remove what was made here, except the demo company's records
	@rm -rf .venv build dist $(RENDERED) .*_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help:  ## List these targets
	@awk -F ':.*##' '/^[a-z-]+:.*##/ { printf "make %-12s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): pyproject.toml constraints.txt | system
	@test -n '$(PYTHON)' || { echo 'Calmony Desktop needs Python 3.11 or newer, and none was found.' >&2; exit 1; }
	@echo 'Installing Calmony Desktop into .venv (a minute or two, only now) ...'
	@$(PYTHON) -m venv .venv
	@$(pip_install) hatchling
	@$(pip_install) --no-build-isolation --editable '.[dev]'
	@touch $@

# PyInstaller is no part of `make test`, and what it makes is worth keeping between two packages.
$(BUNDLE): SYSTEM_PACKAGES += binutils chrpath dpkg-dev icu-devtools lintian appstream desktop-file-utils \
    mmdebstrap xvfb xdotool
$(BUNDLE): $(INSTALLED) $(shell find calmony_desktop database/migrations resources -name __pycache__ -prune -o -type f -print)
	@$(pip_install) --no-build-isolation --editable '.[dev,installers]'
	@rm -rf $@
	@$(BIN)/pyinstaller --log-level WARN --noconfirm --distpath dist --workpath build \
	    $(INSTALLERS)/calmony.spec
	@touch $@

packed_at = SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || date +%s)

pip_install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Debian's Python keeps ensurepip, which venv needs, in a package of its own. Some packages carry
# the suffix t64 in newer releases.
.PHONY: system
system:
	@command -v dpkg-query >/dev/null || exit 0; \
	wanted='$(SYSTEM_PACKAGES)'; \
	test -z '$(PYTHON)' || $(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	    wanted="$$wanted $$($(PYTHON) -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"; \
	present=$$(dpkg-query --show --showformat='$${Package} $${db:Status-Status}\n' 2>/dev/null); \
	missing=''; \
	for package in $$wanted; do \
	    echo "$$present" | grep -Eqx "$$package(t64)? installed" || missing="$$missing $$package"; \
	done; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ]; then sudo=''; elif sudo -n true 2>/dev/null; then sudo='sudo -n'; else \
	    echo "Please install these system packages first: sudo apt-get install$$missing" >&2; exit 1; \
	fi; \
	echo "Installing system packages:$$missing"; \
	$$sudo apt-get -qq update; \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $$missing >/dev/null

# Under another name until it is whole, so that an interrupted first start leaves no half company.
$(DEMO): | $(INSTALLED)
	@echo 'Filling the demo company (only on the first start) ...'
	@rm -f $@.part* $@-wal $@-shm
	@$(BIN)/calmony --database $@.part demo
	@mv $@.part $@

.PHONY: rendered
rendered: $(DEMO)
	@mkdir -p $(RENDERED)
	@set -e; $(for_pictures); $(call choose_customer,$(DEMO)); \
	$(BIN)/calmony --database $(DEMO) screenshot $(RENDERED)/customer.png --customer $$customer; \
	$(BIN)/calmony --database $(DEMO) invoice $$invoice -o $(RENDERED)/invoice.pdf; \
	echo 'The window of one customer: $(RENDERED)/customer.png'; \
	echo 'One of their invoices:      $(RENDERED)/invoice.pdf'

# A picture looks the same wherever it is rendered: without a display, in one locale (installed or not).
for_pictures = export QT_QPA_PLATFORM=offscreen LANG=en_GB.UTF-8; \
	unset LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME

# Sets $customer and $invoice: of the first dozen customers the one with most to see, and an issued invoice of theirs.
choose_customer = chosen=$$($(BIN)/python -c "$$CHOOSE_CUSTOMER" $(BIN)/calmony --database $(1)); \
	customer=$${chosen% *}; invoice=$${chosen\#* }

define CHOOSE_CUSTOMER
import json, subprocess, sys

def calmony(*arguments):
    return json.loads(subprocess.check_output([*sys.argv[1:], *arguments, "--json"]))

def issued(shown):
    return [invoice["id"] for invoice in shown["invoices"] if invoice["status"] != "draft"]

def variety(shown):
    sections = (shown["payments"], shown["subscriptions"], shown["invoices"])
    return sum(len({row["status"] for row in section}) for section in sections)

customers = [calmony("show", customer["id"]) for customer in calmony("search", "")[:12]]
most = max(filter(issued, customers), key=variety)
print(most["customer"]["id"], issued(most)[0])
endef
export CHOOSE_CUSTOMER
