# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
# sam build copies everything but .aws-sam and .git, so the bulky tools live in there.
TOOLS := .aws-sam/tools
CUSTODIAN := .aws-sam/custodian
LOGS := .local-aws/logs
PYTHON := $(VENV)/bin/python
MVN := mvn -B -ntp
# For what runs for seconds: the second compiler and a parallel collector cost more CPU than they save.
BRIEFLY := -XX:+UseSerialGC -XX:TieredStopAtLevel=1
JAVA_SOURCES := pom.xml $(shell find functions/src/main functions/shrink -type f 2>/dev/null)
LOCAL := PYTHONPATH=local $(PYTHON) -m

.PHONY: help demo exercise test score score-diagnosis score-published score-custodian bench bench-growth scale rehearsals check format unit build local deploy docs schemas clean tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-26s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: target/.built $(VENV)/.ready ## the main job on the local AWS: deploy, drift, repair, alert (a few minutes)
	@$(LOCAL) driftmend_demo

exercise: target/.built $(VENV)/.ready ## the exercise that started it all: each stage deployed, asked, diagnosed, fixed (two minutes)
	@$(LOCAL) driftmend_exercise $(ARGS)

PYTEST := -m pytest -q -p no:cacheprovider

# The parts run beside each other, so many at once: the whole system's tests often wait. Those that watch the clock go before those that only compute.
LANES := 4
PARTS := test-permissions-reconcile test-system test-score test-system-apart test-permissions-rest test-demo test-local test-java test-template test-workload

test: target/tools/google-java-format-all-deps.jar ## everything: formats, the build, and all parts below, beside each other
	@echo "==> format, compile, install what is missing (a minute; the first time some more)"
	@$(BESIDE) ready-to-test
	@mkdir -p $(LOGS); echo "==> the parts beside each other; each is shown when it is done (some ten minutes)"
	@$(BESIDE) -k $(PARTS) || { echo "==> make test FAILED: see above which parts" >&2; exit 1; }
	@echo "==> make test passed"

.PHONY: ready-to-test
ready-to-test: check target/.built $(TOOLS)/.ready $(VENV)/.ready
	@:

BESIDE = $(MAKE) --no-print-directory -j$(LANES) --output-sync=target
# What is not named by another part is test-system's.
PERMISSIONS := tests/system/test_permissions.py
SHOWN := $(addprefix tests/system/,test_demo.py test_exercise_on_the_screen.py)
SCORED := $(addprefix tests/system/,test_diagnosis.py test_score.py)
APART := $(addprefix tests/system/,test_doctor.py test_guard_alone.py)
.PHONY: $(PARTS)
$(filter-out test-template,$(PARTS)): target/.built $(VENV)/.ready
test-template: target/.built $(TOOLS)/.ready
test-system-apart: $(TOOLS)/.ready

test-system: ## the deployed template, driven by events, but for what the parts below have of it
	@echo "==> system: the deployed template, driven by events"
	@$(PYTHON) $(PYTEST) tests/system $(addprefix --ignore ,$(PERMISSIONS) $(SHOWN) $(SCORED) $(APART))

test-system-apart: ## other deployments, and accounts that lack something: doctor, deploy, a guard alone
	@echo "==> system: other deployments, and accounts that lack something"
	@$(PYTHON) $(PYTEST) $(APART)

test-permissions-reconcile: ## Reconcile with any one action taken away
	@echo "==> permissions: Reconcile with any one action taken away"
	@$(PYTHON) $(PYTEST) $(PERMISSIONS) -k ReconcileRole

test-permissions-rest: ## the other functions with any one action taken away
	@echo "==> permissions: the other functions with any one action taken away"
	@$(PYTHON) $(PYTEST) $(PERMISSIONS) -k 'not ReconcileRole'

test-demo: ## the demo and the exercise show what they must
	@echo "==> the demo and the exercise"
	@$(PYTHON) $(PYTEST) $(SHOWN)

test-score: ## the scoring sheet and the diagnosis: some cases of each kind
	@echo "==> the scoring sheet and the diagnosis"
	@$(PYTHON) $(PYTEST) $(SCORED)

test-local: ## the local AWS itself
	@echo "==> local AWS"
	@$(MODESTLY) $(PYTHON) $(PYTEST) local/tests

test-template: ## cfn-lint, sam validate, sam build, structure, permissions; events; documents
	@echo "==> template: cfn-lint, sam validate, sam build, structure, permissions; events; documents"
	@PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" PYTHONDONTWRITEBYTECODE=1 $(MODESTLY) $(TOOLS)/bin/python $(PYTEST) tests/template tests/events tests/docs

test-workload: ## the real server and its user data
	@echo "==> workload: the real server and its user data"
	@$(PYTHON) $(PYTEST) workload/tests

# The classes are there already, and others run on them: nothing here writes them.
test-java: ## the Java unit tests, and those of the adapters again on what ships
	@$(MODESTLY) bin/step "Java: unit tests, and those of the adapters again on what ships" $(LOGS)/unit.log $(MVN) test-compile surefire:test@default-test surefire:test@on-what-ships
	@$(SUMS)

SUMS = grep -hE 'Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$$' $(LOGS)/unit.log
# What does not watch the clock leaves the cores to what does.
MODESTLY := nice -n 5

score: target/.built $(VENV)/.ready ## the scoring sheet: every case of local/score on the local AWS, written to docs/score.md (a few minutes)
	@$(LOCAL) driftmend_score $(ARGS); score=$$?; $(if $(ARGS),,$(LOCAL) driftmend_score.diagnosis || score=1;) exit $$score

