package api

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/usecase/casework"
)

// codes is a list of codes in which one alone may stand without brackets. Which codes there are is
// said by the answer to an unknown one.
type codes []string

// Schema describes it: a string, or several.
func (codes) Schema(huma.Registry) *huma.Schema {
	most := 40
	long := 60
	one := &huma.Schema{Type: huma.TypeString, MaxLength: &long}
	return &huma.Schema{OneOf: []*huma.Schema{one, {Type: huma.TypeArray, Items: one, MaxItems: &most}}}
}

// UnmarshalJSON reads ["A","B"], "A" or null.
func (c *codes) UnmarshalJSON(raw []byte) error {
	var list code.List[string]
	err := json.Unmarshal(raw, &list)
	*c = codes(list)
	return err
}

func as[C ~string](list codes) []C {
	var out []C
	for _, v := range list {
		out = append(out, C(strings.ToUpper(strings.TrimSpace(v))))
	}
	return out
}

type answerIn struct {
	Text    string   `json:"text,omitempty" maxLength:"2000"`
	Choices []string `json:"choices,omitempty" maxItems:"20"`
}

type reportIn struct {
	Narrative      string              `json:"narrative" maxLength:"20000" doc:"What happened: the only text that is required. No security-classified information."`
	Words          string              `json:"words,omitempty" maxLength:"10000" doc:"What was said or written, word for word."`
	Forms          codes               `json:"forms,omitempty"`
	Subtypes       codes               `json:"subtypes,omitempty"`
	Medium         codes               `json:"medium,omitempty"`
	Platform       string              `json:"platform,omitempty" maxLength:"100"`
	Place          string              `json:"place,omitempty" maxLength:"60"`
	PlaceNote      string              `json:"place_note,omitempty" maxLength:"500"`
	Context        string              `json:"context,omitempty" maxLength:"60"`
	Situation      codes               `json:"situation,omitempty"`
	Signs          codes               `json:"signs,omitempty"`
	ActorGroups    codes               `json:"actor_groups,omitempty"`
	ActorNote      string              `json:"actor_note,omitempty" maxLength:"1000"`
	TargetCategory string              `json:"target_category,omitempty" maxLength:"60"`
	Unit           string              `json:"unit,omitempty" maxLength:"40" doc:"A unit's id."`
	OccurredFrom   *time.Time          `json:"occurred_from,omitempty"`
	OccurredTo     *time.Time          `json:"occurred_to,omitempty"`
	Uncertain      bool                `json:"uncertain,omitempty" doc:"The times are a guess."`
	Repeated       bool                `json:"repeated,omitempty"`
	RepeatedCount  int                 `json:"repeated_count,omitempty" minimum:"0" maximum:"10000"`
	Witnesses      string              `json:"witnesses,omitempty" maxLength:"2000"`
	InjuryPhysical bool                `json:"injury_physical,omitempty"`
	InjuryMental   bool                `json:"injury_mental,omitempty"`
	Consequences   codes               `json:"consequences,omitempty"`
	OnBehalfOf     string              `json:"on_behalf_of,omitempty" maxLength:"200"`
	Concerned      string              `json:"concerned,omitempty" maxLength:"40" doc:"The id of the person it is about, when you report for them."`
	Exclude        string              `json:"exclude,omitempty" maxLength:"2000" doc:"Names of those who may not know, one on each line."`
	ShareWithParty bool                `json:"share_with_party,omitempty" doc:"Your party may read party_text. It can't be un-sent."`
	PartyText      string              `json:"party_text,omitempty" maxLength:"20000" doc:"What the party reads; empty: the narrative."`
	Contact        string              `json:"contact,omitempty" maxLength:"500"`
	Named          bool                `json:"named,omitempty" doc:"With a token: give your name with the report."`
	Answers        map[string]answerIn `json:"answers,omitempty" doc:"Answers to the unit's own questions, by their ids."`
	Uploads        []string            `json:"uploads,omitempty" maxItems:"20" doc:"The addresses of finished uploads, or their last parts."`
}

type filedBody struct {
	Ref     string `json:"ref"`
	Receipt string `json:"receipt" doc:"The way back to the report. It is shown once and stored nowhere."`
}

func (in *reportIn) report() incident.Report {
	r := incident.Report{Narrative: in.Narrative, Words: in.Words, Platform: in.Platform, PlaceNote: in.PlaceNote, ActorNote: in.ActorNote,
		Forms: as[incident.Form](in.Forms), Subtypes: as[incident.HarassmentSubtype](in.Subtypes), Medium: as[incident.Medium](in.Medium),
		Situation: as[incident.Situation](in.Situation), Signs: as[incident.Sign](in.Signs), ActorGroups: as[incident.ActorGroup](in.ActorGroups),
		Consequences: as[incident.Consequence](in.Consequences),
		Place:        incident.Place(in.Place), Context: incident.Context(in.Context), TargetCategory: incident.TargetCategory(in.TargetCategory),
		Unit: in.Unit, Uncertain: in.Uncertain, Repeated: in.Repeated, RepeatedCount: in.RepeatedCount, Witnesses: in.Witnesses,
		InjuryPhysical: in.InjuryPhysical, InjuryMental: in.InjuryMental, OnBehalfOf: in.OnBehalfOf, Concerned: in.Concerned,
		Exclude: in.Exclude, ShareWithParty: in.ShareWithParty, Contact: in.Contact}
	if in.OccurredFrom != nil {
		r.OccurredFrom = clock.Of(*in.OccurredFrom)
	}
	if in.OccurredTo != nil {
		r.OccurredTo = clock.Of(*in.OccurredTo)
	}
	for id, a := range in.Answers {
		if r.Answers == nil {
			r.Answers = map[string]incident.Answer{}
		}
		r.Answers[id] = incident.Answer{Text: a.Text, Choices: a.Choices}
	}
	return r
}

