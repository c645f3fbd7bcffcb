package wire

import (
	"context"

	"varn/internal/domain/exposure"
	"varn/internal/domain/listed"
	watching "varn/internal/usecase/exposure"
	listing "varn/internal/usecase/listed"
	"varn/internal/usecase/screen"
)

// listed puts together the list of protected persons, and gives it to those who ask: the watch, and screening,
// which has the weights of each organisation.
func (h *House) listed() {
	h.Listed = &listing.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Look: func(ctx context.Context, org string, list *exposure.List, each func(listed.Mention) error) (listed.Result, error) {
		n, err := h.Exposure.ScanFor(ctx, org, list, func(m watching.Mention) error {
			return each(listed.Mention{Site: m.Site, URL: m.URL, Title: m.Title, Kind: m.Hit.Kind, Value: m.Hit.Value, Context: m.Hit.Context})
		})
		return listed.Result{Sites: n.Sites, Pages: n.Pages, Unread: n.Unread, Missed: n.Missed}, err
	}}
	h.Exposure.Listed, h.Exposure.ListEdition = h.Listed.Of, h.Listed.Edition
	h.Mail.Listed, h.Contact.Listed = h.Listed.Holds, h.Listed.Holds
	h.Screening = &screen.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock}
	h.Mail.Screen, h.Contact.Screen = h.Screening.Screen, h.Screening.Screen
}
