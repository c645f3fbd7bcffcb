# Checks one letter with dkimpy, which somebody else wrote: its DKIM signature and its ARC chain.
# Standard input: the letter. Argument: NAME=RECORD for each key. Answer: "dkim=pass arc=pass".
# With "seal" and a key file first, it adds a hop of its own to the chain instead and prints the letter.
import sys
import dkim

raw = sys.stdin.buffer.read()
seal = sys.argv[1] == "seal"
records = dict(a.split("=", 1) for a in sys.argv[3 if seal else 1:])


def dns(name, timeout=5):
    return records.get(name.decode().rstrip("."), "").encode() or None


if seal:
    with open(sys.argv[2], "rb") as f:
        key = f.read()
    fields = dkim.arc_sign(raw, b"sel2", b"second.example", key, b"second.example",
                           include_headers=[b"from", b"to", b"subject", b"date", b"message-id"])
    sys.stdout.buffer.write(b"".join(fields) + raw)
else:
    good = dkim.verify(raw, dnsfunc=dns)
    chain, _, _ = dkim.arc_verify(raw, dnsfunc=dns)
    print("dkim=%s arc=%s" % ("pass" if good else "fail", chain.decode()))
