package api

import (
	"net/http"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/usecase/publish"
)

// Endpoints is everything that the API answers.
func Endpoints() []Endpoint {
	read := Need{scope: access.ScopeReadCases}
	write := Need{scope: access.ScopeWriteCases}
	send := Need{scope: access.ScopeSend}
	anyone := Need{anyone: true}
	admin := Need{scope: access.ScopeReadAdmin, roles: []access.Role{access.Administrator, access.HeadOfSecurity}}
	return []Endpoint{
		{http.MethodGet, "/me", "me", "Who the token stands for", Need{}, reading((*Server).me)},
		{http.MethodGet, "/sessions", "sessions", "Your own sessions and tokens", Need{}, reading((*Server).sessions)},
		{http.MethodPost, "/sessions/end", "session-end", "End the token that is used", Need{}, writing(http.StatusOK, (*Server).endSession)},

		{http.MethodGet, "/authorities", "authorities", "The organisation's authorities", Need{}, reading((*Server).authorities)},
		{http.MethodGet, "/units", "units", "The organisation's units", Need{}, reading((*Server).units)},
		{http.MethodGet, "/functions", "functions", "The functions with their contact cards", Need{}, reading((*Server).functions)},
		{http.MethodGet, "/people", "people", "The register of people, for those who keep it", admin, reading((*Server).people)},

		{http.MethodGet, "/directory", "directory", "The public directory: bodies, people and what they hold", Need{public: true}, exporting(export{"application/json", asJSON})},
		{http.MethodGet, "/directory/popolo.json", "directory-popolo", "The public directory by the Popolo schema", Need{public: true}, exporting(export{"application/json", directory.Popolo})},
		{http.MethodGet, "/directory/schema.jsonld", "directory-schema", "The public directory by schema.org", Need{public: true}, exporting(export{"application/ld+json", directory.JSONLD})},
		{http.MethodGet, "/directory/people.csv", "directory-csv", "The public directory as a sheet: a line for each assignment", Need{public: true}, exporting(export{"text/csv; charset=utf-8", directory.CSV})},
		{http.MethodGet, "/directory/people.vcf", "directory-vcard", "The people of the public directory as vCard 4.0", Need{public: true}, exporting(export{"text/vcard; charset=utf-8", asCards})},

		{http.MethodPost, "/exposure/check", "exposure-check", "Look a document through before it is published; nothing is kept", Need{roles: publish.Publishers()}, checking},

		{http.MethodPost, "/reports", "report-file", "Report an event; the answer holds the receipt, which is shown once", anyone, writing(http.StatusCreated, (*Server).fileReport)},
		{http.MethodPost, "/receipts/open", "receipt-open", "How a report stands, its messages, and who has opened it", anyone, writing(http.StatusOK, (*Server).openReceipt)},
		{http.MethodPost, "/receipts/messages", "receipt-message", "Write to those who have a report", anyone, writing(http.StatusCreated, (*Server).receiptMessage)},

		{http.MethodGet, "/today", "today", "What waits for you: counts, and the lines of a section", read, reading((*Server).today)},
		{http.MethodGet, "/cases", "cases", "The cases in whose circle you sit", read, reading((*Server).cases)},
		{http.MethodPost, "/cases", "case-create", "Open a case with a circle", send, writing(http.StatusCreated, (*Server).createCase)},
		{http.MethodGet, "/cases/{ref}", "case", "A case laid open; the opening is logged", read, reading((*Server).readCase)},
		{http.MethodGet, "/cases/{ref}/openings", "case-openings", "Who has opened the case, and what was done", read, reading((*Server).openings)},
		{http.MethodPost, "/cases/{ref}/attachments", "case-attach", "Seal finished uploads into a case", write, writing(http.StatusCreated, (*Server).attach)},
		{http.MethodOptions, "/uploads", "upload-about", "What the upload protocol (tus 1.0) can do here", Need{public: true}, streaming},
		{http.MethodPost, "/uploads", "upload-create", "Begin an upload; without a token there is a quota", anyone, streaming},
		{http.MethodHead, "/uploads/{address}", "upload-progress", "How far an upload has come", anyone, streaming},
		{http.MethodPatch, "/uploads/{address}", "upload-append", "Send the next part of an upload", anyone, streaming},
		{http.MethodDelete, "/uploads/{address}", "upload-drop", "Break an upload off", anyone, streaming},
		{http.MethodPost, "/cases/{ref}/messages", "case-message", "Seal a message into a case; whoever reported may read it", write, writing(http.StatusCreated, (*Server).addMessage)},
		{http.MethodPost, "/cases/{ref}/notes", "case-note", "Seal a note that the circle alone reads", write, writing(http.StatusCreated, (*Server).addNote)},
		{http.MethodPost, "/cases/{ref}/take", "case-take", "I take it: nobody more is woken", write, writing(http.StatusOK, (*Server).takeCase)},
		{http.MethodPost, "/cases/{ref}/transitions", "case-move", "Take a case a step on in its life-cycle", write, writing(http.StatusOK, (*Server).moveCase)},
		{http.MethodPost, "/cases/{ref}/tasks", "case-task", "Give somebody in the circle a task, or say how one stands", write, writing(http.StatusCreated, (*Server).putTask)},
		{http.MethodPost, "/cases/{ref}/reported", "case-reported", "Note to whom the event was reported, or why not", write, writing(http.StatusCreated, (*Server).track)},
		{http.MethodGet, "/cases/{ref}/obligations", "case-obligations", "What law and decisions ask for in a case, and how it stands", read, reading((*Server).obligations)},
		{http.MethodPost, "/cases/{ref}/obligations", "case-obligation", "Start or stop the clock of an obligation", write, writing(http.StatusOK, (*Server).answerObligation)},
		{http.MethodGet, "/cases/{ref}/assessments", "case-assessments", "The assessments of a case, as far as you may see them, and which level holds", read, reading((*Server).assessments)},
		{http.MethodPost, "/cases/{ref}/assessments", "case-assess", "Save your own assessment, or finish it", write, writing(http.StatusOK, (*Server).assess)},
		{http.MethodPost, "/cases/{ref}/assessments/first", "case-assess-see", "See a first assessment that waits: you can then not be the second", write, writing(http.StatusOK, (*Server).seeFirst)},
		{http.MethodPost, "/cases/{ref}/assessments/settlement", "case-assess-settle", "Say which level holds and why, or why there is no second assessor", write, writing(http.StatusOK, (*Server).settleAssessment)},
		{http.MethodGet, "/cases/{ref}/measures", "case-measures", "What is done to protect, and the support after", read, reading((*Server).measures)},
		{http.MethodPost, "/cases/{ref}/measures", "case-measure", "Decide on a measure, or say anew how it stands", write, writing(http.StatusOK, (*Server).orderMeasure)},
		{http.MethodPost, "/cases/{ref}/support", "case-support", "Set up the support after, or note that a contact was made", write, writing(http.StatusOK, (*Server).support)},
		{http.MethodPost, "/cases/{ref}/references", "case-reference", "Note the event's number in another system", write, writing(http.StatusCreated, (*Server).addReference)},
		{http.MethodGet, "/cases/{ref}/members", "case-members", "Who sits in the circle, and why", read, reading((*Server).members)},
		{http.MethodPost, "/cases/{ref}/members", "case-member", "Refused: a circle is changed by a person who has signed in", write, writing(http.StatusCreated, (*Server).addMember)},
	}
}
