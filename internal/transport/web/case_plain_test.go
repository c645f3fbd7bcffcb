package web_test

import (
	"encoding/binary"
	"math"
	"testing"

	"varn/internal/transport/web/browser"
)

// TestTheWorkInACaseNeedsNoScript keeps evidence, plans a measure, answers an obligation and prepares what
// the police get, in a browser that runs no script.
func TestTheWorkInACaseNeedsNoScript(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	filed := w.filed(t, grave())
	w.takes(t, filed.Ref)
	tab := w.tab(t, w.head)
	tab.WithoutScript()
	at := w.url + "/arende/" + filed.Ref
	tab.Open(at + "/bevis/nytt")
	tab.Click(`input[value="PICTURE"]`)
	tab.Type("#f-from", "Emil lämnade den")
	tab.Type("#f-why", "Kniven syns.")
	tab.Attach("#f-files", paper(t, "kniven.png", "ingen riktig bild"))
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "kniven.png", "Kontrollsumma")
	tab.Follow("main h2 a")
	tab.Follow("main form button")
	reads(t, tab, "Originalet är det som kom in.")
	tab.Open(at + "/atgarder")
	tab.Click("input[type=checkbox]")
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Planerad")
	tab.Open(at + "/polis")
	tab.Type("#f-victim", "Asta Ledamot")
	tab.Set("#f-contact", "Säkerhetsfunktionen, 0123-456 70")
	tab.Follow("main form button")
	reads(t, tab, "Paket till polisen", "1 original")
}

// TestTheWorkInACaseIsDoneByKeyboard reaches evidence, the police's form and an obligation with Tab and
// presses them with Enter.
func TestTheWorkInACaseIsDoneByKeyboard(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	filed := w.filed(t, grave())
	w.takes(t, filed.Ref)
	tab := w.tab(t, w.head)
	tab.Open(w.url + "/arende/" + filed.Ref)
	goes(t, tab, "Bevis", "Bevis")
	goes(t, tab, "Lägg till bevis", "Lägg till bevis")
	tab.TabTo("Fil")
	tab.Press(browser.KeyDown)
	tab.TabTo("Varifrån det kommer")
	tab.Press("E", "m", "i", "l")
	tab.Open(w.url + "/arende/" + filed.Ref)
	goes(t, tab, "Plikter", "Plikter")
}

// TestASoundIsPlayedAndSought plays a recording in the page, from its middle, straight out of what is sealed.
func TestASoundIsPlayedAndSought(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	filed := w.filed(t, grave())
	w.takes(t, filed.Ref)
	tab := w.tab(t, w.head)
	tab.Open(w.url + "/arende/" + filed.Ref + "/bevis/nytt")
	tab.Click(`input[value="RECORDING"]`)
	tab.Type("#f-from", "Telefonsvararen")
	tab.Type("#f-why", "Rösten hörs.")
	tab.Attach("#f-files", paper(t, "samtal.wav", string(tone(60))))
	tab.Follow("main form button[type=submit]")
	tab.Follow("main h2 a")
	at := browser.Eval[float64](tab, `(async () => {
		const a = document.querySelector("audio");
		const on = (what) => new Promise((yes, no) => { a.addEventListener(what, yes, { once: true }); a.addEventListener("error", () => no(new Error("code " + a.error.code)), { once: true }); });
		if (a.readyState < 1) await on("loadedmetadata");
		if (Math.abs(a.duration - 60) > 0.1) throw new Error("it lasts " + a.duration);
		a.muted = true;
		const sought = on("seeked");
		a.currentTime = 45;
		await sought;
		const playing = on("timeupdate");
		await a.play();
		await playing;
		a.pause();
		return a.currentTime;
	})()`)
	if at < 45 || at > 60 {
		t.Errorf("it plays at %.1f s", at)
	}
}

// tone is a WAV of so many seconds: 8 kHz, 16 bits, one voice.
func tone(seconds int) []byte {
	const rate = 8000
	n := seconds * rate * 2
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, uint32(36+n))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	for _, v := range []uint16{1, 1} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*2)
	for _, v := range []uint16{2, 16} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	for i := range n / 2 {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8000*math.Sin(float64(i)/9))))
	}
	return b
}
