package audit

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

type keys struct {
	signer   note.Signer
	verifier note.Verifier
}

func newKeys(t testing.TB, name string) keys {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return keys{signer, verifier}
}

// export makes a log of n entries with a checkpoint after each tenth.
func export(t testing.TB, k keys, org string, n int) (text []byte, newest []byte) {
	t.Helper()
	var b bytes.Buffer
	x, err := NewExporter(&b, org)
	if err != nil {
		t.Fatal(err)
	}
	var tree Frontier
	for seq := range int64(n) {
		s := Sealed{Seq: seq, Ref: Ref(0, seq), Salt: NewSalt(), Payload: Entry{Act: "x", Actor: fmt.Sprint(seq)}.Encode()}
		s.Leaf = Leaf(org, s.Ref, s.Salt, s.Payload)
		if err := x.Entry(s); err != nil {
			t.Fatal(err)
		}
		tree.Append(s.Leaf)
		if tree.Size()%10 == 0 {
			if newest, err = (Checkpoint{Org: org, Size: tree.Size(), Root: tree.Root()}).Sign(k.signer); err != nil {
				t.Fatal(err)
			}
			if err := x.Checkpoint(tree.Size(), string(newest)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), newest
}

func TestAnExportIsVerifiedByThePublicKeyAlone(t *testing.T) {
	t.Parallel()
	k := newKeys(t, "varn.example.se")
	text, newest := export(t, k, "org1", 25)
	r, err := VerifyExport(bytes.NewReader(text), Trust{Key: k.verifier, Held: [][]byte{newest}})
	if err != nil || !r.OK() || r.Size != 25 || r.Checkpoints != 2 || r.Unsigned != 5 {
		t.Fatalf("%v %+v", err, r)
	}
	other := newKeys(t, "varn.example.se")
	r, err = VerifyExport(bytes.NewReader(text), Trust{Key: other.verifier})
	if err != nil || r.OK() || r.Findings[0].What != CheckpointForged {
		t.Fatalf("by another's key: %v %+v", err, r)
	}
}

func TestAnExportThatIsCutOrRenamedIsFound(t *testing.T) {
	t.Parallel()
	k := newKeys(t, "varn.example.se")
	text, newest := export(t, k, "org1", 30)
	lines := strings.SplitAfter(string(text), "\n")
	cut := strings.Join(lines[:15], "")
	r, err := VerifyExport(strings.NewReader(cut), Trust{Key: k.verifier, Held: [][]byte{newest}})
	if err != nil || r.OK() || r.Findings[0].What != TailMissing || r.Findings[0].To != 29 {
		t.Errorf("cut: %v %+v", err, r.Findings)
	}
	renamed := strings.Replace(string(text), `"org":"org1"`, `"org":"org2"`, 1)
	if r, err := VerifyExport(strings.NewReader(renamed), Trust{Key: k.verifier}); err != nil || r.OK() {
		t.Errorf("renamed: %v", err)
	}
	for name, bad := range map[string]string{"empty": "", "another file": "{}\n", "half a line": string(text[:len(text)-20]), "a newer version": `{"varn_log":2,"org":"o"}`} {
		if _, err := VerifyExport(strings.NewReader(bad), Trust{Key: k.verifier}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestCheckpointsAreOfOneForm(t *testing.T) {
	t.Parallel()
	k := newKeys(t, "varn.example.se")
	c := Checkpoint{Org: "org1", Size: 7, Root: [32]byte{9}}
	signed, err := c.Sign(k.signer)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := OpenCheckpoint(signed, k.verifier); err != nil || got != c {
		t.Fatalf("%v %+v", err, got)
	}
	for _, text := range []string{"", "varn/log/o\n7\n", "varn/log/o\n07\n" + strings.Repeat("A", 43) + "=\n", "varn/log/o\n7\nAAAA\n", "other/o\n7\n" + strings.Repeat("A", 43) + "=\n"} {
		if _, err := parseCheckpoint(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	witness := newKeys(t, "revision.example.se")
	theirs, err := c.Sign(witness.signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenCheckpoint(theirs, k.verifier, witness.verifier); err == nil {
		t.Error("a checkpoint that only the witness signed")
	}
}

func FuzzVerifyExport(f *testing.F) {
	k := newKeys(f, "varn.example.se")
	text, _ := export(f, k, "org1", 12)
	f.Add(text)
	f.Add([]byte(`{"varn_log":1,"org":"o"}` + "\n" + `{"seq":-5,"ref":-1,"leaf":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := VerifyExport(bytes.NewReader(b), Trust{Key: k.verifier})
		if err == nil && r.OK() && r.Checkpoints > 0 && !bytes.Contains(b, []byte("varn.example.se")) {
			t.Fatal("verified without a signature")
		}
	})
}
