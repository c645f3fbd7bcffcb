package crawl

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/html"
)

// Browser renders pages that their scripts make, with a headless Chromium. It reaches the network through our own
// proxy alone, which lets it to the site's hosts and no other.
type Browser struct {
	Program string // /usr/bin/chromium
	// Bare leaves out the browser's own sandbox, which it can't have as root: for tests alone. Without it,
	// and as root, nothing is rendered.
	Bare bool
	// Most is how many pages of one visit are rendered; zero: 500.
	Most int
	// Wall is the time that one page may take; zero: 30 s.
	Wall time.Duration
}

// Find gives a Browser where Chromium is installed, or nil.
func Find() *Browser {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return &Browser{Program: path}
		}
	}
	return nil
}

// scant is how few letters make a page one that its scripts fill.
const scant = 200

// hollow tells whether a page has hardly any text and has scripts.
func hollow(a *Answer) bool {
	if a.Type != "text/html" && a.Type != "application/xhtml+xml" || len(a.Body) > 4<<20 || !bytes.Contains(a.Body, []byte("<script")) {
		return false
	}
	letters, scripts, silent := 0, false, ""
	z := html.NewTokenizer(bytes.NewReader(a.Body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return scripts && letters < scant
		case html.StartTagToken:
			name, _ := z.TagName()
			switch n := string(name); n {
			case "script":
				scripts, silent = true, n
			case "style", "noscript", "template", "title":
				silent = n
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == silent {
				silent = ""
			}
		case html.TextToken:
			if silent == "" {
				if letters += len(bytes.TrimSpace(z.Text())); letters >= scant {
					return false
				}
			}
		}
	}
}

// into puts what the page's scripts make of it in the answer's place. When that fails the page stays as it was sent.
func (b *Browser) into(ctx context.Context, a *Answer, r *round) {
	if r.renders >= or(b.Most, 500) || os.Getuid() == 0 && !b.Bare {
		return
	}
	r.renders++
	if out := b.render(ctx, a.URL.String(), r); len(out) > len("<html><head></head><body></body></html>") {
		a.Body, a.Rendered, a.Charset = out, true, "utf-8"
	}
}

func (b *Browser) render(ctx context.Context, address string, r *round) []byte {
	ctx, cancel := context.WithTimeout(ctx, or(b.Wall, 30*time.Second))
	defer cancel()
	through, err := r.proxy()
	if err != nil {
		return nil
	}
	dir, err := os.MkdirTemp(memory(), "varn-render-")
	if err != nil {
		return nil
	}
	defer func() { _ = os.RemoveAll(dir) }()
	args := []string{"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--disable-default-apps", "--disable-dev-shm-usage", "--metrics-recording-only", "--no-default-browser-check", "--no-pings", "--mute-audio", "--incognito",
		"--disable-features=WebRtcHideLocalIpsWithMdns,Translate,OptimizationHints,MediaRouter", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disk-cache-size=1",
		"--blink-settings=imagesEnabled=false", "--lang=sv-SE", "--user-agent=" + r.c.agent(), "--user-data-dir=" + dir,
		"--proxy-server=http://" + through, "--proxy-bypass-list=<-loopback>", "--virtual-time-budget=8000", "--timeout=15000", "--dump-dom"}
	if b.Bare {
		args = append(args, "--no-sandbox")
	}
	cmd := exec.CommandContext(ctx, b.Program, append(args, address)...)
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=/usr/bin:/bin", "LANG=sv_SE.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(out, 16<<20))
	if err != nil || int64(len(text)) == 16<<20 {
		cancel()
	}
	_ = cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it has started and left
	return []byte(strings.ToValidUTF8(string(text), "�"))
}

// memory is a folder that lies in memory, if there is one: what the browser keeps while it runs never touches a disk.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}
