package exposure

// Mask hides a value of a kind: enough is left to know it again, too little to use it.
func Mask(k Kind, value string) string {
	out := []byte(value)
	for i, c := range out {
		if i > 1 && c >= '0' && c <= '9' {
			out[i] = '*'
		}
	}
	return string(out)
}

func lowered(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		out[i] = c
	}
	return out
}
