package web

import (
	"varn/internal/domain/casefile"
	"varn/internal/domain/routing"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// receiptFollowView is an event as whoever reported it sees it.
type receiptFollowView struct {
	Form  *Form // to write more
	Share *Form // to let the party know; nil when that is not possible
	// Base is where the acts are posted; Code is carried by each form, and empty for one's own.
	Base, Code string
	Concerned  bool
	Seen       casework.Followed
	Views      []receiptOne
	Carried    []carriedFile
	Done       locale.Key
	Guest      bool
	MostFiles  int
	MostBytes  int // MiB
	Plain      int64
}

// receiptOne is one receiver's view, with how much is to be shown of it.
type receiptOne struct {
	casework.FollowedView
	Color string
	// Ring: nobody has taken it, so that the numbers stand first.
	Ring bool
	// Police: a package, that nobody follows up.
	Police bool
}

func (receiptFollowView) SampleForm() *Form {
	return NewForm(append(sayFields(nil), shareFields()...)...)
}

func sayFields(views []Option) []*Field {
	ref := Radios("ref", "receipt.to", views...).OneOf()
	return []*Field{Carried("receipt"), ref,
		Area("text", "receipt.text").Max(casefile.MaxMessage).Tall(4).OneOf(),
		File("files", "report.files").OneOf().UploadTo(uploadPath)}
}

func shareFields() []*Field {
	return []*Field{Carried("receipt"), Area("party_text", "report.party-text").Hint("receipt.party-hint").Tall(5)}
}

// receiptPage opens the event and shows it. That it was opened is in the log before the first byte.
func (s *Server) receiptPage(r *Request, a casework.ReceiptAct, said receiptSaid) error {
	seen, err := s.follow(r, a)
	if err != nil {
		return err
	}
	view := receiptFollowView{Base: receiptPath, Code: a.Code, Seen: *seen, Concerned: seen.Role == casefile.Concerned, Done: said.done,
		Guest: r.Session == nil, MostFiles: casework.GuestFiles, MostBytes: casework.GuestBytes >> 20, Plain: plainLimit}
	if a.ReceiptID != "" {
		view.Base = ownPath + "/" + a.ReceiptID
	}
	var options []Option
	for _, v := range seen.Views {
		options = append(options, Option{Value: v.Ref, Key: locale.Key(v.Kind.Term())})
		view.Views = append(view.Views, receiptOne{v, statusColor(v.Status), v.Status == casefile.Unopened || v.Status == casefile.Seen, v.Kind == routing.PoliceView})
	}
	view.Form = s.saying(r, a, NewForm(sayFields(options)...), said.say)
	if len(seen.Views) > 0 && said.say == nil {
		view.Form.Set("ref", seen.Views[0].Ref)
	}
	if seen.CanShare {
		view.Share = s.saying(r, a, NewForm(shareFields()...), said.share)
	}
	if view.Carried, err = s.carried(r, view.Form); err != nil {
		return err
	}
	r.steps = a.Code != ""
	return r.Page("receipt_follow.html", view)
}

// saying gives a form the code, and what was written in it if it must be mended.
func (s *Server) saying(r *Request, a casework.ReceiptAct, f, sent *Form) *Form {
	if sent != nil {
		f.follow(sent)
		r.form = f
	}
	return f.Set("receipt", one(a.Code)...)
}

func statusColor(s casefile.Status) string {
	switch s {
	case casefile.Unopened, casefile.Seen:
		return "warning"
	case casefile.Ended:
		return "neutral"
	}
	return "success"
}
