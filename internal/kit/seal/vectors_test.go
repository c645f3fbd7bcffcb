package seal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"testing"

	"varn/internal/kit/clock"
)

// With -update the vectors are made anew; without it, what was made once must still open.
var update = flag.Bool("update", false, "write testdata/vectors.json")

const vectorFile = "testdata/vectors.json"

type vector struct {
	Kind string            `json:"kind"`
	Note string            `json:"note,omitempty"`
	In   map[string]string `json:"in"`
	Out  map[string]string `json:"out"`
}

func hx(b []byte) string { return hex.EncodeToString(b) }

func unhx(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectorsStillOpen(t *testing.T) {
	t.Parallel()
	if *update {
		raw, err := json.MarshalIndent(makeVectors(t), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, append(raw, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(raw, &vs); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, v := range vs {
		seen[v.Kind] = true
		for name, got := range openVector(t, v) {
			if want := v.Out[name]; got != want {
				t.Errorf("%s (%s): %s is %.80s, not %.80s", v.Kind, v.Note, name, got, want)
			}
		}
	}
	if len(seen) != 22 {
		t.Errorf("%d kinds of vectors", len(seen))
	}
}

// openVector does with the inputs what the format says and gives what the outputs must be.
func openVector(t *testing.T, v vector) map[string]string {
	t.Helper()
	in := func(name string) []byte { return unhx(t, v.In[name]) }
	key := func(name string) Key { k, _ := KeyFrom(in(name)); return k }
	priv := func() *Private { p, _ := PrivateFrom(in("seed")); return p }
	box, ad := NewBox(in("box")), AD{b: in("ad")}
	out := map[string]string{}
	put := func(name string, b []byte, err error) {
		if err != nil {
			t.Errorf("%s: %v", v.Kind, err)
		}
		out[name] = hx(b)
	}
	switch v.Kind {
	case "ad":
		out["ad"] = hx(vectorAD().b)
	case "derive":
		out["key"] = hx(key("key").Derive(v.In["label"], v.In["context"]).raw())
	case "mac":
		out["mac"] = hx(key("key").MAC(ad))
	case "tag":
		out["tag"] = key("key").Tag(v.In["purpose"], v.In["value"])
	case "sealed":
		b, err := key("key").Open(box, ad)
		put("plain", b, err)
	case "padded":
		b, err := key("key").OpenPadded(box, ad)
		put("plain", b, err)
	case "sealed later", "padded later":
		k := key("root").Derive("varn purpose", v.In["purpose"], "1").In(&renewed{root: key("root"), purpose: v.In["purpose"]})
		open := k.Open
		if v.Kind == "padded later" {
			open = k.OpenPadded
		}
		b, err := open(box, ad)
		put("plain", b, err)
		out["version"] = strconv.Itoa(box.Version())
	case "public":
		out["public"], out["fingerprint"] = hx(priv().Public().Bytes()), priv().Public().Fingerprint()
	case "wrap", "courier":
		b, err := priv().Unwrap(box, ad)
		put("plain", b, err)
	case "case item":
		c, _ := CaseFrom(in("seed"))
		b, _, err := c.Open(Item{Key: box, Body: NewBox(in("body"))}, ad)
		put("plain", b, err)
	case "secret":
		p, err := OpenSecret(key("org"), in("secret"), box, ad)
		if err != nil {
			t.Fatal(err)
		}
		out["seed"] = hx(p.Seed())
	case "passphrase":
		p, err := NewPool(1).OpenPassphrase(t.Context(), key("org"), v.In["passphrase"], box, ad)
		if err != nil {
			t.Fatal(err)
		}
		out["seed"] = hx(p.Seed())
	case "standby":
		inner, err := PeelStandby(key("org"), box, ad)
		put("inner", inner.b, err)
	case "receipt":
		r, err := ParseReceipt(v.In["text"])
		if err != nil {
			t.Fatal(err)
		}
		out["lookup"], out["seed"] = r.Lookup(key("org")), hx(r.Private(key("org")).Seed())
	case "sheets":
		one, err1 := ParseSheet(v.In["one"])
		two, err2 := ParseSheet(v.In["two"])
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		want, _ := ParsePublic(in("public"))
		p, err := Combine([]Sheet{two, one}, want)
		if err != nil {
			t.Fatal(err)
		}
		out["seed"], out["org"] = hx(p.Seed()), one.Org()
	case "once":
		o, err := NewOnce(key("org"), v.In["scope"], v.In["key"])
		if err != nil {
			t.Fatal(err)
		}
		out["id"], out["mac"] = o.ID(), hx(o.Body([]byte(v.In["body"])))
		b, err := o.Open(box)
		put("answer", b, err)
	case "chunk":
		b, err := NewStream(key("key"), ad).OpenChunk(nil, box.b, 7, true)
		put("plain", b, err)
	case "tail":
		b, err := key("key").open(formatTail, 0, box, ad.With(int64(7)))
		put("plain", b, err)
	case "hash state":
		h, err := key("key").OpenHash(box, ad)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = h.Write([]byte(v.In["more"]))
		out["sum"] = hx(h.Sum(nil))
	case "epoch":
		db := rows{"0": NewBox(in("0")), "1/1": NewBox(in("1/1")), "2/258": NewBox(in("2/258"))}
		k, err := NewEpoch(v.In["tree"], key("root"), db).Leaf(0x10203)
		if err != nil {
			t.Fatal(err)
		}
		out["leaf"] = hx(k.raw())
	default:
		t.Errorf("unknown kind %q", v.Kind)
	}
	return out
}

func vectorAD() AD {
	return Bind("org", "case å").With(3, []byte{0, 255}, true, clock.Stamp(-1), Bind("x"))
}

// makeVectors takes fixed keys and texts; nonces and encapsulations are drawn once.
func makeVectors(t *testing.T) []vector {
	t.Helper()
	k, org, ad := fuzzKey(0x41), fuzzKey(0x42), vectorAD()
	p, _ := PrivateFrom(fuzzKey(0x43).raw())
	c, _ := CaseFrom(fuzzKey(0x44).raw())
	kh, oh, ah, ph := hx(k.raw()), hx(org.raw()), hx(ad.b), hx(p.Seed())
	text := []byte("Hot mot ledamot, 070-1740605")
	th := hx(text)
	box := func(b Box, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return hx(b.b)
	}
	type m = map[string]string
	wrap, err := p.Public().Wrap(text, ad)
	if err != nil {
		t.Fatal(err)
	}
	it, toCase := c.Seal(text, ad), must(SealTo(c.Public(), text, ad))
	standby := must(WrapStandby(org, p.Public(), text, ad))
	inner := must(PeelStandby(org, standby, ad))
	vs := []vector{
		{"ad", `texts "org", "case å"; 3; bytes 00 ff; true; -1; AD of "x"`, m{}, m{"ad": ah}},
		{"derive", "", m{"key": kh, "label": "unlock", "context": "org"}, m{"key": hx(k.Derive("unlock", "org").raw())}},
		{"mac", "", m{"key": kh, "ad": ah}, m{"mac": hx(k.MAC(ad))}},
		{"tag", "", m{"key": kh, "purpose": "login", "value": "anna@example.se"}, m{"tag": k.Tag("login", "anna@example.se")}},
		{"sealed", "", m{"key": kh, "ad": ah, "box": hx(k.Seal(text, ad).b)}, m{"plain": th}},
		{"sealed", "empty", m{"key": kh, "ad": "", "box": hx(k.Seal(nil, AD{}).b)}, m{"plain": ""}},
		{"padded", "", m{"key": kh, "ad": ah, "box": hx(k.SealPadded(text, ad).b)}, m{"plain": th}},
		{"padded", "200 bytes", m{"key": kh, "ad": ah, "box": hx(k.SealPadded(bytes.Repeat([]byte{7}, 200), ad).b)}, m{"plain": hx(bytes.Repeat([]byte{7}, 200))}},
		{"sealed later", "version 2", m{"root": kh, "purpose": "names", "ad": ah, "box": hx(later(k, 2).Seal(text, ad).b)}, m{"plain": th, "version": "2"}},
		{"padded later", "version 300", m{"root": kh, "purpose": "names", "ad": ah, "box": hx(later(k, 300).SealPadded(text, ad).b)}, m{"plain": th, "version": "300"}},
		{"public", "", m{"seed": ph}, m{"public": hx(p.Public().Bytes()), "fingerprint": p.Public().Fingerprint()}},
		{"wrap", "", m{"seed": ph, "ad": ah, "box": hx(wrap.b)}, m{"plain": th}},
		{"courier", "", m{"seed": ph, "ad": ah, "box": box(NewCourier(clock.System{}).Wrap(p.Public(), text, ad))}, m{"plain": th}},
		{"case item", "private half at hand", m{"seed": hx(c.Seed()), "ad": ah, "box": hx(it.Key.b), "body": hx(it.Body.b)}, m{"plain": th}},
		{"case item", "public half only", m{"seed": hx(c.Seed()), "ad": ah, "box": hx(toCase.Key.b), "body": hx(toCase.Body.b)}, m{"plain": th}},
		{"secret", "", m{"org": oh, "secret": kh, "ad": ah, "box": hx(WrapSecret(org, k.raw(), p, ad).b)}, m{"seed": ph}},
		{"passphrase", "", m{"org": oh, "passphrase": "en lång fras", "ad": ah, "box": box(NewTestPool().WrapPassphrase(t.Context(), org, "en lång fras", p, ad))}, m{"seed": ph}},
		{"standby", "", m{"org": oh, "ad": ah, "box": hx(standby.b)}, m{"inner": hx(inner.b)}},
		{"chunk", "index 7, last", m{"key": kh, "ad": ah, "box": hx(NewStream(k, ad).SealChunk(nil, text, 7, true))}, m{"plain": th}},
		{"tail", "index 7", m{"key": kh, "ad": ah, "box": hx(k.close(formatTail, nil, text, ad.With(int64(7))).b)}, m{"plain": th}},
		{"hash state", "of the text, then more", m{"key": kh, "ad": ah, "more": "mer", "box": box(k.SealHash(hashOf(text), ad))}, m{"sum": hx(hashOf(append(text, "mer"...)).Sum(nil))}},
	}
	return append(vs, codeVectors(t, org, p)...)
}

func codeVectors(t *testing.T, org Key, p *Private) []vector {
	t.Helper()
	type m = map[string]string
	oh := hx(org.raw())
	code := [receiptRandom]byte([]byte("0123456789ABCDEFGHJKM"))
	r := Receipt{code: lockUp(&code)}
	sheets := must(Split(p, "org", 3, 2))
	once := must(NewOnce(org, "anna POST /api/v1/cases", "3f2b8a1e-0c44-4b58-9f0e-6f6d1f0b7a11"))
	db, root := rows{}, fuzzKey(0x45)
	leaf := leafKey(t, root, db, 0x10203)
	return []vector{
		{"receipt", "", m{"org": oh, "text": r.Text()}, m{"lookup": r.Lookup(org), "seed": hx(r.Private(org).Seed())}},
		{"sheets", "2 of 3", m{"one": sheets[0].Text(), "two": sheets[2].Code(), "public": hx(p.Public().Bytes())}, m{"seed": hx(p.Seed()), "org": SheetOrg("org")}},
		{"once", "", m{"org": oh, "scope": "anna POST /api/v1/cases", "key": "3f2b8a1e-0c44-4b58-9f0e-6f6d1f0b7a11", "body": "kropp", "box": hx(once.Seal([]byte("201")).b)}, m{"id": once.ID(), "mac": hx(once.Body([]byte("kropp"))), "answer": hx([]byte("201"))}},
		{"epoch", "leaf 0x10203", m{"tree": "org", "root": hx(root.raw()), "0": hx(db["0"].b), "1/1": hx(db["1/1"].b), "2/258": hx(db["2/258"].b)}, m{"leaf": hx(leaf.raw())}},
	}
}
