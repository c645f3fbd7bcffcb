package seal

import (
	"encoding/base64"
	"strconv"
	"time"
)

// CallSignature signs a call to another system's hook as Standard Webhooks has it: HMAC-SHA-256 by
// the shared secret over id, whole seconds since 1970 and body, with points between. The receiver
// refuses calls that it can't sign itself, and old ones by their time.
func CallSignature(secret, id string, at time.Time, body []byte) string {
	signed := append([]byte(id+"."+strconv.FormatInt(at.Unix(), 10)+"."), body...)
	return "v1," + base64.StdEncoding.EncodeToString(hmacOf([]byte(secret), signed))
}
