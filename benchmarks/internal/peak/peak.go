// Package peak tells the most memory that a process has held.
package peak

import (
	"os"
	"strconv"
	"strings"
)

// Memory returns VmHWM of this process in MB, 0 where the system doesn't say.
func Memory() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kib * 1024 / 1e6
		}
	}
	return 0
}
