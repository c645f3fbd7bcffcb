package seal

// WrapSecret closes a private key under a 256-bit secret that the server does not keep (a passkey's
// output, a session cookie, an API token) and the organisation key: either alone opens nothing.
// The secret is KeySize bytes; another length panics, since it would be a weak lock.
func WrapSecret(org Key, secret []byte, priv *Private, ad AD) Box {
	if len(secret) != KeySize {
		panic("seal: an unlocking secret is 32 bytes")
	}
	return secretLock(org, secret).close(formatSecret, nil, priv.seed.raw(), ad)
}

// OpenSecret gives back the private key.
func OpenSecret(org Key, secret []byte, b Box, ad AD) (*Private, error) {
	if len(secret) != KeySize {
		return nil, ErrOpen
	}
	seed, err := secretLock(org, secret).open(formatSecret, 0, b, ad)
	if err != nil || len(seed) != KeySize {
		return nil, ErrOpen
	}
	return PrivateFrom(seed)
}

func secretLock(org Key, secret []byte) Key {
	return extract(secret, org.Derive("unlock"), Bind("varn unlock secret"))
}
