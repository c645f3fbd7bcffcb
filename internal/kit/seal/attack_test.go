package seal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"varn/internal/kit/clock"
)

// opener is one way to open a box; the attacker changes the box or the place.
type opener struct {
	name string
	box  Box
	open func(Box, AD) error
}

func openers(t *testing.T, ad AD) []opener {
	t.Helper()
	k, org, p, q, pool := NewKey(), NewKey(), NewPrivate(), NewPrivate(), NewTestPool()
	secret := NewKey().Bytes()
	text := []byte("hot mot ledamoten")
	kase := NewCase()
	it := kase.Seal(text, ad)
	wrap := func(b Box, err error) Box {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	plain := func(f func(Box, AD) ([]byte, error)) func(Box, AD) error {
		return func(b Box, ad AD) error { _, err := f(b, ad); return err }
	}
	h := hashOf(text)
	return []opener{
		{"sealed", k.Seal(text, ad), plain(k.Open)},
		{"padded", k.SealPadded(text, ad), plain(k.OpenPadded)},
		{"sealed later", later(k, 2).Seal(text, ad), plain(later(k, 3).Open)},
		{"padded later", later(k, 2).SealPadded(text, ad), plain(later(k, 3).OpenPadded)},
		{"wrap", wrap(p.Public().Wrap(text, ad)), plain(p.Unwrap)},
		{"courier", wrap(NewCourier(clock.System{}).Wrap(q.Public(), text, ad)), plain(q.Unwrap)},
		{"secret", WrapSecret(org, secret, p, ad), func(b Box, ad AD) error {
			_, err := OpenSecret(org, secret, b, ad)
			return err
		}},
		{"passphrase", wrap(pool.WrapPassphrase(t.Context(), org, "lång fras", p, ad)), func(b Box, ad AD) error {
			_, err := pool.OpenPassphrase(context.Background(), org, "lång fras", b, ad)
			return err
		}},
		{"standby", wrap(WrapStandby(org, p.Public(), text, ad)), func(b Box, ad AD) error {
			_, err := PeelStandby(org, b, ad)
			return err
		}},
		{"hash state", wrap(k.SealHash(h, ad)), func(b Box, ad AD) error { _, err := k.OpenHash(b, ad); return err }},
		{"item key", it.Key, func(b Box, ad AD) error { _, _, err := kase.Open(Item{b, it.Body}, ad); return err }},
		{"item body", it.Body, func(b Box, ad AD) error { _, _, err := kase.Open(Item{it.Key, b}, ad); return err }},
	}
}

func TestEveryOpenerRefusesWhatWasAltered(t *testing.T) {
	t.Parallel()
	ad := Bind("org", "case", "item", "message").With(3)
	for _, o := range openers(t, ad) {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			if err := o.open(o.box, ad); err != nil {
				t.Fatalf("the true box: %v", err)
			}
			raw := o.box.Bytes()
			for i := 0; i < len(raw); i += 1 + len(raw)/200 {
				for _, bit := range []byte{0x01, 0x80} {
					bad := bytes.Clone(raw)
					bad[i] ^= bit
					refused(t, o, NewBox(bad), ad)
				}
				refused(t, o, NewBox(raw[:i]), ad)
			}
			refused(t, o, NewBox(append(bytes.Clone(raw), 0)), ad)
			refused(t, o, Box{}, ad)
		})
	}
}

func TestEveryOpenerRefusesAnotherPlace(t *testing.T) {
	t.Parallel()
	ad := Bind("org", "case", "item", "message").With(3)
	for _, o := range openers(t, ad) {
		for _, place := range []AD{
			{}, Bind("org", "case", "item", "message"), ad.With(""), ad.With("x"),
			Bind("org2", "case", "item", "message").With(3), Bind("org", "case2", "item", "message").With(3),
			Bind("org", "case", "item2", "message").With(3), Bind("org", "case", "item", "title").With(3),
			Bind("org", "case", "item", "message").With(2), Bind("org", "case", "item", "message").With("3"),
			Bind("org", "casei", "tem", "message").With(3), Bind("orgcase", "item", "message").With(3),
		} {
			refused(t, o, o.box, place)
		}
	}
}

// TestEveryOpenerRefusesTheOthersBoxes: same kind of box under other keys, and other kinds.
func TestEveryOpenerRefusesTheOthersBoxes(t *testing.T) {
	t.Parallel()
	ad := Bind("org", "case", "item", "message").With(3)
	mine, theirs := openers(t, ad), openers(t, ad)
	for i, o := range mine {
		for j := range theirs {
			refused(t, o, theirs[j].box, ad)
			if i != j {
				refused(t, o, mine[j].box, ad)
			}
		}
	}
}

func refused(t *testing.T, o opener, b Box, ad AD) {
	t.Helper()
	if err := o.open(b, ad); !errors.Is(err, ErrOpen) {
		t.Errorf("%s: %d bytes were not refused: %v", o.name, b.Size(), err)
	}
}

