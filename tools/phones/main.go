// Phones asks github.com/nyaruka/phonenumbers which numbers may exist, and writes what it says as the
// tables that exposure reads numbers by: the library costs 39 µs a number, the table a few ns.
//
//	go run ./tools/phones > internal/domain/exposure/phonetable.go
package main

import (
	"fmt"
	"math/rand"
	"slices"

	"github.com/nyaruka/phonenumbers"
)

const tries = 14

func main() {
	fmt.Println("package exposure\n\n// Made by go run ./tools/phones.")
	fmt.Println("\n// swedish tells of each three digits after the leading zero which lengths a number may have, a bit for each.\nvar swedish = [1000]uint16{")
	for p := 100; p < 1000; p++ {
		if l := lengths(46, fmt.Sprint(p), 3*tries); l != 0 {
			fmt.Printf("\t%d: %#x,\n", p, l)
		}
	}
	fmt.Println("}\n\n// abroad tells of each calling code which lengths a number may have, and with which two digits it may begin.\nvar abroad = [1000]struct {\n\tlengths uint16\n\tbegins  [2]uint64\n}{")
	var codes []int
	for c := range phonenumbers.GetSupportedCallingCodes() {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	for _, c := range codes {
		var all uint16
		var begins [2]uint64
		for p := 0; p < 100; p++ {
			if l := lengths(c, fmt.Sprintf("%02d", p), tries); l != 0 {
				all |= l
				begins[p/64] |= 1 << (p % 64)
			}
		}
		if all != 0 {
			fmt.Printf("\t%d: {%#x, [2]uint64{%#x, %#x}},\n", c, all, begins[0], begins[1])
		}
	}
	fmt.Println("}")
}

// lengths has a bit for each length that some number with this beginning has.
func lengths(code int, begins string, tries int) uint16 {
	var out uint16
	r := rand.New(rand.NewSource(1))
	for n := 5; n <= 13; n++ {
		for range tries {
			s := begins
			for len(s) < n {
				s += fmt.Sprint(r.Intn(10))
			}
			num, err := phonenumbers.Parse(fmt.Sprintf("+%d%s", code, s), "")
			if err == nil && phonenumbers.IsValidNumber(num) && int(num.GetCountryCode()) == code {
				out |= 1 << n
				break
			}
		}
	}
	return out
}
