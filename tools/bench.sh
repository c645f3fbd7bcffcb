#!/usr/bin/env bash
# Measures beside peers on this machine, in one run; absolute figures differ from machine to
# machine, ratios less. Nothing else should run meanwhile. Prints one line a measurement.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
command -v zip >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq zip >/dev/null
command -v age >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq age >/dev/null
[ -e /usr/include/sqlite3.h ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libsqlite3-dev >/dev/null
gcc -O2 bench/sqlite/sqlitebench.c -lsqlite3 -o "$work/sqlitebench"
(cd bench/tessera && go build -o "$work/tessera" .)
for p in load cases attachment backup evidence; do go build -o "$work/$p" "./bench/$p"; done
go test -c -o "$work/store.test" ./internal/infra/store
pairs=${PAIRS:-5}
echo "== the log: one writer beside the SQLite C library; 32 writers beside Tessera, $pairs pairs"
for _ in $(seq "$pairs"); do
  "$work/sqlitebench" "$work/c.db" 2 1 250
  (cd internal/infra/store && "$work/store.test" -test.run xxx -test.bench 'Append(1|32)$/sqlite' -test.benchtime 2s | grep ^Benchmark)
  "$work/tessera" -dir "$work/t$RANDOM" -n 20000 -workers 32
done
echo "== sealed messages through the API over TLS"
for _ in $(seq 3); do "$work/load" -seconds 5; "$work/load" -seconds 5 -postgres; done
echo "== many cases: never opened, and a start; a search in the titles of 100,000"
"$work/cases" -cases "${CASES:-5000}"
go test -run xxx -bench Search -benchtime 5x ./scenario | grep ^Benchmark
echo "== an attachment"
"$work/attachment" -mb "${MB:-2048}" -repeats 3
echo "== a package of 50 originals, 500 MB, and its verification"
"$work/evidence" -repeats 5
echo "== a backup under load"
"$work/backup" -mb "${BACKUP_MB:-5120}" -pairs 3
echo "== a page from memory beside a bare handler; one destruction"
go test -run xxx -bench 'KeptPage|BareHandler' -benchtime 2s ./internal/transport/web | grep ^Benchmark
go test -run xxx -bench 'Destr|Epoch' ./internal/kit/seal | grep ^Benchmark
echo "== exposure beside ripgrep, a corpus of 1 GiB"
go run ./bench/exposure/corpus -out "$work/corpus.txt" -mb 1024 > /dev/null
go build -o "$work/varn-exposure" ./cmd/varn
go run ./bench/exposure -varn "$work/varn-exposure" -corpus "$work/corpus.txt"
rm -f "$work/corpus.txt"

echo "== screening, by the processor's time: the best stretch is what a quiet machine gives"
go run ./bench/screening
echo "== the public directory beside a bare handler"
go run ./bench/directory
echo "== a site of 10,000 pages gone through"
go run ./bench/crawl
echo "== five thousand connections to the mail server, plain and after STARTTLS"
go run ./bench/connections
echo "== a letter beside a queue of a million"
go test -run xxx -bench LetterBesideAQueue -benchtime 300x ./scenario | grep ^Benchmark
echo "== the relay beside Postfix: without signing, with DKIM, with DKIM and ARC"
if [ "$(id -u)" -eq 0 ] && [ -x /usr/sbin/postfix ]; then
  bash bench/mail/postfix-setup.sh "$work/postfix"
  for sign in none dkim arc; do go run ./bench/mail -sign "$sign" -n 2000 -pairs "$pairs" -postfix "$work/postfix"; done
  postfix -c "$work/postfix/etc" stop
else
  echo "passed over: Postfix starts as root alone"
fi