score-diagnosis: target/.built $(VENV)/.ready ## only the sheet's cases of broken paths, into the same sheet
	@$(LOCAL) driftmend_score.diagnosis $(ARGS)

score-published: target/.built $(VENV)/.ready ## diagnose the published templates of a folder, into the same sheet (ARGS=FOLDER)
	@$(LOCAL) driftmend_score.published $(ARGS)

score-custodian: target/.built $(VENV)/.ready $(CUSTODIAN)/.ready ## some of the sheet's cases on Cloud Custodian beside Driftmend, into the same sheet
	@$(LOCAL) driftmend_score.custodian

bench: target/.built $(VENV)/.ready $(CUSTODIAN)/.ready ## what ships beside plain boto3 and Cloud Custodian, written to docs/performance.md (a quarter of an hour; ARGS=--quick: two, nothing written)
	@$(LOCAL) driftmend_bench $(ARGS)$(if $(ARGS),, && $(LOCAL) driftmend_bench.growth)

bench-growth: target/.built $(VENV)/.ready ## what an event costs as stacks, groups, accounts and bursts grow, into the same document (six minutes)
	@$(LOCAL) driftmend_bench.growth

scale: $(VENV)/.ready ## ten thousand stacks simulated from the figures of make bench, written to docs/scale.md (seconds)
	@$(LOCAL) driftmend_scale

rehearsals: target/.built $(VENV)/.ready ## record again what the functions rehearse in INIT, once they ask AWS for something else (a minute)
	@$(LOCAL) driftmend_bench.rehearsals

check: bin-found target/tools/google-java-format-all-deps.jar ## check that every Java source is in Google's format
	@echo "==> format"
	@$$(bin/jdk25)/bin/java $(BRIEFLY) -jar target/tools/google-java-format-all-deps.jar --dry-run --set-exit-if-changed \
	  $$(find functions -name '*.java') || { echo "driftmend: the files above are not in Google's Java format; run: make format" >&2; exit 1; }

format: target/tools/google-java-format-all-deps.jar ## put every Java source into Google's format
	@$$(bin/jdk25)/bin/java $(BRIEFLY) -jar target/tools/google-java-format-all-deps.jar --replace $$(find functions -name '*.java')

unit: bin-found ## compile with Error Prone and NullAway, run the unit tests
	@rm -rf target/classes/lib target/full-lib target/cli-lib
	@bin/step "Java: compile with Error Prone and NullAway, unit tests" $(LOGS)/unit.log $(MVN) verify
	@$(SUMS)
	@touch target/.built

build: target/.built ## compile what ships into target/classes
	@:

local: target/.built $(VENV)/.ready ## the local AWS in the foreground, with Driftmend deployed (Ctrl-C ends it)
	@$(LOCAL) driftmend_local $(ARGS)

deploy: $(TOOLS)/.ready target/.built ## check the account, then build and deploy to AWS with your credentials (asks before it changes anything)
	@$(TOOLS)/bin/python bin/deploy $(ARGS)

docs: $(TOOLS)/.ready ## rewrite the generated parts of the documents
	@PYTHONDONTWRITEBYTECODE=1 $(TOOLS)/bin/python docs/generate.py

schemas: $(TOOLS)/.ready ## distil the resource schemas of the installed cfn-lint anew, after its version was raised
	@PYTHONDONTWRITEBYTECODE=1 $(TOOLS)/bin/python functions/schemas/distil.py

tools: $(TOOLS)/.ready ## install the tools that check and deploy the template (aws-sam-cli, cfn-lint)
	@:

clean: ## remove everything that was built or installed here
	rm -rf target .shrunk $(VENV) .aws-sam .local-aws

.PHONY: bin-found
bin-found:
	@bin/jdk25 >/dev/null
	@command -v mvn >/dev/null || { echo "driftmend: Maven is missing. Install Maven 3.8 or newer." >&2; exit 1; }

target/.built: $(JAVA_SOURCES) | bin-found
	@# A jar that is no longer wanted would ship as well.
	@rm -rf target/classes/lib target/full-lib target/cli-lib
	@bin/step "compile the functions" $(LOGS)/build.log $(MVN) -Dmaven.test.skip=true package
	@touch $@

target/tools/google-java-format-all-deps.jar: pom.xml | bin-found
	@bin/step "fetch the formatter" $(LOGS)/formatter.log $(MVN) dependency:copy@formatter
	@touch $@

# What an interpreter already has is used as it is; only the rest is installed.
$(VENV)/.ready: local/requirements.txt
	@python=$$(bin/python311) && bin/step "make $(VENV)" $(LOGS)/venv.log "$$python" -m venv --clear --system-site-packages $(VENV)
	@bin/step "install what the local AWS needs" $(LOGS)/pip.log $(PYTHON) -m pip install --disable-pip-version-check -r local/requirements.txt
	@touch $@

$(CUSTODIAN)/.ready: local/score/custodian/requirements.txt
	@python=$$(bin/python311) && bin/step "make $(CUSTODIAN)" $(LOGS)/custodian-venv.log "$$python" -m venv --clear $(CUSTODIAN)
	@bin/step "install Cloud Custodian" $(LOGS)/custodian-pip.log $(CUSTODIAN)/bin/python -m pip install --disable-pip-version-check -r local/score/custodian/requirements.txt
	@touch $@

$(TOOLS)/.ready: tests/requirements.txt
	@python=$$(bin/python311) && bin/step "make $(TOOLS)" $(LOGS)/tools-venv.log "$$python" -m venv --clear $(TOOLS)
	@bin/step "install the tools that check the template" $(LOGS)/tools-pip.log $(TOOLS)/bin/python -m pip install --disable-pip-version-check -r tests/requirements.txt
	@touch $@
