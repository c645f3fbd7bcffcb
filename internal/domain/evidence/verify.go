package evidence

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sync/errgroup"

	"varn/internal/domain/audit"
	"varn/internal/kit/seal"
)

// What can be wrong with a package; the list is closed.
const (
	FileChanged      = "file_changed"      // other bytes than the manifest says
	FileMissing      = "file_missing"      // the manifest names it and the package has it not
	FileAdded        = "file_added"        // the package has it and the manifest names it not
	FilePacked       = "file_packed"       // stored in another way than Värn does
	ManifestChanged  = "manifest_changed"  // another manifest than the log knows
	ArchiveChanged   = "archive_changed"   // a byte that belongs to no file
	KeyOther         = "key_other"         // the package names another key than the one given
	CheckpointForged = "checkpoint_forged" // not signed by the log's key
	CheckpointOld    = "checkpoint_old"    // signed before the package was made
	CheckpointOther  = "checkpoint_other"  // not the one that the proofs were made for
	ProofWrong       = "proof_wrong"       // an entry does not stand in the log, or does not say this
	ProofMissing     = "proof_missing"     // the manifest promises one
)

// Finding is one thing that is wrong, with the name of what fails.
type Finding struct {
	What string `json:"what"`
	File string `json:"file"`
}

// String is the line that is printed.
func (f Finding) String() string {
	said := map[string]string{
		FileChanged: "has been changed: its bytes are not those of the manifest", FileMissing: "is missing from the package",
		FileAdded: "has been added: the manifest does not name it", FilePacked: "has been packed anew by another program and is not checked",
		ManifestChanged: "is not the manifest that the log knows", ArchiveChanged: "has been changed outside the files",
		KeyOther: "names another log key than the one given", CheckpointForged: "is not signed by the log's key",
		CheckpointOld: "is an old checkpoint, signed before the package was made", CheckpointOther: "is not the checkpoint that the proofs belong to",
		ProofWrong: "is not what the log's entry says, or the entry does not stand in the log", ProofMissing: "has no proof of its intake, and the manifest promises one",
	}
	return fmt.Sprintf("%s: %s: %s", f.What, f.File, said[f.What])
}

// Report is the outcome of a verification.
type Report struct {
	ID     string    `json:"id"`
	Org    string    `json:"org"`
	Case   string    `json:"case"`
	Made   time.Time `json:"made,omitzero"`
	Files  int       `json:"files"`
	Bytes  int64     `json:"bytes"`
	Proven int       `json:"proven"` // originals whose intake stands in the log
	Erased int       `json:"erased"` // originals whose entry retention had erased
	// Key names the log's key, with its fingerprint. Unproven: it came with the package, and proves
	// nothing until somebody has compared it.
	Key         string    `json:"key"`
	Fingerprint string    `json:"fingerprint"`
	Unproven    bool      `json:"unproven"`
	LogSize     int64     `json:"log_size"`
	Findings    []Finding `json:"findings"`
}

// OK tells that nothing is wrong.
func (r Report) OK() bool { return len(r.Findings) == 0 }

func (r *Report) find(what, file string) { r.Findings = append(r.Findings, Finding{what, file}) }

// Verify verifies a package offline. key is the log's public key, as text; empty: the one that came
// with the package, which the report calls unproven. An error says that it is no package that can
// be read; what is wrong with it stands in the report.
func Verify(r io.ReaderAt, size int64, key string) (Report, error) {
	report := Report{Findings: []Finding{}}
	c, err := readArchive(r, size)
	if err != nil {
		return report, err
	}
	raw, m, err := manifestOf(c)
	if err != nil {
		report.find(ManifestChanged, ManifestName)
	}
	report.ID, report.Org, report.Case, report.Made = m.ID, m.Org, m.Case, m.Made
	if err == nil {
		if err := report.files(c, m); err != nil {
			return report, err
		}
	}
	report.proofs(c, m, raw, key)
	if !c.ours && report.OK() {
		report.find(ArchiveChanged, "ZIP")
	}
	return report, nil
}

func manifestOf(c *contents) ([]byte, Manifest, error) {
	e, ok := c.find(ManifestName)
	if !ok {
		return nil, Manifest{}, unreadable("it has no " + ManifestName)
	}
	raw, ok := c.small(e, maxManifest)
	if !ok {
		return nil, Manifest{}, unreadable("its manifest is too long")
	}
	m, err := decodeManifest(raw)
	return raw, m, err
}

