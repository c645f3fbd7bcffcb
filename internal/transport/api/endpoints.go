package api

import (
	"net/http"

	"varn/internal/domain/access"
)

// Endpoints is everything that the API answers.
func Endpoints() []Endpoint {
	read := Need{scope: access.ScopeReadCases}
	write := Need{scope: access.ScopeWriteCases}
	send := Need{scope: access.ScopeSend}
	admin := Need{scope: access.ScopeReadAdmin, roles: []access.Role{access.Administrator, access.HeadOfSecurity}}
	return []Endpoint{
		{http.MethodGet, "/me", "me", "Who the token stands for", Need{}, reading((*Server).me)},
		{http.MethodGet, "/sessions", "sessions", "Your own sessions and tokens", Need{}, reading((*Server).sessions)},
		{http.MethodPost, "/sessions/end", "session-end", "End the token that is used", Need{}, writing(http.StatusOK, (*Server).endSession)},

		{http.MethodGet, "/authorities", "authorities", "The organisation's authorities", Need{}, reading((*Server).authorities)},
		{http.MethodGet, "/units", "units", "The organisation's units", Need{}, reading((*Server).units)},
		{http.MethodGet, "/functions", "functions", "The functions with their contact cards", Need{}, reading((*Server).functions)},
		{http.MethodGet, "/people", "people", "The register of people, for those who keep it", admin, reading((*Server).people)},

		{http.MethodGet, "/cases", "cases", "The cases in whose circle you sit", read, reading((*Server).cases)},
		{http.MethodPost, "/cases", "case-create", "Open a case with a circle", send, writing(http.StatusCreated, (*Server).createCase)},
		{http.MethodGet, "/cases/{ref}", "case", "A case laid open; the opening is logged", read, reading((*Server).readCase)},
		{http.MethodGet, "/cases/{ref}/openings", "case-openings", "Who has opened the case, and what was done", read, reading((*Server).openings)},
		{http.MethodPost, "/cases/{ref}/attachments", "case-attach", "Seal finished uploads into a case", write, writing(http.StatusCreated, (*Server).attach)},
		{http.MethodOptions, "/uploads", "upload-about", "What the upload protocol (tus 1.0) can do here", Need{public: true}, streaming},
		{http.MethodPost, "/uploads", "upload-create", "Begin an upload", write, streaming},
		{http.MethodHead, "/uploads/{address}", "upload-progress", "How far an upload has come", write, streaming},
		{http.MethodPatch, "/uploads/{address}", "upload-append", "Send the next part of an upload", write, streaming},
		{http.MethodDelete, "/uploads/{address}", "upload-drop", "Break an upload off", write, streaming},
		{http.MethodPost, "/cases/{ref}/messages", "case-message", "Seal a message into a case", write, writing(http.StatusCreated, (*Server).addMessage)},
	}
}
