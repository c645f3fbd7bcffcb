package contact

import (
	"slices"
	"strings"
	"testing"

	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

const appeal = "Jag kräver att kommunen stoppar nedläggningen av Solskolan. Barnen behöver en skola nära hemmet, och beslutet har fattats utan att föräldrarna har hörts. Riv upp beslutet på nästa sammanträde."

func TestMassMessagesAreOneAndOthersAreNot(t *testing.T) {
	t.Parallel()
	texts := []string{appeal, "Hej Asta! " + strings.ToUpper(appeal) + "\n\nMvh Nils", appeal + " Vi är många som tycker så.",
		"Tack för ett bra möte i tisdags. När börjar arbetet med cykelbanan vid stationen?", "Tack!", "tack", "Solskolan"}
	var all []Sketch
	for _, text := range texts {
		all = append(all, SketchOf(text))
	}
	got := Groups(all)
	want := [][]int{{0, 1, 2}, {3}, {4, 5}, {6}}
	if !slices.EqualFunc(got, want, func(a, b []int) bool { return slices.Equal(a, b) }) {
		t.Errorf("%v", got)
	}
	if SketchOf(" .,!").Near(SketchOf("")) {
		t.Error("nothing is like nothing")
	}
}

func TestAFormSaysWhatToMend(t *testing.T) {
	t.Parallel()
	good := Message{To: []Target{{Mailbox: "m"}}, Name: "Nils Kärr", From: "nils@example.se", Subject: "Skolan", Text: appeal}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*Message){
		"no name": func(m *Message) { m.Name = " " }, "a header in the name": func(m *Message) { m.Name = "a\r\nBcc: b" }, "no address": func(m *Message) { m.From = "Nils <nils@example.se>" },
		"two addresses": func(m *Message) { m.From = "a@example.se, b@example.se" }, "no subject": func(m *Message) { m.Subject = "" }, "a header in the subject": func(m *Message) { m.Subject = "a\nb" },
		"no text": func(m *Message) { m.Text = " \n" }, "too much": func(m *Message) { m.Text = strings.Repeat("å", MaxText+1) }, "to nobody": func(m *Message) { m.To = nil },
	} {
		m := good
		edit(&m)
		if m.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAFormIsSealedAndVouchedFor(t *testing.T) {
	t.Parallel()
	k := keyring.New().Add("org", seal.NewKey(), nil)
	f, err := Form{Org: "org", ID: "1", State: Unconfirmed}.Sealing(k, Message{Text: appeal})
	if err != nil || f.Version != 1 || k.Check(f.MAC, f.Who(), "form") != nil {
		t.Fatal(err)
	}
	if m, err := f.Open(k); err != nil || m.Text != appeal {
		t.Error(err)
	}
	f.State = Confirmed
	if k.Check(f.MAC, f.Who(), "form") == nil {
		t.Error("somebody else confirmed it")
	}
	f.ID = "2"
	if _, err := f.Open(k); err == nil {
		t.Error("it opens in another row")
	}
}

func FuzzSketch(f *testing.F) {
	f.Add("a b c", "d")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := SketchOf(a), SketchOf(b)
		if x.Near(y) != y.Near(x) || len(x) > 0 && !x.Near(x) {
			t.Error("likeness has a direction")
		}
	})
}
