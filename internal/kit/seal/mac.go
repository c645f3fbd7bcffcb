package seal

import (
	"crypto/hmac"
	"encoding/base32"
)

// MAC is the check value of a row: who may read or send is decided only by rows that carry one.
func (k Key) MAC(ad AD) []byte {
	k.raw()
	s := k.k()
	s.hmac.Do(func() { s.mac = k.Derive("mac") })
	return append([]byte{formatMAC}, hmacOf(s.mac.raw(), ad.b)...)
}

// CheckMAC compares in constant time.
func (k Key) CheckMAC(mac []byte, ad AD) error {
	if !hmac.Equal(mac, k.MAC(ad)) {
		return ErrMAC
	}
	return nil
}

// Tag names a value for one purpose without showing it: 32 characters, equal for equal values.
func (k Key) Tag(purpose, value string) string {
	sum := hmacOf(k.Derive("tag", purpose).raw(), []byte(value))
	return lower().EncodeToString(sum[:20])
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func lower() *base32.Encoding {
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
}

func upper() *base32.Encoding {
	return base32.NewEncoding(crockford).WithPadding(base32.NoPadding)
}
