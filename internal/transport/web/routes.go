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

		// Set-up, signing in, one's own account
		get("/uppsattning", "setup", Public, (*Server).setup),
		post("/uppsattning", "setup", Public, (*Server).setup),
		get("/uppsattning/bekrafta", "setup.confirm", Public, (*Server).setupConfirm),
		post("/uppsattning/bekrafta", "setup.confirm", Public, (*Server).setupConfirm),
		get("/logga-in", "signin", Public, (*Server).signin),
		post("/logga-in", "signin", Public, (*Server).signin),
		post("/logga-in/nyckel/borja", "signin.passkey", Public, scripted((*Server).signinPasskeyBegin)),
		post("/logga-in/nyckel", "signin.passkey", Public, scripted((*Server).signinPasskey)),
		get("/logga-ut", "signout", Public, (*Server).signout),
		post("/logga-ut", "signout", Public, (*Server).signout),
		get("/inbjudan", "enrol", Public, (*Server).enrolStart),
		post("/inbjudan", "enrol", Public, (*Server).enrolStart),
		post("/inbjudan/losenfras", "enrol.passphrase", Public, (*Server).enrolPassphrase),
		post("/inbjudan/nyckel/borja", "enrol.passkey", Public, scripted((*Server).enrolPasskeyBegin)),
		post("/inbjudan/nyckel", "enrol.passkey", Public, scripted((*Server).enrolPasskey)),
		get("/konto", "account", Identified, (*Server).account),
		post("/konto/notiser", "account.notices", Identified, (*Server).accountSeen),
		post("/konto/franvaro", "account.away", Identified, (*Server).accountAway),
		get("/konto/fingeravtryck", "account.fingerprint", SignedIn, (*Server).accountFingerprint),
		get("/konto/losenfras", "account.passphrase", SignedIn, (*Server).accountPassphrase),
		post("/konto/losenfras", "account.passphrase", SignedIn, (*Server).accountPassphrase),
		get("/konto/nyckel", "account.passkey", SignedIn, (*Server).accountPasskey),
		post("/konto/nyckel/borja", "account.passkey", SignedIn, scripted((*Server).accountPasskeyBegin)),
		post("/konto/nyckel", "account.passkey", SignedIn, scripted((*Server).accountPasskeyAdd)),
		get("/konto/nyckel/ta-bort", "account.unlocker", SignedIn, (*Server).accountUnlockerRemove),
		post("/konto/nyckel/ta-bort", "account.unlocker", SignedIn, (*Server).accountUnlockerRemove),
		get("/konto/api-nyckel", "account.token", SignedIn, (*Server).accountToken),
		post("/konto/api-nyckel", "account.token", SignedIn, (*Server).accountToken),
		post("/konto/session/avsluta", "account.session", Identified, (*Server).accountSessionEnd),
		get("/konto/overallt", "account.everywhere", Identified, (*Server).accountSignoutEverywhere),
		post("/konto/overallt", "account.everywhere", Identified, (*Server).accountSignoutEverywhere),
	}
}