func TestAnOlderVersionPutBackIsRefused(t *testing.T) {
	t.Parallel()
	c := NewCase()
	at := func(version int) AD { return Bind("org", "case", "item", "message").With(version) }
	old := c.Seal([]byte("version 1"), at(1))
	if _, _, err := c.Open(old, at(2)); !errors.Is(err, ErrOpen) {
		t.Fatal("the row says version 2, the seal says 1")
	}
	// The body of one version cannot be mixed with the key of another either.
	now := c.Seal([]byte("version 2"), at(2))
	if _, _, err := c.Open(Item{Key: now.Key, Body: old.Body}, at(2)); !errors.Is(err, ErrOpen) {
		t.Fatal("mixed versions")
	}
}

// TestASubstitutedPublicKeyIsNoticed: the attacker can write the row, but has no organisation key.
func TestASubstitutedPublicKeyIsNoticed(t *testing.T) {
	t.Parallel()
	org, theirs := NewKey(), NewKey()
	row := func(p Public, version int) AD { return Bind("org", "function", "security").With(version, p) }
	right, wrong := NewPrivate().Public(), NewPrivate().Public()
	mac := org.MAC(row(right, 4))
	if err := org.CheckMAC(mac, row(right, 4)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]struct {
		mac []byte
		ad  AD
	}{
		"another key":             {mac, row(wrong, 4)},
		"another version":         {mac, row(right, 5)},
		"signed by somebody else": {theirs.MAC(row(wrong, 4)), row(wrong, 4)},
		"no MAC":                  {nil, row(right, 4)},
		"cut":                     {mac[:16], row(right, 4)},
		"another row's":           {org.MAC(Bind("org", "function", "duty").With(4, right)), row(right, 4)},
	} {
		if err := org.CheckMAC(bad.mac, bad.ad); !errors.Is(err, ErrMAC) {
			t.Errorf("%s passed", name)
		}
	}
}

// TestADerivedKeyIsNotWhatAMACOrTagShows: one key serves several purposes without mixing them.
func TestADerivedKeyIsNotWhatAMACOrTagShows(t *testing.T) {
	t.Parallel()
	k := NewKey()
	chosen := Bind("varn key", "x").With(Bind(), []byte{1})
	for _, other := range []Key{k.Derive("x"), k.Derive("tag", "x"), k.Derive("mac"), k.Derive("x", ""), k.Derive("", "x")} {
		if bytes.Equal(k.MAC(chosen)[1:], other.Bytes()) {
			t.Fatal("a MAC gives a key away")
		}
	}
	if k.Derive("a", "bc").Equal(k.Derive("a", "b", "c")) || k.Derive("ab").Equal(k.Derive("a", "b")) {
		t.Fatal("contexts run together")
	}
	again := must(KeyFrom(k.Bytes()))
	if k.Tag("a", "x") == k.Tag("b", "x") || k.Tag("a", "x") != again.Tag("a", "x") || len(k.Tag("a", "x")) != 32 {
		t.Fatal("tags are per purpose")
	}
}

// TestHostileCostsAreRefusedBeforeTheyCost: the attacker writes the parameters in the box.
func TestHostileCostsAreRefusedBeforeTheyCost(t *testing.T) {
	t.Parallel()
	org, p, pool := NewKey(), NewPrivate(), NewTestPool()
	b, err := pool.WrapPassphrase(t.Context(), org, "fras", p, AD{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		time, memory uint32
		threads      byte
	}{{1 << 31, 64, 1}, {1, 1 << 31, 1}, {0, 64, 1}, {1, 64, 0}, {1, 0, 1}, {1, 7, 1}, {17, 64, 1}, {1, 1024, 255}, {1, 1 << 19, 1}} {
		raw := b.Bytes()
		binary.BigEndian.PutUint32(raw[1:], c.time)
		binary.BigEndian.PutUint32(raw[5:], c.memory)
		raw[9] = c.threads
		if _, err := pool.OpenPassphrase(t.Context(), org, "fras", NewBox(raw), AD{}); !errors.Is(err, ErrOpen) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, wrong := range []string{"", "Fras", "fras "} {
		if _, err := pool.OpenPassphrase(t.Context(), org, wrong, b, AD{}); !errors.Is(err, ErrOpen) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := pool.OpenPassphrase(t.Context(), NewKey(), "fras", b, AD{}); !errors.Is(err, ErrOpen) {
		t.Error("the organisation key is part of the lock")
	}
}

func TestAFullPoolLetsThoseWaitWhoCan(t *testing.T) {
	t.Parallel()
	pool := NewTestPool()
	if err := pool.slot.Acquire(t.Context(), pool.size); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := pool.WrapPassphrase(ctx, NewKey(), "fras", NewPrivate(), AD{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if NewPool(2).cost.MemoryKiB < 128<<10 {
		t.Fatal("a guess costs at least 128 MiB")
	}
}
