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
	// Checked is when a person last compared the gist with the source.
	Checked time.Time
}

// Paragraphs lists them all.
func Paragraphs() []Paragraph {
	read := day(2026, 11, 21)
	return []Paragraph{
		{
			ID: "DOS 10", SFS: "2018:1937",
			GistSwedish: "Digital service ska uppfylla kraven på tillgänglighet.",
			GistEnglish: "Digital services shall meet the requirements on accessibility.",
			Source:      "https://www.digg.se/kunskap-och-stod/digital-tillganglighet/rattslig-vagledning/7.-ataganden---vilka-ar-kraven",
			Checked:     read,
		},
		{
			ID: "DOS 13", SFS: "2018:1937",
			GistSwedish: "En tillgänglighetsredogörelse ska finnas, med ett sätt att påtala brister som besvaras så snart som möjligt.",
			GistEnglish: "There shall be an accessibility statement, with a way to report shortcomings that is answered as soon as possible.",
			Source:      "https://www.digg.se/kunskap-och-stod/digital-tillganglighet/rattslig-vagledning/7.-ataganden---vilka-ar-kraven",
			Checked:     read,
		},
		{
			ID: "KL 4:18 a", SFS: "2017:725", ValidFrom: day(2025, 7, 1),
			GistSwedish: "Kommunen ska vidta de åtgärder som behövs för att en förtroendevald på heltid eller en betydande del av heltid inte drabbas av ohälsa eller olycksfall på grund av hot och våld, och se till att denne har den utbildning som behövs.",
			GistEnglish: "The municipality shall take the measures needed so that a representative serving full-time, or a considerable part of it, does not suffer ill-health or accident because of threats and violence, and see to it that they have the training they need.",
			Source:      "https://lagen.nu/prop/2024/25:80",
			Checked:     read,
		},
	}
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
