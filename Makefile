# Värn: what one builds, tests and measures with. Only Go and Debian packages are needed.
SHELL := /bin/bash
export CGO_ENABLED ?= 0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build test test-quick test-faults bench lint need

build: ## one static binary
	go build -trimpath -ldflags '-s -w' -o dist/varn ./cmd/varn

need: ## what the tests need, installed with apt when it is missing
	@bash tools/need.sh

test: need lint ## everything that must hold, under 20 minutes on 2 cores
	@bash tools/test.sh

test-quick: ## the fast half: no browser, no PostgreSQL of its own, no kills
	go test -short ./...

test-faults: need ## kills, full race, fuzzing, full disks: before a capability counts as done
	@bash tools/test-faults.sh

bench: need ## measured beside peers, in one run
	@bash tools/bench.sh

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "gofmt: $$out"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
