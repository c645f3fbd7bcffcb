package exposure

// Finding is a hit as it is printed: one JSON object a line, and in the API. Value is the masked
// form, and Context is masked too, unless they are revealed.
type Finding struct {
	Source     string  `json:"source"`
	Page       int     `json:"page"` // from 1; 0 where there are no pages
	Kind       Kind    `json:"kind"`
	Value      string  `json:"value"`
	Masked     string  `json:"masked"`
	Start      int64   `json:"start"`
	End        int64   `json:"end"`
	Context    string  `json:"context"`
	Confidence float64 `json:"confidence"`
	Reason     string  `json:"reason"`
	Listed     bool    `json:"listed"`
	Rule       string  `json:"rule"`
}

// Finding makes the hit one of a source and page; reason is the text of Why(h.Rule).
func (h Hit) Finding(source string, page int, reason string, reveal bool) Finding {
	f := Finding{
		Source: source, Page: page, Kind: h.Kind, Value: h.Value, Masked: h.Masked(), Start: h.Start, End: h.End,
		Context: h.Context, Confidence: h.Confidence, Reason: reason, Listed: h.Listed, Rule: h.Rule,
	}
	if !reveal {
		f.Value, f.Context = f.Masked, h.MaskedContext
	}
	return f
}
