// Package web is the server-rendered pages: one .go and one .html per page, on one frame.
//
// To add a page, say for a member of a case:
//
//  1. routes.go: get("/arende/{ref}/krets", "member", SignedIn, (*Server).member). The address is
//     Swedish, the name its English word, and the files are member.go and member.html.
//  2. member.go: a view struct with what the page shows, and the handler. It calls one use case,
//     and ends with r.Page("member.html", memberView{…}), r.Redirect("/…") or the error it got.
//     Errors become pages in answer.go; no handler writes a status for a failure.
//  3. member.html: the content alone, with {{t "member.title"}} for every text and the parts of
//     parts/ for everything that repeats. It begins with <h1 class="ds-heading" data-size="lg">.
//  4. registry.go: "member.html": memberView{}. The tests then execute the page in both languages.
//  5. kit/locale/texts/sv/member.toml and en/member.toml. The text member.title names the page.
//  6. nav.go, if the page is a place in the main menu.
//
// A page with a form declares it once and shows, reads and mends it with the same declaration:
//
//	func memberForm() *Form {
//		return NewForm(Text("reason", "member.reason").Max(500), Date("until", "member.until").Optional())
//	}
//
//	func (s *Server) memberAdd(r *Request) error {
//		f := memberForm()
//		if err := r.Read(f); err != nil {
//			return err
//		}
//		if !f.Failed() {
//			err := s.cases.AddMember(r.Context(), r.Session, …, f.Once())
//			if err == nil {
//				return r.Redirect("/arende/" + r.Path("ref"))
//			}
//			if !f.Take(err) { // Invalid becomes the form's own; everything else is answered elsewhere
//				return err
//			}
//		}
//		return r.Page("member.html", memberView{Form: f}) // 422, "Fel:", the summary in focus
//	}
//
// The template then holds:
//
//	{{template "errors" .Form}}
//	<h1 class="ds-heading" data-size="lg">{{t "member.title"}}</h1>
//	<form method="post" novalidate class="stack-lg">{{template "form-start" .Form}}
//	{{template "field" (.Form.Field "reason")}}
//	<button class="ds-button" type="submit">{{t "member.add"}}</button></form>
//
// and the view gives the tests its form: func (memberView) SampleForm() *Form { return memberForm() }.
package web
