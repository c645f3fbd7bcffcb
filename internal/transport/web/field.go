package web

import (
	"slices"
	"time"

	"varn/internal/kit/locale"
)

// Field is one question of a form. Its label is a text key; what was written is Value.
type Field struct {
	Name, Kind string
	Label      locale.Key
	LabelText  string // shown instead: a question that the organisation has written
	HintKey    locale.Key
	Options    []Option
	Required   bool
	Unmarked   bool // optional, and the label does not say so
	Limit      int  // characters
	Rows       int
	// Autocomplete is the HTML token, such as "name" or "current-password".
	Autocomplete string
	Accept       string
	// Single: a file field takes one file.
	Single bool
	// Upload is the address of the resumable upload that files are sent to as they are chosen.
	Upload string
	// Error is set when the field must be mended.
	Error     locale.Key
	ErrorArgs []any
	values    []string
}

// Option is one choice. Text is shown as it is; Key, when set, is looked up instead.
type Option struct {
	Value, Text string
	Key, Hint   locale.Key
}

const (
	textKind     = "text"
	areaKind     = "area"
	passwordKind = "password"
	dateKind     = "date"
	timeKind     = "time"
	selectKind   = "select"
	radiosKind   = "radios"
	checksKind   = "checks"
	checkKind    = "check"
	fileKind     = "file"
	hiddenKind   = "hidden"
)

func field(kind, name string, label locale.Key, limit int) *Field {
	return &Field{Kind: kind, Name: name, Label: label, Limit: limit, Required: true}
}

// Text is one line; at most 200 characters until Max says otherwise.
func Text(name string, label locale.Key) *Field { return field(textKind, name, label, 200) }

// Area is several lines; at most 20,000 characters until Max says otherwise.
func Area(name string, label locale.Key) *Field {
	f := field(areaKind, name, label, 20_000)
	f.Rows = 6
	return f
}

// Email, Phone and Search are single lines for which phones show the right keyboard.
func Email(name string, label locale.Key) *Field { return field("email", name, label, 254) }

// Phone is a telephone number as somebody writes it.
func Phone(name string, label locale.Key) *Field { return field("tel", name, label, 40) }

// Search is what to look for.
func Search(name string, label locale.Key) *Field {
	return field("search", name, label, 200).Optional()
}

// Password is never shown again: neither in the form nor anywhere else.
func Password(name string, label locale.Key) *Field { return field(passwordKind, name, label, 1000) }

// Date is a day, Time a time of day; both as the browser's own pickers send them.
func Date(name string, label locale.Key) *Field { return field(dateKind, name, label, 10) }

// Time is a time of day.
func Time(name string, label locale.Key) *Field { return field(timeKind, name, label, 5) }

// Select is one of many, Radios one of a few, Checks any of a few.
func Select(name string, label locale.Key, options ...Option) *Field {
	return field(selectKind, name, label, 0).From(options)
}

// Radios is one of a few choices that are all in sight.
func Radios(name string, label locale.Key, options ...Option) *Field {
	return field(radiosKind, name, label, 0).From(options)
}

// Checks is any of a few choices.
func Checks(name string, label locale.Key, options ...Option) *Field {
	return field(checksKind, name, label, 0).From(options)
}

// Check is a single yes; Required means that it must be ticked.
func Check(name string, label locale.Key) *Field { return field(checkKind, name, label, 0).Optional() }

// File is one or more files. Its form is sent as multipart and read by r.ReadParts.
func File(name string, label locale.Key) *Field { return field(fileKind, name, label, 0).Optional() }

// One lets a file field take one file alone.
func (f *Field) One() *Field { f.Single = true; return f }

// UploadTo sends each file by the resumable protocol as it is chosen; without script the form
// still sends them itself. Form.Uploads gives the finished ones.
func (f *Field) UploadTo(address string) *Field { f.Upload = address; return f }

// Carried is a value that the form carries along unseen.
func Carried(name string) *Field { return field(hiddenKind, name, "", 4000).Optional() }

// Hint is a sentence under the label.
func (f *Field) Hint(k locale.Key) *Field { f.HintKey = k; return f }

// Max is the most characters that are taken.
func (f *Field) Max(characters int) *Field { f.Limit = characters; return f }

// Optional fields may be left empty, and say so beside their label.
func (f *Field) Optional() *Field { f.Required = false; return f }

// OneOf is optional without saying so: what is asked for is one of several fields, or a choice
// that has a meaning when it is left as it is.
func (f *Field) OneOf() *Field { f.Required, f.Unmarked = false, true; return f }

// Tall gives the rows of an area.
func (f *Field) Tall(rows int) *Field { f.Rows = rows; return f }

// Complete names what the browser may fill in.
func (f *Field) Complete(token string) *Field { f.Autocomplete = token; return f }

// From sets the choices.
func (f *Field) From(options []Option) *Field { f.Options = options; return f }

// ID is the element that the error summary leads to.
func (f *Field) ID() string { return "f-" + f.Name }

// Value is what was written, or the first choice that was made.
func (f *Field) Value() string {
	if len(f.values) == 0 {
		return ""
	}
	return f.values[0]
}

// Shown is the value as the form shows it again: never a password.
func (f *Field) Shown() string {
	if f.Kind == passwordKind {
		return ""
	}
	return f.Value()
}

// Chosen tells whether a choice was made.
func (f *Field) Chosen(value string) bool { return slices.Contains(f.values, value) }

// InputType is the type attribute of a single line.
func (f *Field) InputType() string { return f.Kind }

// Described lists the elements that describe the field, for aria-describedby.
func (f *Field) Described() string {
	s := ""
	if f.HintKey != "" {
		s = f.ID() + "-hint"
	}
	if f.Error != "" {
		if s != "" {
			s += " "
		}
		s += f.ID() + "-error"
	}
	return s
}

// Day reads a date field in Swedish time; false when it is empty.
func (f *Form) Day(name string) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, f.Text(name), locale.Zone())
	return t, err == nil
}
