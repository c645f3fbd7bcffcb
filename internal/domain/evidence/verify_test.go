package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
)

// logged is a log in memory.
type logged struct {
	signer   note.Signer
	key      string
	tree     audit.Frontier
	leaves   []tlog.Hash
	payloads []Proof
}

func newLog(t testing.TB) *logged {
	t.Helper()
	skey, vkey, err := seal.NewSigningKey("varn.example.se")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return &logged{signer: signer, key: vkey}
}

const org = "org1"

func (l *logged) Leaves(from, to int64) ([]tlog.Hash, error) {
	return slices.Clone(l.leaves[from:to]), nil
}
func (l *logged) Nodes(level int, from, to int64) ([]tlog.Hash, error) {
	return nil, fmt.Errorf("no nodes in so small a log")
}

// log adds an entry and gives its number.
func (l *logged) log(e audit.Entry) int64 {
	seq := l.tree.Size()
	p := Proof{Seq: seq, Ref: audit.Ref(0, seq), Salt: audit.NewSalt(), Payload: e.Encode()}
	leaf := audit.Leaf(org, p.Ref, p.Salt, p.Payload)
	l.tree.Append(leaf)
	l.leaves, l.payloads = append(l.leaves, leaf), append(l.payloads, p)
	return seq
}

func (l *logged) prove(t testing.TB, seq int64, path string) Proof {
	t.Helper()
	p := l.payloads[seq]
	var err error
	p.Path = path
	if p.Hashes, err = tlog.ProveRecord(l.tree.Size(), seq, audit.Reader(l)); err != nil {
		t.Fatal(err)
	}
	return p
}

