package scenario

import (
	"io"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/agenda"
	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/measure"
	"varn/internal/domain/obligation"
	"varn/internal/domain/plan"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/domain/safety"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// flowNeedles are the texts that a report brings on its way to the close. A new kind of text gets a
// line here and a place in plantFlow.
func flowNeedles() map[string]string {
	return map[string]string{
		"rule hook":        "https://larm.example.se/violvagen",
		"own name":         "Violviola Violsson",
		"own address":      "Violstigen 41",
		"own phone":        "070-1740688",
		"own mail":         "violviola@example.se",
		"released words":   "Violinlärarens violblå fråga om taket",
		"listed label":     "Violalias Nord",
		"watched site":     "Violens egen webbplats",
		"watched host":     "violen.exempelstad.example.se",
		"watched path":     "/violerna/violrum",
		"watched title":    "Violernas kontaktsida",
		"watched words":    "Violvakten nås med personnummer",
		"watched value":    "640823-3234",
		"watched note":     "ring violredaktionen om sidan",
		"watched reason":   "violens påhittade nummer i en övning",
		"elected name":     "Viola Blomvall",
		"elected party":    "Violpartiet de vilda",
		"elected district": "Violkretsen norr",
		"elected phone":    "070-1740677",
		"elected link":     "https://example.se/violas-sida",
		"body name":        "Violnämnden för ängar",
		"body text":        "sköter kommunens violer och ängar",
		"policy decision":  "KS violen 2026/99",
		"policy reason":    "violerna ska inte ringas upp",
		"mail domain":      "violkontakt.example.se",
		"letter from":      "vivianne.viol@example.org",
		"letter name":      "Vivianne Violstedt",
		"letter subject":   "Frågan om violernas park",
		"letter text":      "vem vattnar violerna i rabatten",
		"letter file":      "violkarta.txt",
		"letter official":  "vera.violett",
		"letter private":   "violett.hemma@example.com",
		"letter trace":     "Veras violfabrik, Violgatan",
		"letter answer":    "violerna vattnas på torsdagar",
		"form name":        "Viktor Violin",
		"form address":     "viktor.violin@example.org",
		"form subject":     "Om violerna i parken",
		"form text":        "när vattnas violerna vid stationen",
		"rule secret":      "violvägens hemliga ord till larmet",
		"rule decision":    "KF 2026:violen",
		"agenda title":     "Violnämndens möte",
		"agenda point":     "Violplanen öster",
		"agenda reason":    "violägarna var arga förra gången",
		"agenda measures":  "två vakter vid violerna",
		"agenda outcome":   "någon ropade om violer",
		"compare decision": "KS violen 2026/77",
		"compare DPIA":     "KS violen 2026/70",
		"compared account": "facebook.com/violens.van",
		"unit question":    "Syntes någon viol vid entrén?",
		"unit choice":      "En blålila viol",
		"narrative":        "han kastade en viol på min bil och skrek",
		"words":            "du ska få se på violer",
		"place note":       "bakom violrabatten",
		"actor note":       "kanske violhandlaren",
		"witnesses":        "två som vattnade violerna",
		"platform":         "Violboken",
		"excluded":         "Viola Utelämnad",
		"on behalf":        "Viola Betrodd",
		"report contact":   "viola.svarar@example.se",
		"unit answer":      "violen stod i hallen",
		"party text":       "någon var otrevlig om violer",
		"reporter says":    "violen ligger kvar på motorhuven",
		"member answers":   "vi skickar någon att titta på violen",
		"note":             "kolla kameran vid violerna",
		"task":             "Ring den som sålde violen",
		"step's reason":    "violen är bortforslad och allt lugnt",
		"tracker's note":   "polisen ville inte höra om violen",
		"police number":    "5000-K778899-26",
		"reference":        "KIA-VIOL-4711",
		"reference system": "Violregistret",
		"notice number":    "AV-VIOL-2026-8",
		"notice reason":    "violen var aldrig farlig",
		"referral":         "det rör ett violavtal",
		"hold":             "rättegången om violen pågår",
		"objection":        "säg inget om violen till chefen",
		"withdrawal":       "det var bara en viol",
		"question asked":   "kan violkastaren komma tillbaka",
		"sources used":     "samtal med violvakten",
		"what is missing":  "vem som odlade violen",
		"indicator's note": "violen kastades från nära håll",
		"aspect's words":   "violen träffade nästan",
		"frame's text":     "avund över violer",
		"course's nature":  "en hel violrabatt kastas",
		"summary":          "violkastaren har trappat upp",
		"what is unsure":   "om violen var menad",
		"triggers":         "om en ny viol syns",
		"assess alone":     "violexperten är på semester",
		"settled because":  "violen väger tyngst",
		"guest's reason":   "andra violbedömare",
		"measure":          "stängsel runt violerna",
		"measure told":     "du får en violfri parkering",
		"measure's cost":   "4 711 violkronor",
		"proportion":       "inget mindre håller violerna borta",
		"who agreed":       "violans sambo",
		"effect":           "inga fler violer efter stängslet",
		"support's note":   "hon tål violer igen",
		"outside number":   "VIOL 2026/99",
		"evidence from":    "violhandlarens konto",
		"evidence why":     "violerna syns på bilden",
		"evidence address": "https://violer.example.se/hot",
		"evidence file":    "violsidan.html",
		"package reason":   "violen kan inte vänta",
		"filing victim":    "Viola Målsägande",
		"filing position":  "ordförande i violnämnden",
		"filing filer":     "Säkerhetschef Violett",
		"filing contact":   "violvaxeln@exempelstad.example.se",
		"filing earlier":   "även i fjol stod det violer",
		"obligation":       "violen var ingen arbetsskada",
		"clock's decision": "KS 2026:violklockan",
		"clock's who":      "Violgruppen på HR",
		"safety request":   "sätt upp larm vid violerna",
		"safety answer":    "larmet vid violerna kommer i morgon",
		"plan":             "jag känner igen violen på vindrutan",
		"plan's note":      "granntanten med violerna har nyckel",
		"report's file":    "violen-på-motorhuven.png",
	}
}

// plantFlow carries reports from rules to close, with a text of every kind on the way.
func plantFlow(t *testing.T, w *town) (secrets map[string]string) {
	t.Helper()
	ctx, h, says := t.Context(), w.house, flowNeedles()
	unit := w.unit(0)
	w.rules("", rule.Body{Routing: &ruling.RoutingRule{Hook: says["rule hook"], HookSecret: says["rule secret"],
		Local: &routing.LocalDecision{Number: says["rule decision"], Date: w.clock.Now().AddDate(0, -1, 0)}}})
	w.rules(w.council, rule.Body{Likeness: &likeness.Rule{Decision: says["compare decision"], Date: "2026-02-01", DPIA: says["compare DPIA"], DPIADate: "2026-01-20"}})
	plantAgenda(t, w, says)
	plantDirectory(t, w, says)
	plantLetters(t, w, says)
	plantExposure(t, w, says)
	plantListed(t, w, says)
	plantReleased(t, w, says)
	w.rules(unit, rule.Body{Unit: &ruling.UnitRule{Questions: []incident.Question{
		{ID: "a", Kind: incident.TextQuestion, Swedish: says["unit question"]},
		{ID: "b", Kind: incident.ChoiceQuestion, Swedish: "Vilken?", Choices: []incident.Choice{{ID: "x", Swedish: says["unit choice"]}, {ID: "y", Swedish: "Ingen"}}}}}})
	boss := w.newcomer("Bodil Chefsson", access.Manager)
	w.seat(boss, w.unitFunction(function.UnitManager, "Enhetens chef", unit))
	petra := w.member("Petra Flöde", access.PartyContact, "Flödespartiet")
	w.seat(petra, w.partyFunction("Flödespartiet"))
	asta := w.member("Astrid Flöde", access.Elected, "Flödespartiet")
	rut := w.registrar()
	elected := incident.Report{Narrative: says["narrative"] + " https://www." + says["compared account"], Words: says["words"], Forms: []incident.Form{incident.Vandalism}, Medium: []incident.Medium{incident.PosterGraffiti},
		PlaceNote: says["place note"], ActorNote: says["actor note"], Witnesses: says["witnesses"], Platform: says["platform"],
		Contact: says["report contact"], TargetCategory: incident.ElectedLeisure, Context: incident.MunicipalAssignment}
	filed, err := h.Cases.FileReport(ctx, asta.session(), casework.NewReport{Report: elected, From: home(1), Uploads: []string{asta.sends(says["report's file"], random(9000))}})
	must(t, err)
	own := asta.own()
	act := casework.ReceiptAct{Session: asta.session(), ReceiptID: own.ReceiptID, Ref: filed.Ref, Text: says["reporter says"]}
	must(t, h.Cases.SayByReceipt(ctx, act))
	_, err = h.Cases.ShareWithParty(ctx, act, says["party text"])
	must(t, err)
	_, err = h.Cases.AddEvidence(ctx, w.head.session(), filed.Ref, casefile.Card{Kind: casefile.WebPage, From: says["evidence from"], Why: says["evidence why"],
		URL: says["evidence address"], Seen: clock.Of(w.clock.Now())}, []string{w.head.sends(says["evidence file"], random(5000))})
	must(t, err)
	plantObligations(t, w, boss, unit)
	carry(t, w, filed.Ref, w.function(function.Legal, "Juristerna"))
	title, err := w.head.reads(filed.Ref)
	must(t, err)
	employed := incident.Report{Narrative: says["narrative"], Exclude: says["excluded"], OnBehalfOf: says["on behalf"], TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit,
		Answers: map[string]incident.Answer{"a": {Text: says["unit answer"]}}}
	barred := w.files(w.guest(), employed)
	employed.Exclude = ""
	guest := w.files(w.guest(), employed)
	for _, do := range []struct {
		text string
		act  func(casework.ReceiptAct) error
	}{{says["objection"], func(a casework.ReceiptAct) error { return h.Cases.ObjectByReceipt(ctx, a) }},
		{says["withdrawal"], func(a casework.ReceiptAct) error { return h.Cases.WithdrawByReceipt(ctx, a) }}} {
		must(t, do.act(casework.ReceiptAct{Org: w.org, Code: guest.Receipt, From: home(1), Ref: guest.Ref, Text: do.text}))
	}
	_, err = boss.reads(guest.Ref)
	must(t, err)
	police, err := h.Cases.MakePoliceView(ctx, w.head.session(), filed.Ref, casefile.Filing{Victim: says["filing victim"], Position: says["filing position"],
		Filer: says["filing filer"], Contact: says["filing contact"], Earlier: says["filing earlier"]})
	must(t, err)
	must(t, h.Cases.MakePackage(ctx, w.head.session(), police, says["package reason"], io.Discard))
	_, err = h.Registry.SetOutside(ctx, rut.session(), w.register(rut)[0].ID, says["outside number"])
	must(t, err)
	w.wakes()
	return map[string]string{"signed-in receipt": filed.Receipt, "guest's receipt": guest.Receipt, "barred receipt": barred.Receipt, "report's title": title.Title}
}

// carry does every act of a case's course with its text.
func carry(t *testing.T, w *town, ref, legal string) {
	t.Helper()
	ctx, cases, says := t.Context(), w.house.Cases, flowNeedles()
	s := w.head.session
	must(t, cases.TakeCase(ctx, s(), ref))
	must(t, w.head.says(ref, says["member answers"]))
	_, err := cases.AddNote(ctx, s(), ref, says["note"])
	must(t, err)
	id, err := cases.PutTask(ctx, s(), ref, "", casefile.Task{Title: says["task"], Owner: w.head.id, Due: clock.Of(w.clock.Now().Add(time.Hour))})
	must(t, err)
	must(t, cases.FinishTask(ctx, s(), ref, id))
	_, err = cases.Track(ctx, s(), ref, casefile.Reported{To: casefile.ToPolice, At: clock.Of(w.clock.Now()), Number: says["police number"], Note: says["tracker's note"]})
	must(t, err)
	_, err = cases.AddReference(ctx, s(), ref, casefile.OutsideReference{System: casefile.OtherSystem, Name: says["reference system"], Number: says["reference"]})
	must(t, err)
	for _, n := range []casework.WorkNotice{{Answer: casework.NoticeOwed}, {Answer: casework.NoticeNeedless, Reason: says["notice reason"]},
		{Answer: casework.NoticeGiven, Number: says["notice number"]}} {
		must(t, cases.AnswerNotice(ctx, s(), ref, n))
	}
	lova := w.newcomer("Lova Flöde", access.Lawyer)
	w.seat(lova, legal)
	must(t, cases.ReferCase(ctx, s(), ref, legal, says["referral"]))
	offered := w.rows(`SELECT id FROM referral WHERE org = $1`)
	must(t, cases.AnswerReferral(ctx, lova.session(), ref, offered[0], false, says["referral"]))
	must(t, cases.HoldCase(ctx, s(), ref, true, says["hold"]))
	must(t, cases.HoldCase(ctx, s(), ref, false, says["hold"]))
	w.head.moves(ref, casefile.Assessed)
	assessAndProtect(t, w, ref)
	_, err = cases.MoveCase(ctx, s(), ref, casework.Moving{To: casefile.Closed, Reason: says["step's reason"], Outcome: casefile.NoActionNeeded})
	must(t, err)
}

// assessAndProtect writes every text of an assessment and of a measure.
func assessAndProtect(t *testing.T, w *town, ref string) {
	t.Helper()
	ctx, cases, says, s := t.Context(), w.house.Cases, flowNeedles(), w.head.session()
	soon := clock.Of(w.clock.Now().Add(24 * time.Hour))
	judge := func(s *access.Session) {
		t.Helper()
		_, err := cases.AssessCase(ctx, s, ref, casework.Assessing{Depth: assessment.Initial, Finish: true, Change: func(a *assessment.Assessment) {
			a.Question, a.Sources, a.Missing, a.Summary, a.Unsure, a.Triggers = says["question asked"], says["sources used"], says["what is missing"], says["summary"], says["what is unsure"], says["triggers"]
			a.Level, a.Review, a.Frame[assessment.Motive] = assessment.High, soon, says["frame's text"]
			a.Course = []assessment.Scenario{{Nature: says["course's nature"]}}
			a.Put(assessment.Answer{Indicator: "approach", Group: assessment.Behaviour, Presence: assessment.Present, Note: says["indicator's note"]})
			for _, aspect := range assessment.Aspects() {
				a.Aspects[aspect] = assessment.Judged{Grade: assessment.GradeHigh, Text: says["aspect's words"]}
			}
		}})
		must(t, err)
	}
	judge(s)
	guest := w.newcomer("Gunnel Flöde", access.CaseOfficer)
	must(t, cases.InviteAssessor(ctx, s, ref, casework.Member{ID: guest.id, Reason: says["guest's reason"], Until: soon}))
	judge(guest.session())
	for _, a := range []*access.Session{s, guest.session()} {
		_, err := cases.SettleAssessment(ctx, a, ref, assessment.High, says["settled because"])
		must(t, err)
	}
	judge(s)
	must(t, cases.AssessAlone(ctx, s, ref, says["assess alone"]))
	m := measure.Measure{Kind: measure.Shell, State: measure.Ongoing, Owner: w.head.id, What: says["measure"], Told: says["measure told"], Shown: true, Cost: says["measure's cost"],
		Review: soon, Proportion: says["proportion"], Consent: measure.AgreedOther, By: says["who agreed"]}
	var err error
	m.ID, err = cases.OrderMeasure(ctx, s, ref, m)
	must(t, err)
	m.State, m.Effect, m.EffectNote = measure.Ended, measure.Helped, says["effect"]
	_, err = cases.OrderMeasure(ctx, s, ref, m)
	must(t, err)
	must(t, cases.SupportDone(ctx, s, ref, w.head.work(ref).Support[0].ID, says["support's note"]))
}

// plantObligations leaves a text of each kind that obligations, safety representatives and a safety plan bring.
func plantObligations(t *testing.T, w *town, boss *actor, unit string) {
	t.Helper()
	ctx, cases, says := t.Context(), w.house.Cases, flowNeedles()
	w.rules(string(obligation.WorkInjury), clockRule(obligation.WorkInjury, obligation.Version{From: "2026-01-01", Hours: 9, Decision: says["clock's decision"], Who: says["clock's who"]}))
	hurt := w.files(w.guest(), incident.Report{Narrative: says["narrative"], InjuryPhysical: true, TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit})
	must(t, cases.AnswerObligation(ctx, boss.session(), hurt.Ref, casework.ObligationAnswer{Code: obligation.WorkInjury, Answer: obligation.Stopped, Reason: says["obligation"]}))
	sara := w.newcomer("Sara Flöde", access.SafetyRepresentative)
	ref, err := cases.FileSafety(ctx, sara.session(), safety.Submission{Kind: safety.Request, Unit: unit, Text: says["safety request"]})
	must(t, err)
	must(t, cases.AnswerSafety(ctx, boss.session(), ref, says["safety answer"]))
	_, err = cases.SavePlan(ctx, sara.session(), plan.Plan{Parts: map[plan.Part]string{plan.Signs: says["plan"]}, Notes: map[plan.Topic]string{plan.Home: says["plan's note"]}}, 0)
	must(t, err)
}

// plantBackup makes a backup beside the data directory, which is searched with it.
func plantBackup(t *testing.T, w *town, dir string) {
	t.Helper()
	if made := w.backedUp(dir); made.Name == "" {
		t.Fatal("no backup")
	}
}

// plantAgenda writes every kind of text of a meeting's risk assessment.
func plantAgenda(t *testing.T, w *town, texts map[string]string) {
	t.Helper()
	points := []agenda.Point{{ID: ident.New(), Number: "7", Name: texts["agenda point"]}}
	ref, err := w.house.Cases.OpenAgenda(t.Context(), w.head.session(), casework.NewAgenda{Title: texts["agenda title"], Authority: w.council, Points: points})
	must(t, err)
	judged := says(points[0].ID, agenda.Low, agenda.Signs, agenda.High)
	judged.Judged.Why = texts["agenda reason"]
	for _, e := range []agenda.Entry{judged, {Plan: &agenda.Plan{Point: points[0].ID, Text: texts["agenda measures"]}},
		{Outcome: &agenda.Outcome{Point: points[0].ID, Level: agenda.Low, Text: texts["agenda outcome"]}}} {
		must(t, w.house.Cases.WeighAgenda(t.Context(), w.head.session(), ref, e))
	}
}
