package seal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"

	"varn/internal/kit/clock"
)

// TestNothingPrintsItsContent looks for the secret itself, in every spelling, in every print.
func TestNothingPrintsItsContent(t *testing.T) {
	t.Parallel()
	seed := bytes.Repeat([]byte{0xab, 0xcd}, 16)
	key, _ := KeyFrom(seed)
	priv, _ := PrivateFrom(seed)
	kase, _ := CaseFrom(seed)
	receipt := NewReceipt()
	sheets, err := Split(priv, "org", 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	once, err := NewOnce(key, "scope", "abababababababababababab")
	if err != nil {
		t.Fatal(err)
	}
	w := NewStream(key, Bind("o")).Writer(&bytes.Buffer{})
	_, _ = w.Write([]byte("hemligheten"))
	type nested struct {
		Open   any
		closed any
		key    Key
		code   Receipt
		sheet  Sheet
	}
	secrets := []string{
		string(seed), hex.EncodeToString(seed), "171 205 171", "0xab, 0xcd", "hemligheten", "104 101 109 108",
		receipt.Text(), string(receipt.code()[:]), fmt.Sprint(receipt.code()[:]), sheets[0].Code(), fmt.Sprint(sheets[0].b()[sheetShare:sheetSum]),
	}
	for _, v := range []any{
		key, &key, priv, kase, receipt, &receipt, sheets, sheets[0], once, &once,
		Bind("hemligheten"), key.Seal([]byte("hemligheten"), AD{}), priv.Public(), NewTestPool(), NewCourier(clock.System{}),
		kase.Seal([]byte("hemligheten"), AD{}), NewStream(key, AD{}), w, NewEpoch("t", key, rows{}),
	} {
		for name, text := range printed(t, v) {
			check(t, fmt.Sprintf("%T by %s", v, name), text, secrets)
		}
		if _, ok := v.(AD); ok {
			continue // an AD holds ids; only its own print is hidden
		}
		for name, text := range printed(t, nested{v, v, key, receipt, sheets[0]}) {
			check(t, fmt.Sprintf("nested %T by %s", v, name), text, secrets)
		}
	}
}

func printed(t *testing.T, v any) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		out[verb] = fmt.Sprintf(verb, v)
	}
	js, _ := json.Marshal(v)
	out["json"] = string(js)
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
	out["slog"] = b.String()
	b.Reset()
	_ = template.Must(template.New("").Parse(`{{.}}<script>var x = {{.}}</script>`)).Execute(&b, v)
	out["template"] = b.String()
	return out
}

func check(t *testing.T, what, text string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
			t.Errorf("%s shows the secret: %q", what, text)
		}
	}
}
