package training

import (
	"slices"

	"varn/internal/domain/screening"
)

const (
	epochs   = 14
	rate     = 0.3  // AdaGrad's first step
	shrink   = 3e-2 // pull of every weight in use towards nothing, a step
	flatness = 1e-6 // keeps the first steps finite
)

// Retrain makes weights of the base set and of messages that their owners released for it. The same
// examples in the same order give the same bytes, on every machine: no sum may be fused, so each
// product is rounded by itself.
//
// Weights made of released messages can betray words of them: they are personal data, to be sealed.
func Retrain(base, released []Example) *screening.Weights {
	all := slices.Concat(base, released)
	t := &trainer{rows: make([]row, 0, len(all))}
	for _, e := range all {
		r := row{}
		for _, unit := range screening.Units("", e.Text) {
			slices.Sort(unit)
			r.units = append(r.units, unit)
		}
		if len(r.units) == 0 {
			continue
		}
		for k, kind := range screening.Kinds {
			r.is[k] = slices.Contains(e.Kinds, kind)
		}
		r.is[screening.Lanes-1] = len(e.Kinds) > 0
		t.rows = append(t.rows, r)
	}
	for lane := range screening.Lanes {
		t.lane(lane)
	}
	return t.weights()
}

// row is an example as features.
type row struct {
	units [][]uint32
	is    [screening.Lanes]bool
}

type trainer struct {
	rows    []row
	learned [screening.Lanes][]float64
	bias    [screening.Lanes]float64
}

// lane trains one output by logistic regression. Of a message's stretches the one that scores highest
// is judged, as it is when a message is screened.
func (t *trainer) lane(lane int) {
	w := make([]float64, screening.Buckets)
	spent := make([]float64, screening.Buckets)
	bias, biasSpent := -1.0, 0.0
	state := uint64(lane + 1)
	order := make([]int, len(t.rows))
	for i := range order {
		order[i] = i
	}
	for range epochs {
		for i := len(order) - 1; i > 0; i-- {
			state = state*6364136223846793005 + 1442695040888963407
			j := int(state>>33) % (i + 1)
			order[i], order[j] = order[j], order[i]
		}
		for _, n := range order {
			r := &t.rows[n]
			best, z, norm := 0, 0.0, 0.0
			for u, unit := range r.units {
				scale := 1 / sqrt(float64(len(unit)))
				sum := 0.0
				for _, f := range unit {
					sum += w[f]
				}
				if s := bias + float64(scale*sum); u == 0 || s > z {
					best, z, norm = u, s, scale
				}
			}
			target, weight := 0.0, 1.0
			if r.is[lane] {
				target, weight = 1, 2.5 // fewer, and worse to miss
			}
			slope := float64(weight * (sigmoid(z) - target))
			biasSpent += float64(slope * slope)
			bias -= float64(0.1 * slope / (flatness + sqrt(biasSpent)))
			unit := r.units[best]
			for i := 0; i < len(unit); {
				f, count := unit[i], 0
				for ; i < len(unit) && unit[i] == f; i++ {
					count++
				}
				g := float64(slope*float64(norm*float64(count))) + float64(shrink*w[f])
				spent[f] += float64(g * g)
				w[f] -= float64(rate * g / (flatness + sqrt(spent[f])))
			}
		}
	}
	t.learned[lane], t.bias[lane] = w, bias
}

// weights rounds to a byte each.
func (t *trainer) weights() *screening.Weights {
	out := new(screening.Weights)
	for lane, w := range t.learned {
		most := 1e-9
		for _, x := range w {
			most = max(most, x, -x)
		}
		most = min(most, clip(w))
		scale := most / 127
		out.Bias[lane], out.Scale[lane] = float32(t.bias[lane]), float32(scale)
		for i, x := range w {
			q := min(127, max(-127, int(floor(float64(x/scale)+0.5))))
			out.Buckets[i] |= uint64(byte(q+128)) << (8 * lane)
		}
	}
	return out
}

// clip is what one weight in two thousand exceeds: few outliers don't make all others coarse.
func clip(w []float64) float64 {
	sizes := make([]float64, len(w))
	for i, x := range w {
		sizes[i] = max(x, -x)
	}
	slices.Sort(sizes)
	return max(1e-9, sizes[len(sizes)-1-len(sizes)/2000])
}
