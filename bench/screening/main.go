// Screening measures what screening costs: bytes a second on one core over ordinary mail and over the
// worst text that was found, and one letter of 4 KiB. Time is what the processor spent on this
// process, so that a busy machine doesn't count. One JSON line.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"varn/internal/domain/screening"
)

const ordinary = `Hej! Jag har bott i Lerby i trettio år och har följt frågan om skolan sedan den väcktes i våras.
Utredningen visar att kostnaderna för lokalerna stiger med tolv procent, men inte ett ord sägs om vad det kostar att
skjutsa barnen två mil varje morgon. Min dotter går i fjärde klass och åker redan buss klockan sju. Ni måste skjuta upp
beslutet tills siffrorna är kontrollerade! Jag är besviken på nämnden, och många i byn säger detsamma: så här gör man
inte. Om ni ändå klubbar förslaget på tisdag överklagar vi till förvaltningsrätten. Kan du svara på hur du tänker rösta?
Please answer before Friday, as we would like to invite the local newspaper to the meeting. Med vänlig hälsning, Per
`

// worst is made of words that many patterns hang on.
const worst = "du ska om dig din dö få jag vi ni här är slå bil barn hus vet var bor kniv annars "

type result struct {
	Ordinary     float64 `json:"ordinary_mb_s"`
	OrdinaryBest float64 `json:"ordinary_best_mb_s"`
	Worst        float64 `json:"worst_mb_s"`
	WorstBest    float64 `json:"worst_best_mb_s"`
	Letter       float64 `json:"letter_4k_us"`
	LetterBest   float64 `json:"letter_4k_best_us"`
}

func main() {
	seconds := flag.Float64("seconds", 3, "processor time for each figure")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	var out result
	out.Ordinary, out.OrdinaryBest = speed(fill(ordinary, 1<<20), *seconds)
	out.Worst, out.WorstBest = speed(fill(worst, 1<<20), *seconds)
	median, best := speed(fill(ordinary, 4096), *seconds)
	out.Letter, out.LetterBest = 4096/median, 4096/best
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fill(text string, size int) string { return strings.Repeat(text, size/len(text)+1)[:size] }

// speed is megabytes (10⁶) a second of processor time, the median and the best of fifty stretches: what
// else runs on the machine slows a stretch, nothing hastens one.
func speed(text string, seconds float64) (median, best float64) {
	var all []float64
	for range 50 {
		n, begin := 0, spent()
		for n == 0 || (spent()-begin).Seconds() < seconds/50 {
			for range 1 + 1<<18/len(text) {
				screening.Screen(screening.Input{Text: text})
				n++
			}
		}
		all = append(all, float64(n)*float64(len(text))/1e6/(spent()-begin).Seconds())
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)-1]
}

func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
