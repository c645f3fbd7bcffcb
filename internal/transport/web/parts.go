package web

import "varn/internal/kit/locale"

// Alert is a message that stands on its own: {{template "alert" (alert "warning" (t "x") (t "y"))}}.
// Color is info, success, warning or danger.
type Alert struct{ Color, Title, Text string }

// Empty is what a list shows when there is nothing in it: what that means, and what to do.
// Without Href there is no button.
type Empty struct{ Title, Text, Href, Button string }

// Tag is a short state in words; the colour only helps. Color is neutral, info, success,
// warning, danger, or empty for the organisation's own.
type Tag struct{ Color, Text string }

// Details is a text that opens under its summary.
type Details struct{ Summary, Text string }

// Stepper shows how far one has come. Now counts from 1.
type Stepper struct {
	Now   int
	Steps []locale.Key
}

// Pager leads through a long list by cursor. An empty address shows no link.
type Pager struct{ First, Next string }

// Table is a list of like things; at 390 px each row becomes a card.
type Table struct {
	Caption string
	Columns []string
	Rows    []Row
}

// Row is one thing of a table. The first cell is its heading.
type Row []Cell

// Cell is a text, a link when Href is set, or a tag when Color is set.
type Cell struct{ Text, Href, Color string }

// Confirm is the page that asks before something that can't be taken back: r.Page("confirm.html", Confirm{…}).
type Confirm struct {
	// Heading asks; Text says what will happen and to whom.
	Heading, Text string
	// Action is where the answer is posted, Button what it does in words ("Avsluta medlemskapet").
	Action, Button string
	// Danger colours the button; Back is where "no" leads.
	Danger bool
	Back   string
	Hidden []Hidden
}

// Hidden is a value that a form carries along unseen.
type Hidden struct{ Name, Value string }

// With numbers the columns' names to the cells, for the cards' labels.
func (t Table) With(i int) string {
	if i < len(t.Columns) {
		return t.Columns[i]
	}
	return ""
}