// files holds every file against the manifest, on every core.
func (r *Report) files(c *contents, m Manifest) error {
	known := []string{ManifestName, ProofsName, CheckpointName}
	for _, f := range m.Files {
		known = append(known, f.Path)
	}
	seen := map[string]bool{}
	for _, e := range c.entries {
		if !slices.Contains(known, e.name) || seen[e.name] {
			r.find(FileAdded, e.name)
		}
		seen[e.name] = true
	}
	bad := make([]string, len(m.Files))
	group := errgroup.Group{}
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range m.Files {
		e, ok := c.find(f.Path)
		switch {
		case !ok:
			bad[i] = FileMissing
		case !e.stored:
			bad[i] = FilePacked
		case e.size != f.Size:
			bad[i] = FileChanged
		default:
			r.Files++
			r.Bytes += e.size
			group.Go(func() error {
				same, err := c.same(e, f)
				if !same {
					bad[i] = FileChanged
				}
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, f := range m.Files {
		if bad[i] != "" {
			r.find(bad[i], f.Path)
		}
	}
	return nil
}

// same reads a file once, into both its sums.
func (c *contents) same(e entry, f File) (bool, error) {
	plain, sum := sha256.New(), uint32(0)
	var tree *seal.TreeHash
	if !f.Tree.IsZero() {
		tree = seal.NewTreeHash()
	}
	buffer := make([]byte, 256<<10)
	for at := int64(0); at < e.size; {
		part := buffer[:min(int64(len(buffer)), e.size-at)]
		if err := readFull(c.r, part, e.data+at); err != nil {
			return false, err
		}
		if tree != nil {
			_, _ = tree.Write(part)
		}
		plain.Write(part)
		sum = crc32.Update(sum, crc32.IEEETable, part)
		at += int64(len(part))
	}
	if tree != nil && Sum(tree.Sum(nil)) != f.Tree {
		return false, nil
	}
	return Sum(plain.Sum(nil)) == f.SHA256 && sum == e.crc, nil
}

// proofs holds the manifest and the originals against the log.
func (r *Report) proofs(c *contents, m Manifest, manifest []byte, key string) {
	e, _ := c.find(ProofsName)
	raw, _ := c.small(e, maxProofs)
	p, err := decodeProofs(raw)
	if err != nil {
		r.find(ProofWrong, ProofsName)
		return
	}
	if r.Unproven = key == ""; r.Unproven {
		key = p.Key
	} else if key != p.Key {
		r.find(KeyOther, ProofsName)
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		r.find(ProofWrong, ProofsName)
		return
	}
	r.Key, r.Fingerprint = fmt.Sprintf("%s+%08x", verifier.Name(), verifier.KeyHash()), Fingerprint(key)
	e, _ = c.find(CheckpointName)
	signed, _ := c.small(e, maxCheckpoint)
	point, _, err := audit.OpenCheckpoint(signed, verifier)
	switch {
	case err != nil:
		r.find(CheckpointForged, CheckpointName)
		return
	case point.Size < p.Size:
		r.find(CheckpointOld, CheckpointName)
		return
	case point.Size != p.Size, m.Org != "" && point.Org != m.Org:
		r.find(CheckpointOther, CheckpointName)
		return
	}
	r.LogSize = point.Size
	r.entries(m, manifest, p, point)
}

func (r *Report) entries(m Manifest, manifest []byte, p Proofs, point audit.Checkpoint) {
	by := map[string]Proof{}
	for _, one := range p.Entries {
		by[one.Path] = one
	}
	made, ok := by[ManifestName]
	entry, stands := made.stands(point)
	switch hash, named := names(entry, PackageKind, m.ID); {
	case !ok:
		r.find(ProofMissing, ManifestName)
	case !stands:
		r.find(ProofWrong, ManifestName)
	case !named || hash != sha256.Sum256(manifest):
		if !slices.Contains(r.Findings, Finding{ManifestChanged, ManifestName}) {
			r.find(ManifestChanged, ManifestName)
		}
	}
	for _, f := range m.Files {
		one, ok := by[f.Path]
		switch {
		case f.Item == "":
		case !f.Logged:
			r.Erased++
		case !ok:
			r.find(ProofMissing, f.Path)
		case !one.says(f, point):
			r.find(ProofWrong, f.Path)
		default:
			r.Proven++
		}
	}
}

// says tells whether an entry of the log shows that a file came in as the manifest says.
func (p Proof) says(f File, point audit.Checkpoint) bool {
	entry, stands := p.stands(point)
	if !stands || p.Item == nil {
		return false
	}
	hash, named := names(entry, "item", p.Item.ID)
	if !named || p.Item.ID != f.Item || hash != p.Item.Item().Hash() {
		return false
	}
	sealed := p.Item.File()
	want := f.Tree
	if want.IsZero() {
		want = f.SHA256
	}
	return sealed != nil && sealed.Size == f.Size && sealed.Name == f.Name && string(sealed.Tree) == string(want[:]) &&
		f.Intake.Equal(p.Item.Item().Created.Time())
}
