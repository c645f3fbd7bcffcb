#!/usr/bin/env bash
# Kills, the full race detector, a minute for each fuzzer, full disks.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -trimpath -o dist/varn ./cmd/varn
# The mail filters are too large for every run of the tests; without them their tests say so and pass.
command -v rspamd >/dev/null && command -v clamd >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rspamd clamav-daemon >/dev/null
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
