package paper

import "fmt"

// element is one node of the structure tree; its children are elements and marked content.
type element struct {
	role, attr string
	kids       []any // *element or content
}

// content is a marked sequence on a page.
type content struct{ page, id int }

func (d *Doc) open(role string) *element {
	e := &element{role: role}
	parent := d.stack[len(d.stack)-1]
	parent.kids = append(parent.kids, e)
	d.stack = append(d.stack, e)
	return e
}

func (d *Doc) close() { d.stack = d.stack[:len(d.stack)-1] }

func (d *Doc) in(role string, write func()) {
	d.open(role)
	write()
	d.close()
}

// artifact draws what is no part of the text.
func (d *Doc) artifact(draw func()) {
	d.pdf.RawWriteStr("/Artifact BMC")
	draw()
	d.pdf.RawWriteStr("EMC")
}

// marked draws content of the present element.
func (d *Doc) marked(draw func()) {
	e, page := d.stack[len(d.stack)-1], d.pdf.PageNo()
	id := d.marks[page]
	d.marks[page]++
	e.kids = append(e.kids, content{page, id})
	d.parents[page] = append(d.parents[page], e)
	d.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", e.role, id))
	draw()
	d.pdf.RawWriteStr("EMC")
}
