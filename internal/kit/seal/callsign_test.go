package seal

import (
	"testing"
	"time"
)

func TestACallIsSignedOverIdTimeAndBody(t *testing.T) {
	t.Parallel()
	at := time.Unix(1614265330, 0)
	// openssl: printf 'msg_1.1614265330.{"test":1}' | openssl dgst -sha256 -hmac 'en hemlighet att minnas' -binary | base64
	if got := CallSignature("en hemlighet att minnas", "msg_1", at, []byte(`{"test":1}`)); got != "v1,o5V8cFasprNPK71sojvh5C1hJxe01xN6iNauSD/7SkY=" {
		t.Error(got)
	}
	first := CallSignature("a", "x", at, nil)
	for _, other := range []string{CallSignature("b", "x", at, nil), CallSignature("a", "y", at, nil), CallSignature("a", "x", at.Add(time.Second), nil), CallSignature("a", "x", at, []byte(" "))} {
		if other == first {
			t.Error("two calls have one signature")
		}
	}
}
