// Package law lists every paragraph that the program cites: what it says in short, from when to
// when it holds, where it was read and when that was last checked.
package law

import (
	"slices"
	"time"
)

// Paragraph is one paragraph of a Swedish statute.
type Paragraph struct {
	// ID is how code and pages cite it: "KL 4:18 a" is 4 kap. 18 a § kommunallagen.
	ID string
	// SFS is the statute's number in Svensk författningssamling.
	SFS                      string
	GistSwedish, GistEnglish string
	// ValidFrom and ValidTo bound when it holds, as whole days; the zero time is no bound that
	// the program needs to know.
	ValidFrom, ValidTo time.Time
	Source             string
	// Checked is when the gist was last compared with the source; Standing is how.
	Checked  time.Time
	Standing Standing
}

// Standing tells how far a paragraph was checked.
type Standing string

// The standings.
const (
	// Read: the text was read in full.
	Read Standing = "read"
	// Reported: an authority's or a bill's account of it was read.
	Reported Standing = "reported"
	// Header: only the number, the date and what was changed could be read.
	Header Standing = "header"
	// Unverified: general knowledge. A page says so, and that the municipality's lawyer is to be asked.
	Unverified Standing = "unverified"
)

// Sure tells whether a page may state the gist without asking for the lawyer.
func (p Paragraph) Sure() bool { return p.Standing == Read || p.Standing == Reported }

// Paragraphs lists them all.
func Paragraphs() []Paragraph {
	return slices.Concat(municipal(), environment(), publicity(), secrecy(), accessibility())
}

// Find gives the paragraph with the ID as it holds on a day: the day of the event, not today.
func Find(id string, on time.Time) (Paragraph, bool) {
	list := Paragraphs()
	i := slices.IndexFunc(list, func(p Paragraph) bool { return p.ID == id && p.holds(on) })
	if i < 0 {
		return Paragraph{}, false
	}
	return list[i], true
}

func (p Paragraph) holds(on time.Time) bool {
	return !on.Before(p.ValidFrom) && (p.ValidTo.IsZero() || !on.After(p.ValidTo))
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
