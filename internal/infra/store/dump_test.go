package store

import (
	"bytes"
	"strings"
	"testing"

	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

func TestADumpIsLoadedIntoEitherEngine(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		id, other := ident.New(), ident.New()
		o := db.Org(id)
		if err := o.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.Exec(`INSERT INTO thing (org, id, amount, body, open, note, version) VALUES ($1, 'x', 7, $2, TRUE, NULL, 1), ($1, 'y', -7, $3, FALSE, 'å"\n', 2)`, []byte{0, 1, 255}, []byte("z"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var dump bytes.Buffer
		if err := o.Dump(t.Context(), &dump); err != nil {
			t.Fatal(err)
		}
		if err := o.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.Exec(`DELETE FROM thing WHERE org = $1`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := o.Load(t.Context(), bytes.NewReader(dump.Bytes())); err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := o.Dump(t.Context(), &again); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(dump.String(), `"table":"thing"`) || dump.String() != again.String() {
			t.Fatalf("before:\n%s\nafter:\n%s", dump.String(), again.String())
		}
		for name, text := range map[string]string{
			"cut":     dump.String()[:dump.Len()-4],
			"foreign": strings.ReplaceAll(dump.String(), id, other),
			"unknown": `{"table":"nothing","columns":["org"],"types":"t"}` + "\n",
			"no head": "[1]\n",
			"type":    `{"table":"thing","columns":["org","amount"],"types":"ti"}` + "\n" + `["` + id + `","x"]` + "\n",
		} {
			if err := o.Write(t.Context(), func(tx *Tx) error {
				_, err := tx.Exec(`DELETE FROM thing WHERE org = $1`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := o.Load(t.Context(), strings.NewReader(text)); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func FuzzLoadDecode(f *testing.F) {
	f.Add([]byte(`["org","x",1,{"b":"AA=="},true]` + "\n"))
	f.Fuzz(func(t *testing.T, line []byte) {
		l := &loader{org: Org{id: "org"}, head: dumpHead{Table: "thing", Columns: []string{"org", "id", "amount", "body", "open"}, Types: "ttibo"}, text: "x"}
		row, err := l.decode(line)
		if err == nil && len(row) != 4 {
			t.Fatalf("%v", row)
		}
	})
}
