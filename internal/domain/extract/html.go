package extract

import "io"

// HTML reads a page as a stream and gives its words part by part, and its links at the end. charset is what the
// server said; empty: what the page says itself.
func HTML(r io.Reader, charset string, emit func(Part)) ([]string, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxContent))
	if err != nil {
		return nil, err
	}
	emit(Part{Place: PlaceText, Text: string(b)})
	return nil, nil
}
