# Two commands are all the set-up on a Debian 12 or 13 machine: `make run` and `make test`. `make help` lists the rest.
BUILD ?= build
JOBS ?= $(shell nproc)
CONFIGURE = cmake --preset default -B $(BUILD)
# A folder of its own: it is built in another way than for tests.
DEMO = $(BUILD)/demo

.PHONY: help
help:  ## This list
	@grep -E '^[a-z0-9 -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 20

.PHONY: run
run:  ## Embedded Odoo, gateway and a short tour; then it serves until Ctrl-C (ONCE=1: ends after the tour)
	@deploy/dependencies.sh run
	@cmake --preset demo -B $(DEMO) >/dev/null
	@cmake --build $(DEMO) -j $(JOBS) --target odoo-gateway odoo-sandbox odoogw
	@BUILD=$(DEMO) ONCE=$(ONCE) deploy/run.sh

# All programs and tests. Warnings are errors.
.PHONY: programs
programs:
	@cmake --preset developer -B $(BUILD) -DODOO_GATEWAY_TESTS=ON -DODOO_GATEWAY_CLIENT=ON -DODOO_GATEWAY_CLIENT_AREAS=contacts >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)

.PHONY: build
build:
	@deploy/dependencies.sh test
	@$(MAKE) --no-print-directory programs

.PHONY: npm
npm: $(BUILD)/npm/installed

# Without peers: Helm's package names a whole SDK as one.
$(BUILD)/npm/installed: tests/polyglot/package.json
	@mkdir -p $(@D) && cp $< $(@D)/
	@npm install --silent --no-audit --no-fund --omit=peer --prefix $(@D)
	@touch $@

.PHONY: test
test: build npm lint  ## Everything that can be checked without a real Odoo
	@rm -rf $(BUILD)/figures
	@cd $(BUILD) && ODOO_GATEWAY_FIGURES=$$PWD/figures ctest --output-on-failure -j $(JOBS); tests=$$?; \
	  for figures in figures/*.txt; do [ ! -e "$$figures" ] || { echo; cat "$$figures"; }; done; exit $$tests

.PHONY: lint
lint: npm  ## Formatting, contracts and their generated files, Python, shell scripts, links in Markdown files
	@clang-format --dry-run --Werror $$(git ls-files '*.h' '*.cc')
	@$(BUILD)/npm/node_modules/.bin/buf lint
	@python3 proto/contractgen/contractgen.py --check
	@black --check --diff --quiet $$(git ls-files '*.py')
	@pyflakes3 $$(git ls-files '*.py')
	@shellcheck $$(awk 'FNR == 1 && /^#!.*sh$$/ {print FILENAME}' $$(git grep --name-only '^#!.*sh$$'))
	@PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover --quiet --start-directory tools --pattern '*_test.py'
	@tools/check_links.py

.PHONY: tidy
tidy:  ## clang-tidy and cppcheck over the server and the client (slow; needs clang-tidy-16, cppcheck and a build)
	@git ls-files 'server/*.cc' 'client/*.cc' ':!client/cpp/example' ':!client/*tests/*' | xargs -P $(JOBS) -n 4 clang-tidy-16 -p $(BUILD) --quiet
	@# To cppcheck, coroutines are functions.
	@git ls-files 'server/*.cc' 'client/*.cc' ':!client/*tests/*' | cppcheck --std=c++20 --language=c++ --quiet --inline-suppr \
	  --enable=warning,portability --error-exitcode=1 -Dco_return=return -j $(JOBS) --file-list=-

.PHONY: sanitize
sanitize:  ## All tests under AddressSanitizer and UndefinedBehaviorSanitizer; those without gRPC under ThreadSanitizer
	@deploy/dependencies.sh test
	@cmake --preset asan >/dev/null && cmake --build $(BUILD)/asan -j $(JOBS)
	@cd $(BUILD)/asan && ctest --output-on-failure -j $(JOBS)
	@cmake --preset tsan >/dev/null && cmake --build $(BUILD)/tsan -j $(JOBS) --target http_test engine_test
	@cd $(BUILD)/tsan && ctest --output-on-failure -R 'unit.(http|engine)'

.PHONY: bench
bench:  ## CPU time against the least that any gateway needs, and the codecs: a table, and bench.json in the build folder
	@deploy/dependencies.sh bench
	@$(CONFIGURE) -DODOO_GATEWAY_TESTS=ON >/dev/null
	@cmake --build $(BUILD) -j $(JOBS) --target bench

.PHONY: deb
deb:  ## The Debian package, in the build folder; with it the list of what the program is made of (CycloneDX)
	@deploy/dependencies.sh package
	@$(CONFIGURE) >/dev/null
	@cmake --build $(BUILD) -j $(JOBS) --target deb

CONTAINERS ?= docker
.PHONY: image
image: build  ## The container image, looked into, run and called; with Podman: CONTAINERS=podman
	@$(CONTAINERS) build $(IMAGE_FLAGS) --file deploy/docker/Dockerfile --tag odoo-gateway .
	@CONTAINERS=$(CONTAINERS) ODOO_GATEWAY_BUILD=$(abspath $(BUILD)) PYTHONDONTWRITEBYTECODE=1 \
	  PYTHONPATH=tests:$(abspath $(BUILD))/tests/harness/stubs /usr/bin/python3 tests/deploy/image_test.py

.PHONY: debian12 debian13
debian12: RELEASE = bookworm
debian13: RELEASE = trixie
debian12 debian13:  ## `make run ONCE=1`, unit and e2e tests on that release, in a root made by debootstrap (needs root rights)
	@BUILD=$(BUILD) JOBS=$(JOBS) tests/deploy/debian.sh $(RELEASE)

.PHONY: live
live: build  ## The live suite against a real Odoo: ODOO_URL, ODOO_DATABASE, ODOO_USERNAME, ODOO_API_KEY or ODOO_PASSWORD
	@BUILD=$(BUILD) tests/live/run.sh
