package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/directory"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// directoryPolicyView (publiceringspolicy) is what holds for each field, in the organisation and in each body.
type directoryPolicyView struct {
	Fields  []policyLine
	Bodies  []policyBody
	History []decidedLine
	Decides bool
}

type policyLine struct {
	Name, Text, Rule locale.Key
	Decided          bool
}

type policyBody struct {
	Name, Href string
	Exposed    bool
	Stricter   []policyLine
}

type decidedLine struct {
	At, Body, Decision, Why string
	Rules                   []policyLine
}

func (s *Server) directoryPolicy(r *Request) error {
	v, err := s.Desks.Directory.Read(r.Context(), r.Session)
	if err != nil {
		return err
	}
	g := v.Register
	own := g.Policy("")
	view := directoryPolicyView{Decides: decides(r.Session)}
	for _, f := range directory.Fields() {
		_, decided := own[f]
		view.Fields = append(view.Fields, policyLine{locale.Key(f.Term()), locale.Key(f.Term() + "-text"), locale.Key(own.Of(f).Term()), decided})
	}
	for _, b := range g.Bodies {
		if b.Ended == 0 {
			view.Bodies = append(view.Bodies, policyBody{b.Name, policyPath + "/organ/" + b.ID, b.Exposed, policyLines(g.Policy(b.ID))})
		}
	}
	for _, d := range slices.Backward(g.Policies) {
		b, _ := g.Body(d.Of)
		view.History = append(view.History, decidedLine{r.Lang.Moment(d.Created.Time()), b.Name, d.Decision, d.Why, policyLines(d.Policy)})
	}
	return r.Page("directory_policy.html", view)
}

func policyLines(p directory.Policy) []policyLine {
	var out []policyLine
	for _, f := range directory.Fields() {
		if rule, ok := p[f]; ok {
			out = append(out, policyLine{Name: locale.Key(f.Term()), Rule: locale.Key(rule.Term()), Decided: true})
		}
	}
	return out
}

