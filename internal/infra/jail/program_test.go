package jail

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func programs() *Programs {
	return &Programs{Self: "/proc/self/exe", Wall: 30 * time.Second, Most: 8 << 20}
}

// TestAProgramInJailOpensNoSocketAndNoFile lets a program of the system try what must not go.
func TestAProgramInJailOpensNoSocketAndNoFile(t *testing.T) {
	t.Parallel()
	elsewhere := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(elsewhere, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	script := `
use Socket;
sub try { my ($what, $went) = @_; print "went: $what\n" if $went; }
try("read a file", open(my $a, "<", "` + elsewhere + `"));
try("read passwords", open(my $b, "<", "/etc/passwd"));
try("read its environment of old", open(my $c, "<", "/proc/1/environ"));
try("write a file", open(my $d, ">", "/tmp/varn-program-probe"));
try("write among libraries", open(my $e, ">", "/usr/varn-program-probe"));
try("list a folder", opendir(my $f, "/tmp"));
try("make a folder", mkdir("/tmp/varn-program-folder"));
try("socket", socket(my $g, PF_INET, SOCK_STREAM, 0));
try("udp", socket(my $h, PF_INET, SOCK_DGRAM, 0));
try("unix", socket(my $i, PF_UNIX, SOCK_STREAM, 0));
try("pair", socketpair(my $j, my $k, PF_UNIX, SOCK_STREAM, 0));
try("fork", defined(fork()));
try("kill another", kill(0, 1));
try("run another", system("/usr/bin/true") == 0);
try("see the environment", exists($ENV{VARN_SECRET_OF_A_TEST}));
print "read its own: ", (open(my $l, "<", "/usr/bin/perl") ? "yes" : "no"), "\n";
print "heard: ", scalar(<DATA>);
__END__
hej
`
	out, err := programs().run(t.Context(), strings.NewReader(script), "/usr/bin/perl", []string{"-"})
	if errors.Is(err, ErrNoJail) {
		t.Skip("the system has no Landlock")
	}
	if got := string(out); err != nil || got != "read its own: yes\nheard: hej\n" {
		t.Fatalf("%v: %s", err, got)
	}
}

func TestAProgramInJailTakesNoMoreThanItsShare(t *testing.T) {
	t.Parallel()
	p := programs()
	p.Most = 1000
	if _, err := p.run(t.Context(), strings.NewReader(`print "x" x 100000`), "/usr/bin/perl", []string{"-"}); !errors.Is(err, ErrStopped) {
		t.Errorf("a flood: %v", err)
	}
	if _, err := programs().run(t.Context(), strings.NewReader(`my $x = "x" x (3 << 30); print length $x`), "/usr/bin/perl", []string{"-"}); !errors.Is(err, ErrStopped) {
		t.Errorf("a swell: %v", err)
	}
	p = programs()
	p.Wall = time.Second
	if _, err := p.run(t.Context(), strings.NewReader(`1 while 1`), "/usr/bin/perl", []string{"-"}); !errors.Is(err, ErrStopped) {
		t.Errorf("a spin: %v", err)
	}
	if _, err := programs().Run(t.Context(), nil, "perl", "-e", "1"); !errors.Is(err, ErrNoProgram) {
		t.Errorf("a program that nobody named: %v", err)
	}
	if (*Programs)(nil).Has(PDFText) {
		t.Error("nothing has a program")
	}
}

// TestReadersOfPDFRunInJail runs each program that is installed on a document of Chromium.
func TestReadersOfPDFRunInJail(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../domain/extract/testdata/golden/protokoll.pdf")
	if err != nil {
		t.Fatal(err)
	}
	p := programs()
	if !p.Has(PDFText) || !p.Has(PDFPage) {
		t.Skip("poppler is not installed")
	}
	out, err := p.Run(t.Context(), bytes.NewReader(content), PDFText, "-enc", "UTF-8", "-", "-")
	if err != nil || !strings.Contains(string(out), "Åsa Påhittad (811228-9874)") {
		t.Fatalf("%v %q", err, out)
	}
	out, err = p.Run(t.Context(), bytes.NewReader(content), PDFPage, "-r", "150", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", "-")
	if err != nil || !bytes.HasPrefix(out, []byte("\x89PNG")) {
		t.Fatalf("%v, %d bytes", err, len(out))
	}
	if !p.Has(Tesseract) {
		t.Skip("tesseract is not installed")
	}
	words, err := p.Run(t.Context(), bytes.NewReader(out), Tesseract, "-", "-", "-l", "swe")
	if err != nil || !strings.Contains(string(words), "Åsa Påhittad") {
		t.Fatalf("%v %q", err, words)
	}
}
