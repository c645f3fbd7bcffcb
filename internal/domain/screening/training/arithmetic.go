package training

import "math"

// The functions below are worked out with additions and products rounded one by one, so that weights
// are the same bytes on machines whose library functions differ in the last bit.

// sqrt is exact everywhere (IEEE 754).
func sqrt(x float64) float64 { return math.Sqrt(x) }

func floor(x float64) float64 { return math.Floor(x) }

// sigmoid is 1 / (1 + e^−x).
func sigmoid(x float64) float64 {
	if x < 0 {
		e := exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + exp(-x))
}

// exp is e^x for x ≤ 0: e^(x/1024) by its series, squared ten times.
func exp(x float64) float64 {
	if x < -40 {
		return 0
	}
	x /= 1024
	sum, term := 1.0, 1.0
	for n := 1.0; n < 8; n++ {
		term = float64(term*x) / n
		sum += term
	}
	for range 10 {
		sum = float64(sum * sum)
	}
	return sum
}
