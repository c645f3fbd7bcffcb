#!/usr/bin/env bash
# Every test on both engines, then the race detector over the short ones.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -trimpath -o dist/varn ./cmd/varn
go test -timeout 16m ./...
# SQLite's own text, translated from C, is one thread's at a time by its mutexes, which stay watched;
# watching every load in it would take most of the time. Ours and all else is watched whole.
CGO_ENABLED=1 go test -race -short -timeout 10m -gcflags='modernc.org/sqlite/lib=-race=false' ./internal/...
