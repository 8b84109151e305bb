# What can be done with this repository; `make help` lists it. Each command sets up what it needs.
.ONESHELL:
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.PHONY: help dependencies documentation build demo test peers install consumer bench bench-deriv bench-fits bench-mlp bench-kernels fuzz sanitize format lint readme

PREFIX ?= /usr/local
DESTDIR ?=
BENCH ?=
FUZZ_SECONDS ?= 600
FUZZ_EXPRESSIONS ?= 20000
# Directories of headers that the compiler does not search by itself, for instance /usr/include/openblas on Fedora.
INCLUDE ?=
SEARCH := $(foreach d,$(INCLUDE),-Xcc -I$(d))
STATCLI := .build/release/statcli

# The program carries the Swift runtime, so that it starts in half the time and outlives the toolchain.
PROGRAM := -c release $(SEARCH) --static-swift-stdlib -Xswiftc -use-ld=lld
BENCHMARKS := -c release $(SEARCH) --package-path Benchmarks --scratch-path .build/benchmarks
# The compiler of C beside Swift's.
CLANG := "$$(dirname "$$(readlink -f "$$(command -v swift)")")/clang"
# The elementwise kernels, which need nothing else.
KERNELS := kernels_plain kernels_avx2 kernels_avx512 elementwise fusion schedule fields
CONSUMER := -c release $(SEARCH) --package-path Tests/Consumer --scratch-path .build/consumer

# The tests run in release, with internals visible: the numerical suites would take minutes in debug. Their build directory
# is their own, since every change of flags in a shared one rebuilds all of it.
TEST := -c release $(SEARCH) -Xswiftc -enable-testing --scratch-path .build/tests --disable-xctest
SWIFT_FILES := find Package.swift Sources Tests Fuzz samples Benchmarks -name '*.swift' -not -path '*/.build/*'

# OpenBLAS with its own threads, LAPACKE, decimal text, quantiles, compressed input.
DEBIAN := libopenblas-pthread-dev liblapacke-dev libfast-float-dev libboost-dev zlib1g-dev libzstd-dev
FEDORA := openblas-devel lapack-devel fast_float-devel boost-devel zlib-devel libzstd-devel
ARCH := blas-openblas fast_float boost zlib zstd
HEADERS := cblas.h lapacke.h fast_float/fast_float.h boost/math/distributions.hpp zlib.h zstd.h

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do
		printf '  make %-14s %s\n' "$$name" "$$text"
	done

demo: build ## Build, fit samples/iris.csv and train a network on samples/digits.csv
	@$(STATCLI) gauss samples/iris.csv
	echo
	$(STATCLI) mlp train samples/digits.csv -o .build/digits.mlp --force

test: dependencies ## Build and run all tests
	swift test $(TEST)

peers: ## Install what reads exported models in the tests (ONNX Runtime and others, by pip, in .build/python)
	[ -x .build/python/bin/python ] || python3 -m venv .build/python
	.build/python/bin/python -m pip install --quiet -r Tests/MLPTests/Fixtures/Files/requirements.txt

build: dependencies
	if commit=$$(git rev-parse --short HEAD 2>/dev/null); then export STATCLI_COMMIT="$$commit"; fi
	swift build $(PROGRAM) --product statcli

install: build ## Install statcli under PREFIX (/usr/local), below DESTDIR if that is set
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -s -m 755 $(STATCLI) '$(DESTDIR)$(PREFIX)/bin/statcli'

consumer: dependencies ## Build and run the packages that depend on this one
	swift build $(BENCHMARKS)
	swift run $(CONSUMER) Consumer
	swift run $(BENCHMARKS) Digits
	rm -f digits.mlp

bench: build ## Run the comparison with other tools (BENCH="--cases iris --runs 3" chooses)
	swift build $(BENCHMARKS) --product InMemory
	python3 Benchmarks/bench.py $(BENCH)

bench-deriv: dependencies ## Run derivatives beside JAX, PyTorch and NumPy (BENCH="--cases trace-500 --rounds 1" chooses)
	swift build $(BENCHMARKS) --product Derivatives
	python3 Benchmarks/derivatives.py $(BENCH)

