// Exposure measures varn scan beside ripgrep over one corpus, in pairs by turns: all detectors with
// validation, places and lines of JSON, against six expressions that only count. One JSON line;
// speeds are megabytes of 10^6 bytes a second of wall time, and the processor's seconds stand beside.
//
//	go run ./bench/exposure/corpus -out /tmp/corpus.txt -mb 1024
//	go build -o /tmp/varn ./cmd/varn && go run ./bench/exposure -varn /tmp/varn -corpus /tmp/corpus.txt
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// run is what one process cost.
type run struct {
	wall, cpu time.Duration
	memory    int64 // most that was resident, KiB
}

type result struct {
	Bytes         int64              `json:"bytes"`
	Speed         map[string]float64 `json:"mb_s"`
	CPU           map[string]float64 `json:"cpu_s"`
	Memory        map[string]int64   `json:"resident_kib"`
	OneCore       float64            `json:"one_core_to_ripgrep"`
	OneCoreCPU    float64            `json:"one_core_to_ripgrep_by_cpu"`
	Listed        float64            `json:"listed_to_ripgrep"`
	ListedCPU     float64            `json:"listed_to_ripgrep_by_cpu"`
	TwoCores      float64            `json:"two_cores_to_one"`
	FirstFindings float64            `json:"first_finding_ms"`
}

func main() {
	varn := flag.String("varn", "varn", "the program")
	corpus := flag.String("corpus", "corpus.txt", "what bench/exposure/corpus wrote")
	expressions := flag.String("expressions", "bench/exposure/corpus/ripgrep-expressions.txt", "the six expressions")
	pairs := flag.Int("pairs", 5, "how many rounds")
	people := flag.Int("people", 100_000, "listed persons")
	flag.Parse()
	if err := measure(*varn, *corpus, *expressions, *pairs, *people); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(varn, corpus, expressions string, pairs, people int) error {
	info, err := os.Stat(corpus)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-exposure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list := filepath.Join(dir, "people.csv")
	if err := writePeople(list, people); err != nil {
		return err
	}
	one := []string{"taskset", "-c", "1"}
	ways := []struct {
		name string
		args []string
	}{
		{"ripgrep", append(slices.Clone(one), "rg", "-j1", "--count-matches", "-f", expressions, corpus)},
		{"one", append(slices.Clone(one), varn, "scan", "--json", "-j", "1", corpus)},
		{"listed", append(slices.Clone(one), varn, "scan", "--json", "-j", "1", "--list", list, corpus)},
		{"two", []string{varn, "scan", "--json", "-j", "2", corpus}},
	}
	all := map[string][]run{}
	for range pairs {
		for _, w := range ways {
			r, err := start(w.args)
			if err != nil {
				return err
			}
			all[w.name] = append(all[w.name], r)
		}
	}
	first, err := firstFinding(varn, corpus)
	if err != nil {
		return err
	}
	out := result{Bytes: info.Size(), Speed: map[string]float64{}, CPU: map[string]float64{}, Memory: map[string]int64{}, FirstFindings: first}
	for name, rs := range all {
		out.Speed[name] = float64(info.Size()) / 1e6 / median(rs, func(r run) float64 { return r.wall.Seconds() })
		out.CPU[name] = median(rs, func(r run) float64 { return r.cpu.Seconds() })
		out.Memory[name] = int64(median(rs, func(r run) float64 { return float64(r.memory) }))
	}
	ratio := func(a, b string, of func(run) float64) float64 {
		var all2 []float64
		for i := range all[a] {
			all2 = append(all2, of(all[b][i])/of(all[a][i]))
		}
		slices.Sort(all2)
		return all2[len(all2)/2]
	}
	wall, cpu := func(r run) float64 { return r.wall.Seconds() }, func(r run) float64 { return r.cpu.Seconds() }
	out.OneCore, out.OneCoreCPU = ratio("one", "ripgrep", wall), ratio("one", "ripgrep", cpu)
	out.Listed, out.ListedCPU = ratio("listed", "ripgrep", wall), ratio("listed", "ripgrep", cpu)
	out.TwoCores = ratio("two", "one", wall)
	return json.NewEncoder(os.Stdout).Encode(out)
}

func median(rs []run, of func(run) float64) float64 {
	var v []float64
	for _, r := range rs {
		v = append(v, of(r))
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// start runs a program to its end; exit status 1 says that something was found.
func start(args []string) (run, error) {
	c := exec.Command(args[0], args[1:]...)
	c.Stderr = os.Stderr
	begun := time.Now()
	if err := c.Run(); err != nil && c.ProcessState.ExitCode() != 1 {
		return run{}, fmt.Errorf("%v: %w", args, err)
	}
	wall := time.Since(begun)
	r := run{wall: wall, cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = u.Maxrss
	}
	return r, nil
}

// firstFinding is how long until the first line, in milliseconds; the least of nine.
func firstFinding(varn, corpus string) (float64, error) {
	best := time.Hour
	for range 9 {
		c := exec.Command(varn, "scan", "--json", corpus)
		out, err := c.StdoutPipe()
		if err != nil {
			return 0, err
		}
		begun := time.Now()
		if err := c.Start(); err != nil {
			return 0, err
		}
		_, err = bufio.NewReader(out).ReadString('\n')
		best = min(best, time.Since(begun))
		_ = c.Process.Kill()
		_ = c.Wait()
		if err != nil {
			return 0, err
		}
	}
	return float64(best.Microseconds()) / 1000, nil
}

// writePeople makes listed persons of syllables, so that no two are alike and none is anybody.
func writePeople(name string, n int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	_, _ = w.WriteString("name,address,phone,email,plate\n")
	parts := []string{"ba", "de", "fi", "go", "hu", "jy", "ka", "le", "mi", "no"}
	for i := range n {
		word := func(k int) string {
			s := ""
			for _, c := range strconv.Itoa(k + 10000) {
				s += parts[c-'0']
			}
			return string(s[0]-32) + s[1:]
		}
		_, _ = fmt.Fprintf(w, "%s %s,%sgatan %d,070-%07d,p%d@example.se,\n", word(i), word(i*7%90000), word(i%5000), 1+i%90, 1000000+i, i)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
