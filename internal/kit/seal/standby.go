package seal

// WrapStandby closes a secret to a deputy's own key and then again under the organisation key: the
// deputy alone cannot open it, nor can the organisation key alone.
func WrapStandby(org Key, to Public, secret []byte, ad AD) (Box, error) {
	inner, err := to.Wrap(secret, ad)
	if err != nil {
		return Box{}, err
	}
	return org.Derive("standby").close(formatStandby, nil, inner.b, ad), nil
}

// PeelStandby takes the outer seal off. What is left opens with the deputy's Unwrap, so it is done
// only in the transaction that logs the escalation.
func PeelStandby(org Key, b Box, ad AD) (Box, error) {
	inner, err := org.Derive("standby").open(formatStandby, 0, b, ad)
	if err != nil {
		return Box{}, err
	}
	return Box{b: inner}, nil
}
