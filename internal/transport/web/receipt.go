package web

import (
	"net/netip"

	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const (
	receiptPath = "/kvitto"
	ownPath     = "/mina-rapporter"
)

// receiptView asks for the code of a receipt (kvitto). The code travels in forms alone: never in an
// address or a cookie.
type receiptView struct {
	Form     *Form
	SignedIn bool
}

func (receiptView) SampleForm() *Form { return receiptForm() }

func receiptForm() *Form {
	return NewForm(Text("receipt", "receipt.code").Hint("receipt.code-hint").Max(100).Complete("off"))
}

func (s *Server) receipt(r *Request) error {
	if r.Organisation.ID == "" {
		return r.Redirect("/")
	}
	return r.Page("receipt.html", receiptView{receiptForm(), r.Session != nil})
}

// receiptAgain answers who comes to an address that only forms are sent to.
func (s *Server) receiptAgain(r *Request) error { return r.Redirect(receiptPath) }

// receiptOpen opens an event by the code.
func (s *Server) receiptOpen(r *Request) error {
	f := receiptForm()
	f.fields = append(f.fields, Carried("act"))
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Text("act") == "language" {
		r.speak(other(r.Lang))
	}
	if f.Failed() {
		return r.Page("receipt.html", receiptView{f, r.Session != nil})
	}
	r.arrive()
	err := s.receiptPage(r, casework.ReceiptAct{Code: f.Text("receipt")}, receiptSaid{})
	return s.receiptRefused(r, f, err)
}

// receiptRefused shows the question again when the code was mistyped or is unknown.
func (s *Server) receiptRefused(r *Request, f *Form, err error) error {
	if fault.Is(err, fault.NotFound) && fault.Of(err).Code == "receipt.unknown" {
		err = fault.In("receipt", "receipt.unknown")
	}
	if err == nil || !f.Take(err) {
		return err
	}
	r.form = f
	return r.Page("receipt.html", receiptView{f, r.Session != nil})
}

// whose completes an act with who does it.
func (s *Server) whose(r *Request, a casework.ReceiptAct) casework.ReceiptAct {
	a.Org, a.Session = r.Organisation.ID, r.sender()
	if s.Desks.From != nil {
		a.From = s.Desks.From(r.HTTP)
	} else {
		a.From = netip.Addr{}
	}
	return a
}

// follow opens the event that an act is about.
func (s *Server) follow(r *Request, a casework.ReceiptAct) (*casework.Followed, error) {
	if a.ReceiptID != "" {
		return s.Desks.Cases.OpenOwn(r.Context(), r.Session, a.ReceiptID)
	}
	a = s.whose(r, a)
	return s.Desks.Cases.OpenReceipt(r.Context(), a.Org, a.Code, a.From)
}

// receiptSaid is what has just been done, or must be mended.
type receiptSaid struct {
	done  locale.Key
	say   *Form
	share *Form
}
