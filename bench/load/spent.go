package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// spentByAll is the processor time, in ms, that this process has used with all that it has started:
// the server and PostgreSQL among it.
func spentByAll() float64 {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	parent, used := map[int]int{}, map[int]float64{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(raw), ") ")
		f := strings.Fields(rest) // from the third field on
		var pid int
		if _, err := fmt.Sscanf(string(raw), "%d", &pid); err != nil || len(f) < 13 {
			continue
		}
		parent[pid], _ = strconv.Atoi(f[1]) // numbers, by the kernel's word
		user, _ := strconv.ParseFloat(f[11], 64)
		system, _ := strconv.ParseFloat(f[12], 64)
		used[pid] = (user + system) * 10 // from hundredths of a second
	}
	var all float64
	for pid, ms := range used {
		for at := pid; at != 0; at = parent[at] {
			if at == os.Getpid() {
				all += ms
				break
			}
		}
	}
	return all
}
