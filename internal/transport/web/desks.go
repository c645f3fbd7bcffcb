package web

import (
	"net/http"
	"net/netip"

	"varn/internal/usecase/casework"
	"varn/internal/usecase/contact"
	"varn/internal/usecase/directory"
	"varn/internal/usecase/enrol"
	"varn/internal/usecase/exposure"
	"varn/internal/usecase/founding"
	listing "varn/internal/usecase/listed"
	"varn/internal/usecase/mailroom"
	"varn/internal/usecase/oncall"
	"varn/internal/usecase/once"
	"varn/internal/usecase/operate"
	"varn/internal/usecase/people"
	"varn/internal/usecase/publish"
	"varn/internal/usecase/registry"
	"varn/internal/usecase/rule"
	"varn/internal/usecase/screen"
	"varn/internal/usecase/signin"
)

// Desks are the use cases that the pages call.
type Desks struct {
	Founding  *founding.Desk
	People    *people.Desk
	Enrol     *enrol.Desk
	SignIn    *signin.Desk
	Cases     *casework.Desk
	Once      *once.Desk
	Operate   *operate.Desk
	Rule      *rule.Desk
	OnCall    *oncall.Desk
	Registry  *registry.Desk
	Directory *directory.Desk
	Contact   *contact.Desk
	Mail      *mailroom.Desk
	Exposure  *exposure.Desk
	Publish   *publish.Desk
	Listed    *listing.Desk
	Screening *screen.Desk
	// Origin is the address that visitors use, for links that leave the page.
	Origin string
	// Demo lets the demo's links in; never set outside it.
	Demo bool
	// From is the visitor's own address, behind proxies that are trusted.
	From func(*http.Request) netip.Addr
}
