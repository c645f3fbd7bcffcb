package scenario

import (
	"strings"
	"testing"

	"varn/cmd/varn/doctor"
	"varn/internal/domain/access"
	"varn/internal/domain/function"
)

// TestTheDoctorSeesWhoCanOpenAndWhatWasGivenUp looks at the rows of a living town.
func TestTheDoctorSeesWhoCanOpenAndWhatWasGivenUp(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		says := func(check string) (all string) {
			t.Helper()
			for _, f := range doctor.Examine(t.Context(), w.house.Config, w.clock) {
				if f.Check == check {
					all += string(f.Level) + " " + f.Says + "\n"
				}
				if strings.Contains(f.Says+f.Mend, "Sigrid") || strings.Contains(f.Says+f.Mend, "Blåklint") {
					t.Errorf("it tells a name: %+v", f)
				}
			}
			return all
		}
		if got := says("people"); !strings.Contains(got, "unwise 1 head") {
			t.Errorf("one head: %q", got)
		}
		w.newcomer("Hedda Vakt", access.HeadOfSecurity)
		if got := says("people"); got != "" {
			t.Errorf("two heads: %q", got)
		}
		w.function(function.OnCall, "Blåklintsjouren")
		if got := says("functions"); !strings.Contains(got, "unwise 1 functions") {
			t.Errorf("a vacant function: %q", got)
		}
		if got := says("recovery key"); !strings.HasPrefix(got, "fine") {
			t.Error(got)
		}
		if got := says("second key place"); !strings.HasPrefix(got, "unwise") {
			t.Error(got)
		}
		w.write(`INSERT INTO job (org, id, kind, args, run_at, attempts, max_attempts, state, lease_until, lease_owner, error_class, created)
			VALUES ($1, 'j', 'mail.send', '{}', 0, 14, 14, 'dead', 0, '', 'mail.refused', 0)`)
		if got := says("jobs"); !strings.Contains(got, "wrong job j (mail.send) was given up after 14 tries: mail.refused") {
			t.Errorf("a dead job: %q", got)
		}
		w.backedUp(t.TempDir())
		if got := says("backup"); !strings.HasPrefix(got, "fine") {
			t.Errorf("a fresh backup: %q", got)
		}
		w.write(`UPDATE role_grant SET person = 'x' WHERE org = $1`)
		if got := says("rows"); !strings.Contains(got, "varn audit verify") && !strings.HasPrefix(got, "wrong") {
			t.Errorf("a changed row: %q", got)
		}
	})
}
