package demo

import (
	"bytes"
	"context"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/agenda"
	"varn/internal/domain/casefile"
	"varn/internal/usecase/casework"
)

// threatMail is the mail of the story whose words it has.
const threatMail = "Received: from utpost.example.se by post.exempelstad.example.se; %DATE%\r\n" +
	"Authentication-Results: post.exempelstad.example.se; spf=pass smtp.mailfrom=example.se; dkim=none; dmarc=none\r\n" +
	"From: =?utf-8?q?En_som_f=C3=B6ljer_er?= <orolig.skattebetalare@example.se>\r\nTo: birgit.sandvall@example.se\r\nSubject: =?utf-8?q?Inf=C3=B6r_n=C3=A4mnden?=\r\n" +
	"Date: %DATE%\r\nMessage-ID: <20260504.1@utpost.example.se>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
	"Hej Birgit.\r\n\r\nOm nämnden säger nej så vet ni vad som händer. Fin trappa du har, förresten.\r\n"

// prove keeps a mail as evidence, byte for byte, in the case that it belongs to.
func (w *town) prove(ctx context.Context, s *access.Session, ref string) error {
	now := w.h.Clock.Now()
	raw := bytes.ReplaceAll([]byte(threatMail), []byte("%DATE%"), []byte(now.Format(time.RFC1123Z)))
	u, err := w.h.Cases.BeginUpload(ctx, s, casework.NewUpload{Name: "Inför nämnden.eml", Type: "message/rfc822", Length: int64(len(raw))})
	if err != nil {
		return err
	}
	if _, err := w.h.Cases.AppendUpload(ctx, w.org, casework.Appending{Address: u.Secret, Length: -1, Size: int64(len(raw)), Body: bytes.NewReader(raw)}); err != nil {
		return err
	}
	_, err = w.h.Cases.AddEvidence(ctx, s, ref, casefile.Card{Kind: casefile.Mail, From: "Birgit Sandvall, vidarebefordrat som bilaga", Why: "Hotet står i mejlet, och avsändarens server."}, []string{u.Secret})
	return err
}

// meet goes through the agenda of the next meeting, whose hardest point two see differently.
func (w *town) meet(ctx context.Context) error {
	cecilia, err := w.as(ctx, w.byName["Cecilia Rydvall"])
	if err != nil {
		return err
	}
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	points, err := agenda.ReadPoints("§ 41 Detaljplan för kvarteret Ekorren\n§ 42 Tillsyn av en förskola\n§ 43 Taxor för nästa år\n§ 44 Delegationsbeslut")
	if err != nil {
		return err
	}
	ref, err := w.h.Cases.OpenAgenda(ctx, cecilia, casework.NewAgenda{Title: "Kommunstyrelsen i december", Authority: w.authority[0], Functions: []string{w.functions["security"]}, Points: points,
		Sorted: map[string]agenda.Level{points[0].ID: agenda.High, points[1].ID: agenda.Moderate, points[2].ID: agenda.Low, points[3].ID: agenda.Low}})
	if err != nil {
		return err
	}
	for _, one := range []struct {
		who  *access.Session
		all  agenda.Level
		why  string
		high agenda.Statement
	}{{cecilia, agenda.Low, "Grannarna har varit sakliga hittills.", agenda.Stakes}, {head, agenda.Moderate, "Två av dem som skrivit brukar komma till mötet.", agenda.Signs}} {
		j := agenda.Judgement{Point: points[0].ID, Grades: map[agenda.Statement]agenda.Level{}, Conflict: agenda.High, Complexity: agenda.Moderate, Why: one.why}
		for _, st := range agenda.Statements() {
			j.Grades[st] = one.all
		}
		j.Grades[one.high] = agenda.High
		if err := w.h.Cases.WeighAgenda(ctx, one.who, ref, agenda.Entry{Judged: &j}); err != nil {
			return err
		}
	}
	return w.h.Cases.WeighAgenda(ctx, head, ref, agenda.Entry{Plan: &agenda.Plan{Point: points[0].ID, Text: "Vakt i entrén. Allmänheten sitter till vänster, ledamöterna går ut den andra vägen. Ordföranden säger först hur beslutet kan överklagas."}})
}
