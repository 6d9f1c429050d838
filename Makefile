# make demo   – installs what is missing, builds, and shows the bucket that only one VPC can reach
# make test   – installs what is missing, builds, and runs every test
# make down   – stops the server that make demo left running
DATA ?= $(CURDIR)/build/demo-data
JOBS ?= $(shell nproc)
CTEST = ctest --output-on-failure --no-tests=error

.PHONY: build demo demo-terraform down test check bench mutations fuzz asan tsan format packages-%

build: packages-build
	@scripts/configure release
	@cmake --build build/release --target sekisho -j $(JOBS)

demo: packages-demo build
	@/usr/bin/python3 examples/vpc-only-bucket/demo.py --sekisho build/release/sekisho --data $(DATA)

demo-terraform: packages-demo build
	@/usr/bin/python3 examples/vpc-only-bucket/demo.py --terraform --sekisho build/release/sekisho --data $(DATA)

down:
	@scripts/down $(DATA)

test: packages-test
	@scripts/configure release
	@cmake --build build/release -j $(JOBS)
	@scripts/configure dev
	@cmake --build build/dev --target unit_tests -j $(JOBS)
	@cd build/dev && $(CTEST) -j $(JOBS) -L unit
	@cd build/release && $(CTEST) -j $(JOBS)

# What a developer runs before a commit: the sanitizer build of the unit tests, and the formatting.
check: packages-test asan
	@git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror

asan: packages-test
	@scripts/configure dev
	@cmake --build build/dev --target unit_tests -j $(JOBS)
	@cd build/dev && $(CTEST) -j $(JOBS) -L unit

# Without net: a process that the thread sanitizer watches has a second thread, and may not leave its user namespace.
tsan: packages-test
	@scripts/configure tsan
	@cmake --build build/tsan --target unit_tests -j $(JOBS)
	@cd build/tsan && TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tsan.suppressions $(CTEST) -j $(JOBS) -L unit -E '^net$$'

fuzz: packages-fuzz
	@scripts/configure fuzz
	@cmake --build build/fuzz --target fuzzers -j $(JOBS)
	@tests/fuzz/run build/fuzz $(SECONDS_EACH)

bench: packages-bench
	@scripts/configure release
	@cmake --build build/release -j $(JOBS)
	@tests/bench/run build/release

# Breaks the policy engine in some sixty ways and shows that the agreement run finds each.
mutations: packages-test
	@scripts/configure release
	@cmake --build build/release --target agreement_test -j $(JOBS)
	@tests/agreement/mutations

format:
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

packages-%:
	@scripts/packages $*
