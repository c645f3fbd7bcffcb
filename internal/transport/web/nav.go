package web

import (
	"strings"

	"varn/internal/domain/access"
	"varn/internal/kit/locale"
	"varn/internal/usecase/screen"
)

// navItem is a place in the main menu: shown to whom its need lets in.
type navItem struct {
	Path string
	Text locale.Key
	Need Need
}

type navLink struct {
	Path    string
	Text    locale.Key
	Current bool
}

// menu is the main menu in its order.
func menu() []navItem {
	return []navItem{
		{"/", "nav.start", Public},
		{reportPath, "nav.report", Public},
		{receiptPath, "start.go-receipt", Public},
		{guidePath, "guide_list.title", Public},
		{brochurePath, "brochure.title", Public},
		{contactPath, "contact.title", Public},
		{ownPath, "report_own.title", Identified},
		{planPath, "plan.title", SignedIn},
		{ownExposurePath, "own_exposure.title", SignedIn},
		{ownEntryPath, "own_entry.title", Roles(access.Elected, access.GroupLeader, access.BoardChair)},
		{todayPath, "today.title", SignedIn},
		{casesPath, "nav.cases", SignedIn},
		{lettersPath, "letters.title", SignedIn},
		{agendaPath, "agenda.title", agendaRoles()},
		{safetyPath, "safety.title", Roles(access.SafetyRepresentative)},
		{confirmPath, "confirm_waiting.title", seated{}},
		{destructionPath, "destruction.title", Roles(access.Archivist)},
		{functionsPath, "functions.title", SignedIn},
		{registerPath, "register.title", Roles(access.Registrar)},
		{recordsPath, "letter_records.title", Roles(access.Registrar)},
		{oncallPath, "oncall.title", seated{}},
		{listedPath, "listed.title", Roles(access.HeadOfSecurity)},
		{screeningPath, "screening.title", Roles(screen.Trainers()...)},
		{rulesPath, "rules.title", register()},
		{directoryPath, "directory.title", keepers()},
		{exposurePath, "exposure.title", exposers()},
		{publishPath, "publish.title", publishers()},
		{peoplePath, "people.title", register()},
		{adminPath, "admin.title", administrator()},
	}
}

// nav is the menu as this visitor sees it. An item is current on its own page and those below it.
func (s *Server) nav(r *Request) []navLink {
	var links []navLink
	path := r.HTTP.URL.Path
	for _, item := range s.menu {
		if item.Need.met(r.Session) != welcome {
			continue
		}
		current := path == item.Path || item.Path != "/" && strings.HasPrefix(path, item.Path+"/") ||
			item.Path == casesPath && strings.HasPrefix(path, casePath)
		if item.Path == exposurePath && path == publishPath { // an item of its own
			current = false
		}
		links = append(links, navLink{item.Path, item.Text, current})
	}
	return links
}
