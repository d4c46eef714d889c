package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// daemon is nextflexd in a process of its own.
type daemon struct {
	*exec.Cmd
	base    string
	started time.Time
	log     *bytes.Buffer
}

// spawn starts the daemon as a process on an empty folder, with the settings
// that a newcomer has, but for the ports.
func spawn(t *testing.T, args ...string) *daemon {
	t.Helper()
	address := freeAddress(t)
	args = append([]string{"--addr", address, "--ops-addr", "off", "--data-dir", filepath.Join(t.TempDir(), "site")}, args...)
	d := &daemon{Cmd: exec.Command(os.Args[0], args...), base: "http://" + address, log: &bytes.Buffer{}}
	d.Env = append(os.Environ(), childEnvironment+"=1")
	d.Stderr = d.log
	d.started = time.Now()
	require.NoError(t, d.Start())
	t.Cleanup(func() {
		if d.ProcessState == nil {
			_ = d.Process.Kill() // it may have ended
			_ = d.Wait()
		}
	})
	return d
}

// ready waits for the first answer.
func (d *daemon) ready(t *testing.T) {
	t.Helper()
	for time.Since(d.started) < 2*time.Minute {
		answer, err := http.Get(d.base + "/api/v1/recommendations/top?k=10")
		if err == nil {
			answer.Body.Close()
			require.Equal(t, 200, answer.StatusCode)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the daemon doesn't answer: %s", d.log)
}

// resident is the memory of the process that is resident, in MB: now, and at most.
func (d *daemon) resident(t *testing.T) (now, peak float64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.Process.Pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		var kb float64
		if name == "VmRSS" || name == "VmHWM" {
			_, err := fmt.Sscan(value, &kb)
			require.NoError(t, err)
		}
		switch name {
		case "VmRSS":
			now = kb * 1024 / 1e6
		case "VmHWM":
			peak = kb * 1024 / 1e6
		}
	}
	require.Positive(t, now)
	return now, peak
}

// processorTime is what the process has used so far.
func (d *daemon) processorTime(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.Process.Pid))
	require.NoError(t, err)
	// Fields 14 and 15 (proc_pid_stat(5)), in ticks of 10 ms; the second field
	// may hold blanks and ends with the last bracket.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var user, system int64
	_, err = fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	require.NoError(t, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// TestStartIsQuickAndSmall: from an empty folder to the first answer in 2
// seconds, in less than 150 MB, with the settings of a newcomer. Time is that of
// the processor, which other processes on the machine hardly lengthen, at best of three.
func TestStartIsQuickAndSmall(t *testing.T) {
	if raceDetector || testing.CoverMode() != "" {
		t.Skip("the race detector and the counters of coverage take time and memory of their own")
	}
	var d *daemon
	var wall, used time.Duration
	for try := range 3 {
		d = spawn(t)
		d.ready(t)
		wall, used = time.Since(d.started), d.processorTime(t)
		if used < 2*time.Second || try == 2 {
			break
		}
		// A core that is shared with others, or runs slowly for a while, takes more of it.
		t.Logf("%v of the processor at the first answer: once more", used)
		require.NoError(t, d.Process.Signal(os.Interrupt))
		require.NoError(t, d.Wait(), d.log.String())
	}
	now, peak := d.resident(t)
	t.Logf("first answer after %v (%v of the processor), %.0f MB resident, %.0f MB at most", wall.Round(time.Millisecond), used, now, peak)
	require.Less(t, used, 2*time.Second)
	require.Less(t, peak, 150.0)

	// Passwords take the most memory of all that a client can ask for.
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			answer, err := http.Post(d.base+"/auth/jwt/create/", "application/json", strings.NewReader(fmt.Sprintf(`{"email":"a%d@example.org","password":"correct horse"}`, i)))
			if err != nil {
				t.Error(err)
				return
			}
			answer.Body.Close()
		})
	}
	all.Wait()
	now, peak = d.resident(t)
	t.Logf("after 8 logins at once: %.0f MB resident, %.0f MB at most", now, peak)
	require.Less(t, peak, 150.0)
	require.NoError(t, d.Process.Signal(os.Interrupt))
	require.NoError(t, d.Wait(), d.log.String())
}

// TestSecondSignalStopsAtOnce: a request that doesn't end holds up a stop for a
// while, unless one insists.
func TestSecondSignalStopsAtOnce(t *testing.T) {
	d := spawn(t, small...)
	d.ready(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.base, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /auth/jwt/create/ HTTP/1.1\r\nHost: films\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "100 Continue", "the body is being waited for")
	require.NoError(t, d.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool { // until the port is closed
		probe, err := net.Dial("tcp", strings.TrimPrefix(d.base, "http://"))
		if err == nil {
			probe.Close()
		}
		return err != nil
	}, 2*time.Minute, 10*time.Millisecond)
	require.NoError(t, d.Process.Signal(syscall.SIGTERM))
	require.Error(t, d.Wait())
	status, ok := d.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.True(t, status.Signaled())
	require.Equal(t, syscall.SIGTERM, status.Signal())
}

// TestSecondSignalRightAfterTheFirst: a process that gets the second signal as
// soon as it knows of the first ends by it. The race is run several times.
func TestSecondSignalRightAfterTheFirst(t *testing.T) {
	for range 20 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childEnvironment+"="+signalsItself, "GOMAXPROCS=4")
		require.Error(t, child.Run())
		status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
		require.True(t, ok)
		require.True(t, status.Signaled(), status)
		require.Equal(t, syscall.SIGTERM, status.Signal())
	}
}

// signalsItself makes the binary of the tests a process that sends itself two
// signals, the second once the first has ended its context.
const signalsItself = "signals itself"

func init() {
	if os.Getenv(childEnvironment) != signalsItself {
		return
	}
	ctx, stop := untilSignal()
	defer stop()
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM) // to itself it may always
	<-ctx.Done()
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	time.Sleep(5 * time.Second) // the end, unless the signal was caught
	os.Exit(0)
}
