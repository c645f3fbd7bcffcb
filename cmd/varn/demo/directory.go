package demo

import (
	"context"

	"golang.org/x/sync/errgroup"

	"varn/internal/domain/directory"
	usedirectory "varn/internal/usecase/directory"
)

// elect fills the public directory: bodies, representatives with and without accounts, a policy, one whose
// address points onwards and one under an alias.
func (w *town) elect(ctx context.Context) error {
	kajsa, err := w.as(ctx, w.byName["Kajsa Ordbrink"])
	if err != nil {
		return err
	}
	d := w.h.Directory
	term := directory.Term{Name: "2026–2030", From: "2026-10-15", Until: "2030-10-14"}
	if err := d.SaveSettings(ctx, kajsa, directory.Settings{Domain: mailDomain, PointerDays: 90, Terms: []directory.Term{{Name: "2022–2026", From: "2022-10-15", Until: "2026-10-14"}, term},
		Parties: []string{"Exempelstads väl", "Framtidspartiet", "Landsbygdens röst", "Samlingslistan"}, Embed: []string{"https://www.exempelstad.example.se"}}, 0); err != nil {
		return err
	}
	bodies := map[string]string{}
	for _, b := range []struct {
		short     string
		authority int
		body      directory.Body
	}{
		{"KF", 0, directory.Body{Name: "Kommunfullmäktige", Kind: directory.Council, Text: "Kommunens högsta beslutande organ. Sammanträdena är öppna för alla."}},
		{"KS", 0, directory.Body{Name: "Kommunstyrelsen", Kind: directory.Executive, Text: "Leder och samordnar kommunens verksamhet.", Letters: true}},
		{"SN", 1, directory.Body{Name: "Socialnämnden", Kind: directory.Board, Text: "Ansvarar för socialtjänsten.", Letters: true, Exposed: true}},
		{"BUN", 2, directory.Body{Name: "Barn- och utbildningsnämnden", Kind: directory.Board, Text: "Ansvarar för förskola och skola.", Letters: true}},
	} {
		b.body.Authority = w.authority[b.authority]
		if b.body.Letters {
			b.body.Person = w.byName["Cecilia Rydvall"].id
		}
		if bodies[b.short], err = d.EnterBody(ctx, kajsa, b.body); err != nil {
			return err
		}
	}
	if err := d.DecidePolicy(ctx, kajsa, bodies["SN"], directory.Decided{Policy: directory.Policy{directory.Phone: directory.Never, directory.Photo: directory.Never, directory.Link: directory.Never},
		Decision: "SN 2026/0210", Why: "Ledamöterna har fått hot efter beslut om omhändertaganden."}); err != nil {
		return err
	}
	var left string // the id of who will have left
	all, side := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for _, one := range []struct {
		name, party, district, phone string
		seats                        []string // body and role
	}{
		{"Asta Lindvik", "Framtidspartiet", "Norra valkretsen", "070-1740651", []string{"KF", "Ledamot"}},
		{"Gustav Ekerö", "Framtidspartiet", "Norra valkretsen", "070-1740652", []string{"KF", "Ledamot", "KS", "Ledamot"}},
		{"Birgit Sandvall", "Samlingslistan", "Södra valkretsen", "070-1740653", []string{"KF", "Ledamot", "SN", "Ordförande"}},
		{"Petra Åhlund", "Framtidspartiet", "Södra valkretsen", "", []string{"KF", "Ersättare"}},
		{"Agnes Björkfors", "Framtidspartiet", "Norra valkretsen", "070-1740654", []string{"KF", "Ordförande"}},
		{"Albin Torsvall", "Samlingslistan", "Södra valkretsen", "", []string{"KF", "Ledamot", "BUN", "Ordförande"}},
		{"Alma Kvistedal", "Exempelstads väl", "Norra valkretsen", "", []string{"KF", "Ledamot", "BUN", "Ledamot"}},
		{"Anders Hällgren", "Landsbygdens röst", "Södra valkretsen", "", []string{"KF", "Ledamot", "KS", "Ordförande"}},
		{"Annika Rosmark", "Framtidspartiet", "Norra valkretsen", "", []string{"KF", "Ledamot", "SN", "Ledamot"}},
		{"Arvid Sjöholt", "Samlingslistan", "Södra valkretsen", "", []string{"KF", "Vice ordförande", "KS", "Vice ordförande"}},
		{"Britta Lundevik", "Exempelstads väl", "Norra valkretsen", "", []string{"SN", "Ersättare"}},
		{"Carin Mossberga", "Landsbygdens röst", "Södra valkretsen", "", []string{"KF", "Ledamot"}},
		{"Alva Strandberg", "", "", "", []string{"KF", "Ledamot", "SN", "Ledamot"}}, // an alias
	} {
		var seats []usedirectory.Seat
		for i := 0; i < len(one.seats); i += 2 {
			seats = append(seats, usedirectory.Seat{Body: bodies[one.seats[i]], Role: one.seats[i+1], From: term.From, Until: term.Until})
		}
		r := directory.Representative{Name: one.name, Party: one.party, District: one.district, Phone: one.phone}
		if one.party == "" {
			r.Protection = directory.Marked
		} else {
			r.Person = w.byName[one.name].id
		}
		all.Go(func() error {
			id, err := d.OnBoard(side, kajsa, r, seats)
			if one.name == "Carin Mossberga" {
				left = id
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for _, name := range []string{"Asta Lindvik", "Agnes Björkfors"} {
		s, err := w.as(ctx, w.byName[name])
		if err != nil {
			return err
		}
		if err := d.GiveConsent(ctx, s, directory.Phone); err != nil {
			return err
		}
	}
	if err := d.End(ctx, kajsa, left); err != nil {
		return err
	}
	_, err = d.Conform(ctx, kajsa)
	return err
}
