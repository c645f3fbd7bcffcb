package wire

import "net/http"

// Handler is everything that is served at the listening address: pages and API.
func (h *House) Handler(demo bool) (http.Handler, error) {
	pages, err := h.Web(demo)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	return mux, nil
}

// SetUpCode is the one-time code that set-up asks for; it lives in this process alone.
func (h *House) SetUpCode() string { return h.setUp }
