package web

import (
	"net/url"
	"slices"

	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
)

// Form is declared once, in the page's .go file, and used to show the fields, to read what was
// sent and to say what must be mended:
//
//	func memberForm() *Form {
//		return NewForm(
//			Text("reason", "member.reason").Hint("member.reason-hint").Max(500),
//			Date("until", "member.until").Optional(),
//		)
//	}
//
// In the template: {{template "errors" .Form}} above the heading, then {{template "form-start" .Form}}
// inside <form>, and {{template "field" (.Form.Field "reason")}} for each field.
type Form struct {
	fields []*Field
	errors []fault.Field
	// once makes a double submit harmless: 128 random bits, the write's idempotency key.
	once    string
	version string
	uploads map[string][]string
	sent    url.Values
}

const (
	onceName    = "_once"
	versionName = "_version"
)

// NewForm makes a form of its fields in their order.
func NewForm(fields ...*Field) *Form { return &Form{fields: fields, once: ident.New()} }

// Field finds a field by its name. A name that the form does not have is a mistake in the
// program: it panics, and the template test finds it.
func (f *Form) Field(name string) *Field {
	for _, field := range f.fields {
		if field.Name == name {
			return field
		}
	}
	panic("the form has no field " + name)
}

// Fields lists every field in order.
func (f *Form) Fields() []*Field { return f.fields }

// Set fills a field before the form is shown for the first time.
func (f *Form) Set(name string, values ...string) *Form {
	f.Field(name).values = values
	return f
}

// Once is the idempotency key of this writing.
func (f *Form) Once() string { return f.once }

// Version is the version of the thing that the visitor saw when they began to write.
func (f *Form) Version() string { return f.version }

// Seen records the version that the visitor sees now; it comes back with what they send.
func (f *Form) Seen(version string) *Form {
	f.version = version
	return f
}

// Text is what a field holds, tidied; empty when it was left empty.
func (f *Form) Text(name string) string { return f.Field(name).Value() }

// All is every value of a field that takes several.
func (f *Form) All(name string) []string { return slices.Clone(f.Field(name).values) }

// Checked tells whether a checkbox is ticked.
func (f *Form) Checked(name string) bool { return f.Field(name).Value() != "" }

// Uploads are the addresses of the finished uploads of a file field, as the page sent them along.
func (f *Form) Uploads(name string) []string { return f.uploads[name] }

// Failed tells whether anything must be mended.
func (f *Form) Failed() bool { return f != nil && len(f.errors) > 0 }

// Fail says what must be mended in a field; an empty name means the form as a whole.
func (f *Form) Fail(name string, code locale.Key, args ...any) {
	f.errors = append(f.errors, fault.Field{Name: name, Code: string(code), Args: args})
	if name != "" {
		field := f.Field(name)
		if field.Error == "" {
			field.Error, field.ErrorArgs = code, args
		}
	}
}

// Take keeps an Invalid error from a use case as the form's own, field by field, and tells
// whether it did. Every other error is not the form's to show.
func (f *Form) Take(err error) bool {
	if !fault.Is(err, fault.Invalid) {
		return false
	}
	e := fault.Of(err)
	for _, bad := range e.Fields {
		name := bad.Name
		if !slices.ContainsFunc(f.fields, func(x *Field) bool { return x.Name == name }) {
			name = ""
		}
		f.Fail(name, locale.Key(bad.Code), bad.Args...)
	}
	if len(e.Fields) == 0 {
		f.Fail("", locale.Key(e.Code))
	}
	return true
}

// Problems is the error summary: each with the field to go to.
func (f *Form) Problems() []Problem {
	var list []Problem
	if f == nil {
		return nil
	}
	for _, bad := range f.errors {
		p := Problem{Code: locale.Key(bad.Code), Args: bad.Args}
		if bad.Name != "" {
			field := f.Field(bad.Name)
			p.ID, p.Label = field.ID(), field.Label
		}
		list = append(list, p)
	}
	return list
}

// Problem is one line of the error summary.
type Problem struct {
	ID    string
	Label locale.Key
	Code  locale.Key
	Args  []any
}

// fill takes over what was sent and checks each field.
func (f *Form) fill(sent url.Values) {
	if once := sent.Get(onceName); len(once) >= ident.Length && len(once) <= 64 {
		f.once = once
	}
	if v := sent.Get(versionName); len(v) <= 64 {
		f.version = v
	}
	f.sent = sent
	for _, field := range f.fields {
		f.read(field)
	}
}

// More adds fields that depend on what was sent in the others, and reads them.
func (f *Form) More(fields ...*Field) {
	f.fields = append(f.fields, fields...)
	for _, field := range fields {
		f.read(field)
	}
}

func (f *Form) read(field *Field) {
	if field.Kind == fileKind {
		f.carry(field.Name, f.sent[field.Name+"_upload"])
		return
	}
	if code, args := field.read(f.sent[field.Name]); code != "" {
		f.Fail(field.Name, code, args...)
	}
}

// carry keeps the addresses of uploads: ours only, and not without end.
func (f *Form) carry(name string, addresses []string) {
	if f.uploads == nil {
		f.uploads = map[string][]string{}
	}
	for _, a := range addresses {
		if local(a) && len(f.uploads[name]) < maxParts {
			f.uploads[name] = append(f.uploads[name], a)
		}
	}
}
