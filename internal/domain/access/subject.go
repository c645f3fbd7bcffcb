package access

import (
	"slices"

	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Scope is what an API token may do; a browser session has every scope.
type Scope string

// The scopes of tokens. None of them touches unlockers, tokens, members or exports.
const (
	ScopeReadCases  Scope = "cases:read"
	ScopeWriteCases Scope = "cases:write"
	ScopeReadAdmin  Scope = "admin:read"
	ScopeSend       Scope = "send"
)

// Scopes lists every scope that a token can carry.
func Scopes() []Scope { return []Scope{ScopeReadCases, ScopeWriteCases, ScopeReadAdmin, ScopeSend} }

// SessionKind tells a browser's session from a program's token.
type SessionKind string

// The kinds of session. A guest has no account: they report, and come back with a receipt.
const (
	Browser SessionKind = "browser"
	Token   SessionKind = "token"
	Guest   SessionKind = "guest"
)

// Session is who acts, and the key they unlocked. Key is nil for somebody who is only
// identified (by OpenID Connect): they may send, and open nothing.
type Session struct {
	Org    string
	ID     string
	Kind   SessionKind
	Person string
	Name   string
	Lang   string
	// Roles are the confirmed ones that hold now.
	Roles []Role
	// Functions are the ids of the functions held now.
	Functions []string
	// Scopes is set for tokens only.
	Scopes []Scope
	// Assurance is the level that the identity provider stated, if one was used.
	Assurance string
	Expires   clock.Stamp
	Key       *seal.Private
}

// Has tells whether the subject holds one of the roles.
func (s *Session) Has(roles ...Role) bool {
	if s == nil {
		return false
	}
	for _, r := range roles {
		if slices.Contains(s.Roles, r) {
			return true
		}
	}
	return false
}

// Holds tells whether the subject holds the function.
func (s *Session) Holds(function string) bool {
	return s != nil && slices.Contains(s.Functions, function)
}

// May tells whether the session's scopes cover an act; only tokens are narrowed.
func (s *Session) May(scope Scope) bool {
	if s == nil || s.Kind == Guest {
		return false
	}
	return s.Kind != Token || slices.Contains(s.Scopes, scope)
}

// GuestOf is the session of somebody without an account, under the id that their visit has.
func GuestOf(org, visit string) *Session { return &Session{Org: org, ID: visit, Kind: Guest} }

// Account tells whether somebody is known, and no guest.
func (s *Session) Account() bool { return s != nil && s.Kind != Guest && s.Person != "" }

// Unlocked tells whether the subject's own key is at hand.
func (s *Session) Unlocked() bool { return s != nil && s.Key != nil }
