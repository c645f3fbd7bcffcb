package paper

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var errForm = errors.New("paper: the writer of PDF has written another form than it did")

// Bytes closes the document and gives it, with its structure tree. The same content and time give
// the same bytes. No conformance is claimed in it: nothing here could test such a claim.
func (d *Doc) Bytes(made time.Time) ([]byte, error) {
	made = made.UTC()
	d.pdf.SetCreationDate(made)
	d.pdf.SetModificationDate(made)
	d.pdf.SetXmpMetadata([]byte(d.metadata(made)))
	var b bytes.Buffer
	if err := d.pdf.Output(&b); err != nil {
		return nil, err
	}
	f, err := parseObjects(b.Bytes())
	if err != nil {
		return nil, err
	}
	if err := d.structure(f); err != nil {
		return nil, err
	}
	return f.write(), nil
}

func (d *Doc) metadata(made time.Time) string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	at := made.Format("2006-01-02T15:04:05Z")
	return `<?xpacket begin="` + "\uFEFF" + `" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">` +
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + escape.Replace(d.title) + `</rdf:li></rdf:Alt></dc:title>` +
		`<dc:language><rdf:Bag><rdf:li>` + d.Lang() + `</rdf:li></rdf:Bag></dc:language>` +
		`<xmp:CreateDate>` + at + `</xmp:CreateDate><xmp:ModifyDate>` + at + `</xmp:ModifyDate><xmp:CreatorTool>Värn</xmp:CreatorTool><pdf:Producer>Värn</pdf:Producer>` +
		`</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
}

// objects are the numbered objects of a file, without "obj" and "endobj".
type objects struct {
	all  [][]byte // by number; 0 is none
	root int
	info int
}

var (
	pageRef  = regexp.MustCompile(`(\d+) 0 R`)
	rootRef  = regexp.MustCompile(`/Root (\d+) 0 R`)
	infoRef  = regexp.MustCompile(`/Info (\d+) 0 R`)
	kidsList = regexp.MustCompile(`/Kids \[([^\]]*)\]`)
)

// parseObjects takes a file apart by its own table of offsets, never by looking into streams.
func parseObjects(src []byte) (*objects, error) {
	at := bytes.LastIndex(src, []byte("startxref"))
	if at < 0 {
		return nil, errForm
	}
	start, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(src[at+len("startxref"):])), "%%EOF")))
	if err != nil || start <= 0 || start >= len(src) {
		return nil, errForm
	}
	lines := strings.Split(string(src[start:]), "\n")
	n := 0
	if _, err := fmt.Sscanf(lines[1], "0 %d", &n); err != nil || n < 3 || len(lines) < n+3 {
		return nil, errForm
	}
	offsets := make([]int, n)
	for i := 1; i < n; i++ {
		if _, err := fmt.Sscanf(lines[2+i], "%d", &offsets[i]); err != nil || offsets[i] >= start {
			return nil, errForm
		}
	}
	f := &objects{all: make([][]byte, n)}
	for i := 1; i < n; i++ {
		end := start
		for _, other := range offsets {
			if other > offsets[i] && other < end {
				end = other
			}
		}
		_, body, ok := bytes.Cut(src[offsets[i]:end], []byte("\n"))
		if !ok {
			return nil, errForm
		}
		f.all[i] = bytes.TrimSuffix(bytes.TrimRight(body, "\n"), []byte("endobj"))
	}
	trailer := strings.Join(lines[2+n:], "\n")
	for ref, to := range map[*regexp.Regexp]*int{rootRef: &f.root, infoRef: &f.info} {
		m := ref.FindStringSubmatch(trailer)
		if m == nil {
			return nil, errForm
		}
		if *to, err = strconv.Atoi(m[1]); err != nil || *to >= n {
			return nil, errForm
		}
	}
	return f, nil
}

func (f *objects) add() int {
	f.all = append(f.all, nil)
	return len(f.all) - 1
}

// pages gives the numbers of the pages' objects.
func (f *objects) pages() ([]int, error) {
	kids := kidsList.FindSubmatch(f.all[1])
	if kids == nil {
		return nil, errForm
	}
	var out []int
	for _, m := range pageRef.FindAllSubmatch(kids[1], -1) {
		n, err := strconv.Atoi(string(m[1]))
		if err != nil || n >= len(f.all) || !bytes.Contains(f.all[n], []byte("<</Type /Page")) {
			return nil, errForm
		}
		out = append(out, n)
	}
	return out, nil
}

// structure adds the tree, and says in every page and in the catalogue that it is there.
func (d *Doc) structure(f *objects) error {
	pages, err := f.pages()
	if err != nil {
		return err
	}
	for i, p := range pages {
		f.all[p] = bytes.Replace(f.all[p], []byte("<</Type /Page"), fmt.Appendf(nil, "<</Type /Page /StructParents %d /Tabs /S", i), 1)
	}
	root, parents := f.add(), f.add()
	numbers := map[*element]int{}
	var number func(*element)
	number = func(e *element) {
		numbers[e] = f.add()
		for _, k := range e.kids {
			if child, ok := k.(*element); ok {
				number(child)
			}
		}
	}
	number(d.root)
	var emit func(e *element, parent int)
	emit = func(e *element, parent int) {
		var b bytes.Buffer
		fmt.Fprintf(&b, "<</Type /StructElem /S /%s /P %d 0 R %s/K [", e.role, parent, e.attr)
		for _, k := range e.kids {
			switch k := k.(type) {
			case *element:
				fmt.Fprintf(&b, "%d 0 R ", numbers[k])
				emit(k, numbers[e])
			case content:
				fmt.Fprintf(&b, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", pages[k.page-1], k.id)
			}
		}
		b.WriteString("]>>\n")
		f.all[numbers[e]] = b.Bytes()
	}
	emit(d.root, root)
	var nums bytes.Buffer
	for i := range pages {
		fmt.Fprintf(&nums, "%d [", i)
		for _, e := range d.parents[i+1] {
			fmt.Fprintf(&nums, "%d 0 R ", numbers[e])
		}
		nums.WriteString("] ")
	}
	f.all[parents] = fmt.Appendf(nil, "<</Nums [%s]>>\n", nums.String())
	f.all[root] = fmt.Appendf(nil, "<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>\n", numbers[d.root], parents, len(pages))
	catalog := bytes.Replace(f.all[f.root], []byte("/Type /Catalog"),
		fmt.Appendf(nil, "/Type /Catalog /MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /ViewerPreferences <</DisplayDocTitle true>>", root), 1)
	if bytes.Equal(catalog, f.all[f.root]) {
		return errForm
	}
	f.all[f.root] = catalog
	return nil
}

func (f *objects) write() []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(f.all))
	for i := 1; i < len(f.all); i++ {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i, bytes.TrimRight(f.all[i], "\n"))
	}
	id := fmt.Sprintf("%x", sha256.Sum256(out.Bytes()))[:32]
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(f.all))
	for i := 1; i < len(f.all); i++ {
		fmt.Fprintf(&out, "%010d 00000 n \n", offsets[i])
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n", len(f.all), f.root, f.info, id, id, start)
	return out.Bytes()
}
