package web

import (
	"context"
	"encoding/json"

	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// receiptAct does what whoever reported can still do: write more, object, take back, share. By the
// code it answers with the page; signed in it goes back to one's own.
func (s *Server) receiptAct(r *Request) error {
	r.arrive()
	switch r.Path("act") {
	case "skriv":
		return s.receiptSay(r)
	case "dela":
		return s.receiptShare(r)
	case "invand":
		return s.receiptDeclare(r, s.Desks.Cases.ObjectByReceipt)
	case "ta-tillbaka":
		return s.receiptDeclare(r, s.Desks.Cases.WithdrawByReceipt)
	}
	return s.unknown(r)
}

// receiptSay adds a text, and perhaps files.
func (s *Server) receiptSay(r *Request) error {
	f := NewForm(sayFields(nil)...)
	files, err := s.readFiles(r, f)
	if err != nil {
		return err
	}
	a := s.whose(r, casework.ReceiptAct{Code: f.Text("receipt"), ReceiptID: r.Path("id"), Ref: f.Text("ref"), Text: f.Text("text"), Uploads: files.all()})
	if !f.Failed() && a.Text == "" && len(a.Uploads) == 0 {
		f.Fail("text", "case.nothing")
	}
	if f.Failed() {
		return s.receiptMend(r, a, receiptSaid{say: f})
	}
	body, err := json.Marshal([]any{a.Ref, a.Text, files.before})
	if err != nil {
		return err
	}
	_, replayed, err := s.Desks.Once.Do(r.Context(), r.ask(f, body), func(ctx context.Context) ([]byte, error) {
		return nil, s.Desks.Cases.SayByReceipt(ctx, a)
	})
	if replayed {
		s.drop(r, files)
	}
	if err != nil && f.Take(err) {
		return s.receiptMend(r, a, receiptSaid{say: f})
	}
	return s.receiptDone(r, a, err)
}

// receiptShare lets the party read a text, which can't be taken back.
func (s *Server) receiptShare(r *Request) error {
	f := NewForm(shareFields()...)
	if err := s.readPlain(r, f); err != nil {
		return err
	}
	a := s.whose(r, casework.ReceiptAct{Code: f.Text("receipt"), ReceiptID: r.Path("id")})
	if !f.Failed() {
		_, _, err := s.Desks.Once.Do(r.Context(), r.ask(f, []byte(f.Text("party_text"))), func(ctx context.Context) ([]byte, error) {
			ref, err := s.Desks.Cases.ShareWithParty(ctx, a, f.Text("party_text"))
			return []byte(ref), err
		})
		if err == nil || !f.Take(err) {
			return s.receiptDone(r, a, err)
		}
	}
	return s.receiptMend(r, a, receiptSaid{share: f})
}

// receiptDeclare objects to a view or takes it back.
func (s *Server) receiptDeclare(r *Request, act func(context.Context, casework.ReceiptAct) error) error {
	f := NewForm(Carried("receipt"), Carried("ref"))
	if err := s.readPlain(r, f); err != nil {
		return err
	}
	a := s.whose(r, casework.ReceiptAct{Code: f.Text("receipt"), ReceiptID: r.Path("id"), Ref: f.Text("ref")})
	_, _, err := s.Desks.Once.Do(r.Context(), r.ask(f, []byte(a.Ref)), func(ctx context.Context) ([]byte, error) {
		return nil, act(ctx, a)
	})
	return s.receiptDone(r, a, err)
}

// readPlain reads a form without files on a route that could take them.
func (s *Server) readPlain(r *Request, f *Form) error {
	_, err := s.readFiles(r, f)
	return err
}

// receiptDone shows what stands now.
func (s *Server) receiptDone(r *Request, a casework.ReceiptAct, err error) error {
	if err != nil {
		return s.receiptRefused(r, receiptForm(), err)
	}
	if a.ReceiptID != "" {
		return r.Redirect(ownPath + "/" + a.ReceiptID + "?klart=" + r.Path("act"))
	}
	r.form = nil
	return s.receiptRefused(r, receiptForm(), s.receiptPage(r, a, receiptSaid{done: receiptDid(r.Path("act"))}))
}

// receiptMend shows the page with a form that must be mended.
func (s *Server) receiptMend(r *Request, a casework.ReceiptAct, said receiptSaid) error {
	return s.receiptRefused(r, receiptForm(), s.receiptPage(r, a, said))
}

// receiptDid is what an act has done, in words; empty for one that is unknown.
func receiptDid(act string) locale.Key {
	switch act {
	case "skriv":
		return "receipt.said"
	case "dela":
		return "receipt.shared"
	case "invand":
		return "receipt.objected"
	case "ta-tillbaka":
		return "receipt.withdrawn"
	}
	return ""
}
