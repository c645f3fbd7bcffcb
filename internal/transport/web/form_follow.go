package web

import "slices"

// follow takes over what was sent in a form with the same fields but other choices, and what must
// be mended in it.
func (f *Form) follow(sent *Form) {
	f.once, f.version, f.uploads, f.errors = sent.once, sent.version, sent.uploads, sent.errors
	for _, field := range f.fields {
		i := slices.IndexFunc(sent.fields, func(x *Field) bool { return x.Name == field.Name })
		if i < 0 || field.Kind == hiddenKind {
			continue
		}
		old := sent.fields[i]
		field.values, field.Error, field.ErrorArgs = old.values, old.Error, old.ErrorArgs
	}
}
