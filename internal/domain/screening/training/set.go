package training

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Encode writes examples as one JSON object a line.
func Encode(set []Example) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	for _, one := range set {
		if err := e.Encode(one); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// Only gives the examples of some parts.
func Only(set []Example, parts ...Part) []Example {
	var out []Example
	for _, e := range set {
		if slices.Contains(parts, e.Part) {
			out = append(out, e)
		}
	}
	return out
}
