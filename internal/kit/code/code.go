// Package code keeps closed lists of codes: which are known, how a wrong one is refused without
// being repeated, and which text names each.
package code

import (
	"encoding/json"
	"slices"
	"strings"

	"varn/internal/kit/fault"
)

// Unknown refuses a code that is not in the list. The refusal carries the known ones and never
// the one that was sent: it may hold content.
func Unknown[C ~string](field string, known []C) fault.Field {
	return fault.Field{Name: field, Code: "field.unknown-code", Args: []any{Join(known)}}
}

// One tells what is wrong with a code that may be left out.
func One[C ~string](field string, c C, known []C) []fault.Field {
	if c == "" || slices.Contains(known, c) {
		return nil
	}
	return []fault.Field{Unknown(field, known)}
}

// Many tells what is wrong with several codes: one that is unknown, or more than there are.
func Many[C ~string](field string, codes, known []C) []fault.Field {
	if len(codes) > len(known) {
		return []fault.Field{{Name: field, Code: "field.too-many", Args: []any{len(known)}}}
	}
	for _, c := range codes {
		if !slices.Contains(known, c) {
			return []fault.Field{Unknown(field, known)}
		}
	}
	return nil
}

// Set gives the codes of a list once each, in the list's order; what is unknown is kept last, so
// that a check still finds it.
func Set[C ~string](codes, known []C) []C {
	var out []C
	for _, k := range known {
		if slices.Contains(codes, k) {
			out = append(out, k)
		}
	}
	for _, c := range codes {
		if c != "" && !slices.Contains(known, c) {
			out = append(out, c)
		}
	}
	return out
}

// Join lists codes as an answer spells them.
func Join[C ~string](codes []C) string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = string(c)
	}
	return strings.Join(all, ", ")
}

// Term is the key of the text that names a code: group "incident.form" and code NEGATIVE_DECISION
// give "incident.form.negative-decision". A text with "-text" after it explains the code.
func Term[C ~string](group string, c C) string {
	return group + "." + strings.ReplaceAll(strings.ToLower(string(c)), "_", "-")
}

// Terms are the keys of a whole list, in its order.
func Terms[C ~string](group string, list []C) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = Term(group, c)
	}
	return out
}

// List is several codes in JSON, where one alone may stand without brackets.
type List[C ~string] []C

// UnmarshalJSON reads ["A","B"], "A" or null.
func (l *List[C]) UnmarshalJSON(raw []byte) error {
	*l = nil
	var one *C
	if json.Unmarshal(raw, &one) == nil {
		if one != nil && *one != "" {
			*l = List[C]{*one}
		}
		return nil
	}
	var many []C
	if err := json.Unmarshal(raw, &many); err != nil {
		return err
	}
	*l = many
	return nil
}
