package bench

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what Linux counts for a process and its descendants; zeros elsewhere.
type usage struct {
	cpu    time.Duration // of all cores
	memory int64         // bytes resident at each process's peak
}

// usageOf adds up a family of processes.
func usageOf(pid int) usage {
	parent := map[int]int{}
	stats := map[int][]string{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // none where there is no /proc
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// "pid (name) state ppid …": the name may hold anything.
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 15 {
			continue
		}
		parent[id], _ = strconv.Atoi(fields[1])
		stats[id] = fields
	}
	var sum usage
	for id, fields := range stats {
		if !descends(parent, id, pid) {
			continue
		}
		for _, field := range fields[11:15] { // own and ended children's, user's and system's
			ticks, _ := strconv.Atoi(field)
			sum.cpu += time.Duration(ticks) * time.Second / 100
		}
		sum.memory += peakMemory(id)
	}
	return sum
}

func descends(parent map[int]int, id, from int) bool {
	for ; id > 1; id = parent[id] {
		if id == from {
			return true
		}
	}
	return false
}

// peakMemory is the field VmHWM of a process's status, in kB there.
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kilobytes, _ := strconv.ParseInt(number, 10, 64)
	return kilobytes << 10
}
