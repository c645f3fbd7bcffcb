#!/usr/bin/env bash
# Installs what the tests need and says so. Nothing is done when everything is there.
set -euo pipefail
missing=()
have() { command -v "$1" >/dev/null 2>&1; }
have gcc || missing+=(gcc libc6-dev)
have chromium || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
[ -d /usr/share/fonts/truetype/noto ] || missing+=(fonts-noto-core)
have qpdf || missing+=(qpdf)
have unzip || missing+=(unzip)
python3=/usr/bin/python3 # Debian's own: the modules below are for it
"$python3" -c "import dkim, dns, authres" 2>/dev/null || missing+=(python3-dkim python3-dnspython python3-authres)
[ -x /usr/sbin/postfix ] || missing+=(postfix)
have swaks || missing+=(swaks)
have pdfinfo || missing+=(poppler-utils)
[ -e /usr/share/tesseract-ocr/5/tessdata/swe.traineddata ] || missing+=(tesseract-ocr tesseract-ocr-swe)
[ ${#missing[@]} -eq 0 ] && exit 0
echo "The tests need ${missing[*]}; installing with apt."
sudo=""
if [ "$(id -u)" -ne 0 ]; then
  have sudo || { echo "Run as root: apt-get install ${missing[*]}" >&2; exit 1; }
  sudo="sudo"
fi
# PostgreSQL's package would start a cluster of its own; the tests start theirs.
$sudo mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# Nor is this machine to become a mail server: the tests write a configuration of their own.
case " ${missing[*]} " in *" postfix "*) echo "postfix postfix/main_mailer_type select No configuration" | $sudo debconf-set-selections ;; esac
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
