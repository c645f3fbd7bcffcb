package extract

import (
	"encoding/binary"
	"strings"
	"testing"
)

// node is an entry of a compound file to be made.
type node struct {
	name  string
	kind  byte
	data  []byte
	under int // the storage it lies in; -1: the root itself
}

// made writes a compound file of 512-byte sectors: every stream is a large one. It is the smallest writer that
// [MS-CFB] allows.
func made(nodes []node) []byte {
	le := binary.LittleEndian
	const none, end = 0xffffffff, 0xfffffffe
	sectors, fat := [][]byte{}, []uint32{}
	add := func(b []byte) uint32 {
		first := uint32(len(sectors))
		for at := 0; at < len(b) || at == 0; at += 512 {
			s := make([]byte, 512)
			copy(s, b[min(at, len(b)):])
			sectors = append(sectors, s)
			fat = append(fat, uint32(len(sectors)))
		}
		fat[len(fat)-1] = end
		return first
	}
	directory := make([]byte, 0, len(nodes)*128)
	for i, n := range nodes {
		e := make([]byte, 128)
		name := utf16le(n.name + "\x00")
		copy(e, name)
		le.PutUint16(e[64:], uint16(len(name)))
		e[66], e[67] = n.kind, 1
		right, down := uint32(none), uint32(none)
		for j := i + 1; j < len(nodes); j++ { // siblings hang to the right of each other
			if nodes[j].under == n.under && n.under >= 0 {
				right = uint32(j)
				break
			}
		}
		for j := range nodes {
			if nodes[j].under == i {
				down = uint32(j)
				break
			}
		}
		le.PutUint32(e[68:], none)
		le.PutUint32(e[72:], right)
		le.PutUint32(e[76:], down)
		le.PutUint32(e[116:], end)
		if n.kind == 2 {
			le.PutUint32(e[116:], add(n.data))
			le.PutUint32(e[120:], uint32(len(n.data)))
		}
		directory = append(directory, e...)
	}
	at := add(directory)
	fatAt := uint32(len(sectors))
	fat = append(fat, 0xfffffffd)
	raw := make([]byte, 512)
	for i := range 128 {
		v := uint32(none)
		if i < len(fat) {
			v = fat[i]
		}
		le.PutUint32(raw[4*i:], v)
	}
	head := make([]byte, 512)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xfffe)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[44:], 1)
	le.PutUint32(head[48:], at)
	le.PutUint32(head[56:], 0) // no stream is small
	le.PutUint32(head[60:], end)
	le.PutUint32(head[68:], end)
	for i := range 109 {
		le.PutUint32(head[76+4*i:], none)
	}
	le.PutUint32(head[76:], fatAt)
	out := head
	for _, s := range sectors {
		out = append(out, s...)
	}
	return append(out, raw...)
}

// message is a letter with a recipient and a file.
func message() []byte {
	return made([]node{
		{"Root Entry", 5, nil, -1},
		{"__substg1.0_0037001F", 2, utf16le("Om Orjan"), 0},
		{"__substg1.0_1000001F", 2, utf16le("Han bor Storgatan 99"), 0},
		{"__substg1.0_0C1F001E", 2, []byte("vera@example.se"), 0},
		{"__recip_version1.0_#00000000", 1, nil, 0},
		{"__substg1.0_39FE001F", 2, utf16le("asa@example.se"), 4},
		{"__attach_version1.0_#00000000", 1, nil, 0},
		{"__substg1.0_3707001F", 2, utf16le("bilaga.txt"), 6},
		{"__substg1.0_37010102", 2, []byte("Bilaga 070-1740605"), 6},
	})
}

func TestAMessageOfOutlookIsRead(t *testing.T) {
	t.Parallel()
	d := Read(Subject{Name: "brev.msg"}, message())
	text, _ := d.Text()
	for _, want := range []string{"Subject: Om Orjan", "Han bor Storgatan 99", "From: vera@example.se", "asa@example.se", "bilaga.txt", "Bilaga 070-1740605"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if d.Format != FormatMSG || len(d.Unread) != 0 {
		t.Errorf("%s %v", d.Format, d.Unread)
	}
	// A directory whose entries hang in a circle, and a stream that is its own next sector.
	circle := message()
	at := 512 + 512*6
	for i := range 9 {
		binary.LittleEndian.PutUint32(circle[min(at+128*i+68, len(circle)-4):], 1)
	}
	if d := Read(Subject{Name: "brev.msg"}, circle); d.Format != FormatMSG {
		t.Errorf("%+v", d)
	}
}

// TestACompoundFileOfARealProgramIsOpened reads the streams of a document that LibreOffice wrote.
func TestACompoundFileOfARealProgramIsOpened(t *testing.T) {
	t.Parallel()
	c, err := openCompound(goldens(t)["brev.doc"])
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	for _, n := range c.children(0) {
		e := c.entries[n]
		if b := c.content(e); len(b) != int(e.size) {
			t.Errorf("%s: %d bytes of %d", e.name, len(b), e.size)
		}
		sizes[e.name] = int(e.size)
	}
	if sizes["WordDocument"] == 0 || sizes["\x05SummaryInformation"] == 0 {
		t.Errorf("%v", sizes)
	}
}