func (s *Server) fileReport(ctx context.Context, _ string, in *reportIn) (filedBody, error) {
	v := casework.NewReport{Report: in.report(), Named: in.Named, PartyText: in.PartyText, From: from(ctx)}
	for _, address := range in.Uploads {
		v.Uploads = append(v.Uploads, address[strings.LastIndex(address, "/")+1:])
	}
	f, err := s.Cases.FileReport(ctx, who(ctx), v)
	return filedBody{f.Ref, f.Receipt}, err
}

type receiptIn struct {
	Receipt string `json:"receipt" maxLength:"200"`
}

type contactBody struct {
	Name       string `json:"name"`
	Phone      string `json:"phone,omitempty"`
	Hours      string `json:"hours,omitempty"`
	Mail       string `json:"mail,omitempty"`
	Substitute bool   `json:"substitute,omitempty"`
	Part       bool   `json:"part,omitempty" doc:"Somebody of the function may not know: its number is left out, and the others have it one by one."`
}

type dialogueBody struct {
	ID      string    `json:"id"`
	Mine    bool      `json:"mine"`
	From    string    `json:"from,omitempty" doc:"The function that answers; never a name."`
	Text    string    `json:"text,omitempty"`
	File    string    `json:"file,omitempty"`
	Created time.Time `json:"created"`
}

type openedBody struct {
	Function string    `json:"function,omitempty"`
	Hour     time.Time `json:"hour"`
}

type followedBody struct {
	Ref      string         `json:"ref"`
	View     string         `json:"view" doc:"For whom this view of the event is: security, employer, municipality, party or police."`
	Status   string         `json:"status"`
	Promised *time.Time     `json:"promised,omitempty" doc:"When you were promised to hear next."`
	Contacts []contactBody  `json:"contacts"`
	Messages []dialogueBody `json:"messages"`
	Openings []openedBody   `json:"openings" doc:"Who has opened it, by function."`
}

type receiptBody struct {
	Status   string         `json:"status" doc:"How the view that answers stands."`
	Created  time.Time      `json:"created"`
	Messages []dialogueBody `json:"messages"`
	Openings []openedBody   `json:"openings"`
	Views    []followedBody `json:"views"`
}

func (s *Server) openReceipt(ctx context.Context, _ string, in *receiptIn) (receiptBody, error) {
	f, err := s.Cases.OpenReceipt(ctx, who(ctx).Org, in.Receipt, from(ctx))
	if err != nil {
		return receiptBody{}, err
	}
	out := receiptBody{Created: f.Created.Time(), Messages: []dialogueBody{}, Openings: []openedBody{}, Views: []followedBody{}}
	for i, v := range f.Views {
		b := followedOf(v)
		if i == 0 {
			out.Status = b.Status
		}
		out.Messages, out.Openings, out.Views = append(out.Messages, b.Messages...), append(out.Openings, b.Openings...), append(out.Views, b)
	}
	return out, nil
}

func followedOf(v casework.FollowedView) followedBody {
	b := followedBody{Ref: v.Ref, View: string(v.Kind), Status: string(v.Status), Promised: when(v.Promised), Contacts: []contactBody{}, Messages: []dialogueBody{}, Openings: []openedBody{}}
	for _, c := range v.Contacts {
		b.Contacts = append(b.Contacts, contactBody{c.Name, c.Phone, c.Hours, c.Mail, c.Substitute, c.Part})
	}
	for _, m := range v.Messages {
		one := dialogueBody{ID: m.ID, Mine: m.Mine, From: m.From, Text: m.Text, Created: m.Created.Time()}
		if m.File != nil {
			one.File = m.File.Name
		}
		b.Messages = append(b.Messages, one)
	}
	for _, o := range v.Openings {
		b.Openings = append(b.Openings, openedBody{o.Function, o.Hour.Time()})
	}
	return b
}

type receiptMessageIn struct {
	Receipt string   `json:"receipt" maxLength:"200"`
	Ref     string   `json:"ref,omitempty" maxLength:"40" doc:"The view that it is for; empty: the one that answers."`
	Text    string   `json:"text" maxLength:"50000"`
	Uploads []string `json:"uploads,omitempty" maxItems:"20"`
}

func (s *Server) receiptMessage(ctx context.Context, _ string, in *receiptMessageIn) (doneBody, error) {
	act := casework.ReceiptAct{Org: who(ctx).Org, Code: in.Receipt, From: from(ctx), Ref: in.Ref, Text: in.Text}
	for _, address := range in.Uploads {
		act.Uploads = append(act.Uploads, address[strings.LastIndex(address, "/")+1:])
	}
	return doneBody{true}, s.Cases.SayByReceipt(ctx, act)
}
