#!/usr/bin/env bash
# Every test on both engines, then the race detector over the short ones.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -trimpath -o dist/varn ./cmd/varn
go test -timeout 15m ./...
CGO_ENABLED=1 go test -race -short -timeout 15m ./internal/...
