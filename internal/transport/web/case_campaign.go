package web

import (
	"slices"
	"time"

	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// caseCampaignView is the time line of a campaign (kampanj): the cases that one case gathers.
type caseCampaignView struct {
	Ref, Href   string
	Cases       []campaignLine
	First, Last time.Time
}

type campaignLine struct {
	Href, Ref    string
	Opened       time.Time
	StateKey     locale.Key
	Color        string
	Urgency      locale.Key
	UrgencyColor string
}

// caseCampaign shows the cases of a campaign that the visitor may know of, in the order in which they
// came in.
func (s *Server) caseCampaign(r *Request) error {
	ref := r.Path("ref")
	joined, err := s.Desks.Cases.Relations(r.Context(), r.Session, ref)
	if err != nil {
		return err
	}
	view := caseCampaignView{Ref: ref, Href: casePath + ref}
	for _, j := range joined {
		if j.Kind != casework.InCampaign || j.Into {
			continue
		}
		line := campaignLine{Href: casePath + j.Ref, Ref: j.Ref, Opened: j.Opened.Time()}
		line.StateKey, line.Color = stateOf(j.State)
		line.Urgency, line.UrgencyColor = urgencyOf(j.Urgency)
		view.Cases = append(view.Cases, line)
	}
	slices.SortFunc(view.Cases, func(a, b campaignLine) int { return a.Opened.Compare(b.Opened) })
	if n := len(view.Cases); n > 0 {
		view.First, view.Last = view.Cases[0].Opened, view.Cases[n-1].Opened
	}
	r.Title(r.Text("case_campaign.title") + " – " + ref)
	return r.Page("case_campaign.html", view)
}
