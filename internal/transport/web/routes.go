package web

// Routes is every page there is: method, address, name, who may use it, who answers it.
// The address is the Swedish half of the word list's pair whose English half is the name.
func Routes() []Route {
	return []Route{
		// The frame
		get("/{$}", "start", Public, (*Server).start, kept),
		get("/tillganglighet", "accessibility", Public, (*Server).accessibility, kept),
		get("/personuppgifter", "personal", Public, (*Server).personal, kept),
		get("/om", "about", Public, (*Server).about, kept),
		get("/lamna", "leave", Public, (*Server).leave, bare),
		get("/sprak", "language", Public, (*Server).language, bare),
		get("/static/{name}", "static", Public, (*Server).static, bare),
		get("/healthz", "health", Public, (*Server).health, bare),
		get("/readyz", "ready", Public, (*Server).ready, bare),
		get("/demo/{secret}", "demo", Public, (*Server).demo, bare),
		post("/csp", "csp", Public, (*Server).csp, bare),
	}
}