// policyFiling enters a policy: the organisation's, or a stricter one of a body.
func policyFiling() filingAct {
	return filingAct{title: "directory_policy.change", lead: "directory_policy.change-text", button: "directory_policy.decide", back: toPolicy,
		form: func(s *Server, r *Request) (*Form, string, error) {
			v, err := s.Desks.Directory.Read(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			g, id, about := v.Register, r.Path("id"), ""
			own, now := g.Policy(""), g.Policy(id)
			if id != "" {
				b, ok := g.Body(id)
				if !ok || b.Ended != 0 {
					return nil, "", notHere()
				}
				about = b.Name
			}
			var fields []*Field
			for _, f := range directory.Held() {
				var options []Option
				for _, rule := range f.Choices() {
					if id == "" || slices.Index(directory.Rules(), rule) >= slices.Index(directory.Rules(), own.Of(f)) {
						options = append(options, Option{Value: string(rule), Key: locale.Key(rule.Term())})
					}
				}
				current := own.Of(f)
				if rule, ok := now[f]; ok && slices.ContainsFunc(options, func(o Option) bool { return o.Value == string(rule) }) {
					current = rule
				}
				one := Radios(string(f), locale.Key(f.Term()), options...)
				one.values = []string{string(current)}
				fields = append(fields, one)
			}
			fields = append(fields, Text("decision", "directory_policy.decision").Hint("directory_policy.decision-hint").Max(100).Optional(),
				Area("why", "directory_policy.why").Max(1000).Tall(3).Optional())
			return NewForm(fields...), about, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			p := directory.Policy{}
			for _, field := range directory.Held() {
				p[field] = directory.Rule(f.Text(string(field)))
			}
			return "", s.Desks.Directory.DecidePolicy(ctx, r.Session, r.Path("id"), directory.Decided{Policy: p, Decision: f.Text("decision"), Why: f.Text("why")})
		}}
}

// settingsFiling edits what the organisation has decided of its directory as a whole.
func settingsFiling() filingAct {
	return filingAct{title: "directory_settings.title", lead: "directory_settings.lead", button: "directory.save", back: toDirectory,
		form: func(s *Server, r *Request) (*Form, string, error) {
			v, version, err := s.Desks.Directory.Settings(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			f := NewForm(Text("domain", "directory_settings.domain").Hint("directory_settings.domain-hint").Optional(), Text("pointer", "directory_settings.pointer").Hint("directory_settings.pointer-hint").Max(4),
				Area("terms", "directory_settings.terms").Hint("directory_settings.terms-hint").Max(2000).Tall(3).Optional(), Area("parties", "directory_settings.parties").Hint("directory_settings.parties-hint").Max(5000).Tall(4).Optional(),
				Area("embed", "directory_settings.embed").Hint("directory_settings.embed-hint").Max(5000).Tall(3).Optional())
			var terms []string
			for _, t := range v.Terms {
				terms = append(terms, string(t.From)+" "+string(t.Until)+" "+t.Name)
			}
			f.Set("domain", v.Domain).Set("pointer", strconv.Itoa(int(v.Pointer().Hours()/24))).Set("terms", strings.Join(terms, "\n")).Set("parties", strings.Join(v.Parties, "\n")).Set("embed", strings.Join(v.Embed, "\n"))
			return f.Seen(strconv.FormatInt(version, 10)), "", nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			v := directory.Settings{Domain: strings.ToLower(f.Text("domain")), Parties: eachLine(f.Text("parties")), Embed: eachLine(f.Text("embed"))}
			n, err := strconv.Atoi(f.Text("pointer"))
			if err != nil {
				return "", fault.In("pointer", "directory.bad-pointer")
			}
			v.PointerDays = n
			for _, l := range eachLine(f.Text("terms")) {
				parts := strings.SplitN(l, " ", 3)
				if len(parts) != 3 {
					return "", fault.In("terms", "directory.bad-terms")
				}
				v.Terms = append(v.Terms, directory.Term{From: directory.Day(parts[0]), Until: directory.Day(parts[1]), Name: parts[2]})
			}
			return "", s.Desks.Directory.SaveSettings(ctx, r.Session, v, versionOf(f))
		}}
}

// eachLine gives the lines of a text that hold something.
func eachLine(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// directoryConformView (avstämning) is what is published against what the policy says.
type directoryConformView struct {
	Once    *Form
	Made    string
	Bodies  []conformBody
	Wrong   []deviationLine
	History []conformLine
}

func (directoryConformView) SampleForm() *Form { return NewForm() }

type conformBody struct {
	Name   string
	People int
	Table  Table
}

type deviationLine struct {
	Name, Href, Where string
	Field             locale.Key
}

type conformLine struct {
	At, Href  string
	Published int
	Wrong     int
}

func (s *Server) directoryConform(r *Request) error {
	if r.HTTP.Method == http.MethodPost {
		f := NewForm()
		if err := r.Read(f); err != nil {
			return err
		}
		if _, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) { return s.Desks.Directory.Conform(ctx, r.Session) }); err != nil {
			return err
		}
		return r.Redirect(directoryPath + "/avstamning")
	}
	v, err := s.Desks.Directory.Read(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := directoryConformView{Once: NewForm()}
	for i, snap := range v.Register.Snapshots {
		line := conformLine{At: r.Lang.Moment(snap.Created.Time()), Href: directoryPath + "/avstamning?visa=" + snap.ID, Wrong: len(snap.Report.Deviations)}
		for _, b := range snap.Report.Bodies {
			for _, c := range b.Fields {
				line.Published += c.Published
			}
		}
		view.History = append(view.History, line)
		if r.Query("visa") == snap.ID || r.Query("visa") == "" && i == 0 {
			view.Made = line.At
			view.Bodies, view.Wrong = conformed(r, v.Register, snap.Report)
		}
	}
	return r.Page("directory_conform.html", view)
}

func conformed(r *Request, g *directory.Register, c directory.Conformance) (bodies []conformBody, wrong []deviationLine) {
	for _, b := range c.Bodies {
		t := Table{Caption: b.Name, Columns: []string{r.Text("directory_conform.field"), r.Text("directory_conform.rule"), r.Text("directory_conform.held"), r.Text("directory_conform.consented"), r.Text("directory_conform.published")}}
		for _, f := range b.Fields {
			if f.Held == 0 && f.Published == 0 {
				continue
			}
			consented := "–"
			if f.Asked > 0 {
				consented = r.Text("directory_conform.of", f.Consented, f.Asked)
			}
			t.Rows = append(t.Rows, Row{{Text: r.Text(locale.Key(f.Field.Term()))}, {Text: r.Text(locale.Key(f.Rule.Term()))}, {Text: strconv.Itoa(f.Held)}, {Text: consented}, {Text: strconv.Itoa(f.Published)}})
		}
		bodies = append(bodies, conformBody{b.Name, b.People, t})
	}
	for _, d := range c.Deviations {
		one, _ := g.Representative(d.Representative)
		wrong = append(wrong, deviationLine{one.Name, keptPersonPath + one.ID, d.Where, locale.Key(d.Field.Term())})
	}
	return bodies, wrong
}
