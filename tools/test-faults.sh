#!/usr/bin/env bash
# Kills, the full race detector, a minute for each fuzzer, full disks.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -trimpath -o dist/varn ./cmd/varn
# Without a bound the fuzzer may spend its whole time making one large input smaller.
seconds=${FUZZ_SECONDS:-60}
go test -tags faults -timeout 40m -count=1 -run 'Kill|Disk|Fault' ./...
CGO_ENABLED=1 go test -race -timeout 40m ./internal/...
grep -rlE '^func Fuzz' --include='*_test.go' internal | sort | while read -r file; do
  grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | sed 's/func //' | while read -r name; do
    echo "== $name ($file)"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" -fuzzminimizetime 2s "./$(dirname "$file")"
  done
done
