package seal

// leastOnce is the length of 128 random bits in base64, the shortest spelling in use.
const leastOnce = 22

// Once is what a client's idempotency key becomes: nothing of the key itself is stored.
type Once struct {
	hidden
	id     string
	body   Key
	answer Key
}

// NewOnce takes a client's key within a scope (who sends, to which route). ErrFormat means that
// the key cannot hold 128 random bits or is longer than 255 characters.
func NewOnce(org Key, scope, key string) (Once, error) {
	if len(key) < leastOnce || len(key) > 255 {
		return Once{}, ErrFormat
	}
	salt := org.Derive("idempotency")
	return Once{
		id:     lower().EncodeToString(extract([]byte(key), salt, Bind("varn once id", scope)).raw()[:20]),
		body:   extract([]byte(key), salt, Bind("varn once body", scope)),
		answer: extract([]byte(key), salt, Bind("varn once answer", scope)),
	}, nil
}

// ID is the 32 characters under which the answer is kept.
func (o Once) ID() string { return o.id }

// Body is the check value of the request's body: the same key with another body is a mistake.
func (o Once) Body(body []byte) []byte { return o.body.MAC(AD{}.With(body)) }

// CheckBody compares with what was stored.
func (o Once) CheckBody(mac, body []byte) error { return o.body.CheckMAC(mac, AD{}.With(body)) }

// Seal closes the answer so that only who has the key again can be given it again.
func (o Once) Seal(answer []byte) Box { return o.answer.close(formatAnswer, nil, pad(answer), AD{}) }

// Open gives the answer back.
func (o Once) Open(b Box) ([]byte, error) {
	padded, err := o.answer.open(formatAnswer, 0, b, AD{})
	if err != nil {
		return nil, err
	}
	return unpad(padded)
}