func (l *logged) point(t testing.TB) []byte {
	t.Helper()
	b, err := audit.Checkpoint{Org: org, Size: l.tree.Size(), Root: l.tree.Root()}.Sign(l.signer)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type part struct {
	name    string
	content []byte
}

// packed makes a package of originals, with the log's key and an older checkpoint.
func packed(t testing.TB, originals ...part) (zipped []byte, l *logged, old []byte) {
	t.Helper()
	l = newLog(t)
	made := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	m := Manifest{ID: ident.New(), Org: org, Case: "2026-ABCD-EFGH", Made: made}
	var b bytes.Buffer
	a := NewArchive(&b, made)
	type filed struct {
		seq  int64
		open *casefile.Origin
	}
	var in []filed
	for i, o := range originals {
		tree := seal.TreeSum(o.content)
		body, err := json.Marshal(casefile.File{Name: o.name, Type: "image/png", Size: int64(len(o.content)), Tree: tree, Object: ident.New()})
		if err != nil {
			t.Fatal(err)
		}
		it := casefile.Item{Org: org, Authority: "a", Case: "c", ID: ident.New(), Kind: casefile.Attachment, Seq: int64(i), KeyVersion: 1, Created: clock.Of(made), Version: 1}
		key := seal.NewCase()
		closed := key.Seal(body, it.AD())
		it.Body = closed.Body
		data, err := key.DataKey(closed, it.AD())
		if err != nil {
			t.Fatal(err)
		}
		seq := l.log(audit.Entry{Act: "item.add", Case: "c", Rows: []audit.Row{{Kind: "item", ID: it.ID, Hash: it.Hash()}}})
		in = append(in, filed{seq, casefile.Lay(it, data)})
		f := File{Path: OriginalPath(i+1, o.name), Size: int64(len(o.content)), SHA256: sha256.Sum256(o.content), Item: it.ID, Name: o.name, Intake: made, Logged: true}
		if len(o.content) > seal.TreeLeaf {
			f.Tree = Sum(tree)
		}
		m.Files = append(m.Files, f)
		must(t, a.Add(f.Path, o.content))
	}
	paper := []byte("%PDF-1.7 underlag")
	must(t, a.Add(PaperName, paper))
	m.Files = append(m.Files, File{Path: PaperName, Size: int64(len(paper)), SHA256: sha256.Sum256(paper)})
	old = l.point(t)
	manifest, err := m.Encode()
	must(t, err)
	must(t, a.Add(ManifestName, manifest))
	seq := l.log(audit.Entry{Act: "case.package", Case: "c", Rows: []audit.Row{{Kind: PackageKind, ID: m.ID, Hash: sha256.Sum256(manifest)}}})
	p := Proofs{Key: l.key, Size: l.tree.Size(), Entries: []Proof{l.prove(t, seq, ManifestName)}}
	for i, one := range in {
		proof := l.prove(t, one.seq, m.Files[i].Path)
		proof.Item = one.open
		p.Entries = append(p.Entries, proof)
	}
	proofs, err := p.Encode()
	must(t, err)
	must(t, a.Add(ProofsName, proofs))
	must(t, a.Add(CheckpointName, l.point(t)))
	must(t, a.Close())
	return b.Bytes(), l, old
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func three() []part {
	return []part{{"hot.png", []byte("bilden")}, {"brev från i går.eml", bytes.Repeat([]byte("brev "), 1000)}, {"film.mp4", bytes.Repeat([]byte("0123456789abcdef"), seal.TreeLeaf/16*5/2)}}
}

func verify(t testing.TB, b []byte, key string) Report {
	t.Helper()
	r, err := Verify(bytes.NewReader(b), int64(len(b)), key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rezip packs an archive anew with another program's ZIP, as whoever changes a package would.
func rezip(t testing.TB, b []byte, change func(name string, content []byte) ([]byte, bool), more ...part) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name string, content []byte) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		must(t, err)
		_, err = f.Write(content)
		must(t, err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		if content, keep := change(f.Name, content); keep {
			add(f.Name, content)
		}
	}
	for _, p := range more {
		add(p.name, p.content)
	}
	must(t, w.Close())
	return out.Bytes()
}

func TestAPackageVerifiesByThePublicKeyAlone(t *testing.T) {
	t.Parallel()
	b, l, _ := packed(t, three()...)
	r := verify(t, b, l.key)
	if !r.OK() || r.Files != 4 || r.Proven != 3 || r.Unproven || r.LogSize != 4 || r.Key == "" {
		t.Fatalf("%+v", r)
	}
	if r := verify(t, b, ""); !r.OK() || !r.Unproven || r.Fingerprint != Fingerprint(l.key) {
		t.Fatalf("with the key that came along: %+v", r)
	}
	other := newLog(t)
	if r := verify(t, b, other.key); r.OK() || r.Findings[0].What != KeyOther {
		t.Fatalf("by another's key: %+v", r)
	}
}

func TestWhatIsWrongWithAPackageIsToldApart(t *testing.T) {
	t.Parallel()
	b, l, old := packed(t, three()...)
	keep := func(_ string, c []byte) ([]byte, bool) { return c, true }
	flip := func(name string) func(string, []byte) ([]byte, bool) {
		return func(n string, c []byte) ([]byte, bool) {
			if n == name {
				c[len(c)/2] ^= 1
			}
			return c, true
		}
	}
	later := *l
	later.log(audit.Entry{Act: "x"})
	swap := func(to []byte) func(string, []byte) ([]byte, bool) {
		return func(n string, c []byte) ([]byte, bool) {
			if n == CheckpointName {
				return to, true
			}
			return c, true
		}
	}
	reworded := func(name, from, to string) func(string, []byte) ([]byte, bool) {
		return func(n string, c []byte) ([]byte, bool) {
			if n == name {
				c = bytes.Replace(c, []byte(from), []byte(to), 1)
			}
			return c, true
		}
	}
	for name, c := range map[string]struct {
		b    []byte
		want Finding
	}{
		"changed":      {rezip(t, b, flip("original/03-film.mp4")), Finding{FileChanged, "original/03-film.mp4"}},
		"paper":        {rezip(t, b, flip(PaperName)), Finding{FileChanged, PaperName}},
		"missing":      {rezip(t, b, func(n string, c []byte) ([]byte, bool) { return c, n != "original/01-hot.png" }), Finding{FileMissing, "original/01-hot.png"}},
		"added":        {rezip(t, b, keep, part{"original/04-till.png", []byte("x")}), Finding{FileAdded, "original/04-till.png"}},
		"old point":    {rezip(t, b, swap(old)), Finding{CheckpointOld, CheckpointName}},
		"later point":  {rezip(t, b, swap(later.point(t))), Finding{CheckpointOther, CheckpointName}},
		"forged point": {rezip(t, b, swap(newLog(t).point(t))), Finding{CheckpointForged, CheckpointName}},
		"manifest":     {rezip(t, b, reworded(ManifestName, "2026-ABCD-EFGH", "2026-ABCD-EFGI")), Finding{ManifestChanged, ManifestName}},
		"intake":       {rezip(t, b, reworded(ProofsName, `"ref": 16,`, `"ref": 17,`)), Finding{ProofWrong, "original/02-brev från i går.eml"}},
		"proofs":       {rezip(t, b, reworded(ProofsName, `"path"`, `"Path"`)), Finding{ProofWrong, ProofsName}},
		"repacked":     {rezip(t, b, keep), Finding{ArchiveChanged, "ZIP"}},
	} {
		if r := verify(t, c.b, l.key); len(r.Findings) != 1 || r.Findings[0] != c.want {
			t.Errorf("%s: %v", name, r.Findings)
		}
	}
	for what := range map[string]bool{FileChanged: true, FileMissing: true, FileAdded: true, CheckpointOld: true} {
		if s := (Finding{what, "x"}).String(); !strings.HasPrefix(s, what+": x: ") || len(s) < 30 {
			t.Error(s)
		}
	}
}

// TestEveryByteCounts flips every byte of a package in turn.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	b, l, _ := packed(t, part{"a.txt", []byte("aaa")})
	for i := range b {
		b[i] ^= 0x20
		if r, err := Verify(bytes.NewReader(b), int64(len(b)), l.key); err == nil && r.OK() {
			t.Fatalf("byte %d of %d can be changed", i, len(b))
		}
		b[i] ^= 0x20
	}
	for _, n := range []int{0, 10, len(b) / 2, len(b) - 1} {
		if _, err := Verify(bytes.NewReader(b[:n]), int64(n), l.key); err == nil {
			t.Errorf("cut at %d it is read", n)
		}
	}
}

// TestOtherProgramsOpenAPackage lets Go's own ZIP and, where they are, unzip and sha256sum read it.
func TestOtherProgramsOpenAPackage(t *testing.T) {
	t.Parallel()
	b, _, _ := packed(t, three()...)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	unzip, err := exec.LookPath("unzip")
	if err != nil {
		t.Fatal("unzip is not here: make need installs it")
	}
	path := filepath.Join(t.TempDir(), "paket.zip")
	must(t, os.WriteFile(path, b, 0o600))
	if out, err := exec.Command(unzip, "-t", path).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestNamesStayWhereTheyAreUnpacked(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "/etc/passwd", "../x", "original/../../x", "a/b/c", `original\x`, "c:x", "original/.", "x\x00", strings.Repeat("x", 500)} {
		if validPath(bad) {
			t.Errorf("%q can stand in a package", bad)
		}
	}
	for _, name := range []string{"../../etc/passwd", "  ", "CON", `a\b:c*?"<>|`, "å.ä.ö", strings.Repeat("å", 300) + ".png", "x." + strings.Repeat("y", 300), ".hidden", "\xff\xfe"} {
		if p := OriginalPath(7, name); !validPath(p) || !strings.HasPrefix(p, "original/07-") || strings.HasSuffix(p, ".") {
			t.Errorf("%q becomes %q", name, p)
		}
	}
}

func TestTheArchiveRefusesTricks(t *testing.T) {
	t.Parallel()
	b, l, _ := packed(t, part{"a.txt", bytes.Repeat([]byte("a"), 100)}, part{"b.txt", bytes.Repeat([]byte("b"), 100)})
	c, err := readArchive(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	end := c.entries[len(c.entries)-1]
	at := end.data + end.size + descriptorSize
	stamp := stampOf(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	again := func(change func([]entry) []entry) []byte {
		return append(slices.Clone(b[:at]), directory(change(slices.Clone(c.entries)), at, stamp)...)
	}
	if r := verify(t, again(func(e []entry) []entry { return e }), l.key); !r.OK() {
		t.Fatalf("the same directory: %+v", r)
	}
	for name, bad := range map[string][]byte{
		"two files share bytes": again(func(e []entry) []entry { e[0].size += 200; return e }),
		"one file twice":        again(func(e []entry) []entry { return append(e, e[0]) }),
		"out of bounds":         again(func(e []entry) []entry { e[1].header = at + 50; return e }),
		"two names":             again(func(e []entry) []entry { e[1].name = "original/09-x.txt"; return e }),
		"leads elsewhere":       again(func(e []entry) []entry { e[1].name = "../x"; return e }),
	} {
		if r, err := Verify(bytes.NewReader(bad), int64(len(bad)), l.key); err == nil && r.OK() {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func FuzzVerify(f *testing.F) {
	b, l, _ := packed(f, part{"a.txt", []byte("aaa")})
	f.Add(b)
	f.Add(b[len(b)-400:])
	f.Add(rezip(f, b, func(n string, c []byte) ([]byte, bool) { return c, true }))
	f.Fuzz(func(t *testing.T, other []byte) {
		r, err := Verify(bytes.NewReader(other), int64(len(other)), l.key)
		if err == nil && r.OK() && !bytes.Equal(b, other) {
			t.Fatal("another package verifies")
		}
	})
}