bench-fits: build ## Run fits beside SciPy and NumPy (BENCH="--cases missing --rounds 1" chooses)
	swift build $(BENCHMARKS) --product Fits
	python3 Benchmarks/fits.py $(BENCH)

bench-mlp: build ## Run networks beside scikit-learn, PyTorch and JAX (BENCH="--parts epochs --rounds 1" chooses)
	swift build $(BENCHMARKS) --product Networks
	$(CLANG) -O3 -march=native -ffast-math $(INCLUDE:%=-I%) Benchmarks/mlp_step.c -lopenblas -lm -o .build/mlp-step
	python3 Benchmarks/mlp.py $(BENCH)

bench-kernels: ## Time the elementwise kernels beside the C library's functions
	mkdir -p .build
	$(CLANG) -O2 -ISources/CKernels/include Benchmarks/elementwise.c \
		$(KERNELS:%=Sources/CKernels/%.c) -lm -o .build/bench-kernels
	.build/bench-kernels

fuzz: dependencies ## Fuzz the reader, the language and the derivatives (FUZZ_SECONDS=600, FUZZ_EXPRESSIONS=20000)
	Fuzz/run.sh $(FUZZ_SECONDS)
	Fuzz/language.sh $(FUZZ_SECONDS)
	STATKIT_RANDOM=$(FUZZ_EXPRESSIONS) swift test $(TEST) --filter RandomExpressionTests

sanitize: dependencies ## Run the tests under the address and the thread sanitizer (about 15 minutes)
	for sanitizer in address thread; do
		swift test -c release $(SEARCH) -Xswiftc -enable-testing --sanitize=$$sanitizer --scratch-path .build/$$sanitizer \
			--disable-xctest
	done

documentation: dependencies ## Build the pages of MatDeriv; fail where something public has no documentation
	.ci/documentation

format: ## Format all Swift files
	$(SWIFT_FILES) -exec swift format format --in-place --parallel {} +

lint: ## Fail if a Swift file is not formatted
	$(SWIFT_FILES) -exec swift format lint --strict --parallel {} +

readme: build ## Bring the outputs and sources shown in README.md up to date
	.ci/readme write

dependencies: ## Install the system libraries (Debian, Ubuntu), or name them
	@command -v swift >/dev/null || {
		echo 'Swift 6.1 or later is needed: https://www.swift.org/install/linux' >&2
		exit 1
	}
	if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
		missing=
		for package in $(DEBIAN); do
			[ "$$(dpkg-query -W -f '$${db:Status-Status}' "$$package" 2>/dev/null)" = installed ] || missing="$$missing $$package"
		done
		[ -n "$$missing" ] || exit 0
		as_root=
		if [ "$$(id -u)" != 0 ]; then
			command -v sudo >/dev/null || {
				echo "These packages are missing; install them as root: apt-get install$$missing" >&2
				exit 1
			}
			as_root=sudo
		fi
		echo "installing$$missing"
		$$as_root apt-get update -qq || echo 'apt-get update had errors; trying to install all the same' >&2
		$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing
	else
		compiler=$$(command -v clang++ || command -v c++ || echo "$$(dirname "$$(command -v swift)")/clang++")
		missing=
		for header in $(HEADERS); do
			echo "#include <$$header>" | "$$compiler" $(INCLUDE:%=-I%) -std=c++17 -x c++ -fsyntax-only - 2>/dev/null \
				|| missing="$$missing $$header"
		done
		[ -n "$$missing" ] || exit 0
		echo "These headers are not found:$$missing." >&2
		if command -v dnf >/dev/null; then
			echo 'Install their packages: sudo dnf install $(FEDORA)' >&2
			echo 'Then say where OpenBLAS has its headers: make demo INCLUDE=/usr/include/openblas' >&2
		elif command -v pacman >/dev/null; then
			echo 'Install their packages: sudo pacman -S $(ARCH)' >&2
		else
			echo 'Install OpenBLAS, LAPACKE, fast_float, Boost (headers), zlib and zstd, each with its development files.' >&2
		fi
		exit 1
	fi
