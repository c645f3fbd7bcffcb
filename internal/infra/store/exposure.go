package store

import (
	"slices"
	"strconv"

	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

const siteColumns = `org, id, unit, owner, paused, ended, sealed, version, created, changed, mac`

func siteProof(s watch.Site) proof { return proof{"exposure_site", s.ID, s.MAC, s.Who()} }

// VouchedSites gives every site, ended ones included, oldest first.
func (t *Tx) VouchedSites(k *keyring.Keys) ([]watch.Site, error) {
	all, err := t.ExposureSites()
	return many(t, k, all, err, siteProof)
}

// ExposureSites lists every site, for proving the log.
func (t *Tx) ExposureSites() ([]watch.Site, error) {
	return All[watch.Site](t, `SELECT `+siteColumns+` FROM exposure_site WHERE org = $1 ORDER BY created, id`)
}

// VouchedSite gives one site, or NotFound.
func (t *Tx) VouchedSite(k *keyring.Keys, id string) (watch.Site, error) {
	s, err := One[watch.Site](t, `SELECT `+siteColumns+` FROM exposure_site WHERE org = $1 AND id = $2`, id)
	return one(t, k, s, err, siteProof)
}

// InsertSite enters a site.
func (t *Tx) InsertSite(s watch.Site) error {
	_, err := t.Exec(`INSERT INTO exposure_site (`+siteColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.ID, s.Unit, s.Owner, s.Paused, s.Ended, s.Sealed, s.Version, s.Created, s.Changed, s.MAC)
	return err
}

// UpdateSite stores a changed site; Version is one more than the stored one.
func (t *Tx) UpdateSite(s watch.Site) error {
	return t.changed(`UPDATE exposure_site SET unit = $3, owner = $4, paused = $5, ended = $6, sealed = $7, version = $8, changed = $9, mac = $10 WHERE org = $1 AND id = $2 AND version = $11`,
		s.ID, s.Unit, s.Owner, s.Paused, s.Ended, s.Sealed, s.Version, s.Changed, s.MAC, s.Version-1)
}

// SiteIDs lists every site, after an id and in their order.
func (t *Tx) SiteIDs(after string, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM exposure_site WHERE org = $1 AND id > $2 ORDER BY id LIMIT `+strconv.Itoa(limit), after)
}

const exposureColumns = `org, id, site, unit, tag, kind, state, grave, owner, due, first_seen, closed, until, sealed, version, changed, mac`

func exposureProof(f watch.Finding) proof { return proof{"exposure_finding", f.ID, f.MAC, f.Who()} }

func exposures(k *keyring.Keys) vouchable[watch.Finding] {
	return vouchable[watch.Finding]{k, "exposure_finding", "exposure_finding", exposureColumns, exposureProof}
}

// VouchedExposures gives the findings in some states, most pressing first; of is a site, or empty for all.
func (t *Tx) VouchedExposures(k *keyring.Keys, states []watch.State, of string) ([]watch.Finding, error) {
	var args []any
	marks := ""
	for i, s := range states {
		args = append(args, string(s))
		if i > 0 {
			marks += ", "
		}
		marks += "$" + strconv.Itoa(i+2)
	}
	where := `state IN (` + marks + `)`
	if of != "" {
		args = append(args, of)
		where += ` AND site = $` + strconv.Itoa(len(args)+1)
	}
	return allOf(t, exposures(k), where+` ORDER BY due, id`, args...)
}

// VouchedExposure gives one finding, or NotFound.
func (t *Tx) VouchedExposure(k *keyring.Keys, id string) (watch.Finding, error) {
	return oneOf(t, exposures(k), `id = $2`, id)
}

// VouchedExposuresOf gives the findings with these ids.
func (t *Tx) VouchedExposuresOf(k *keyring.Keys, ids []string) ([]watch.Finding, error) {
	return allAmong(t, exposures(k), `id`, ids)
}

// VouchedExposuresBy gives a site's findings with these tags.
func (t *Tx) VouchedExposuresBy(k *keyring.Keys, site string, tags []string) ([]watch.Finding, error) {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	var all []watch.Finding
	for part := range slices.Chunk(slices.Compact(tags), 128) {
		in, args := among([]any{site}, part)
		rows, err := allOf(t, exposures(k), `site = $2 AND tag `+in, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// EachExposure visits every finding, for proving the log.
func (t *Tx) EachExposure(visit func(*watch.Finding) error) error {
	return Each(t, `SELECT `+exposureColumns+` FROM exposure_finding WHERE org = $1`, nil, visit)
}

// InsertExposure enters a finding.
func (t *Tx) InsertExposure(f watch.Finding) error {
	_, err := t.Exec(`INSERT INTO exposure_finding (`+exposureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		f.ID, f.Site, f.Unit, f.Tag, f.Kind, f.State, f.Grave, f.Owner, f.Due, f.First, f.Closed, f.Until, f.Sealed, f.Version, f.Changed, f.MAC)
	return err
}

// UpdateExposure stores a changed finding; Version is one more than the stored one.
func (t *Tx) UpdateExposure(f watch.Finding) error {
	return t.changed(`UPDATE exposure_finding SET unit = $3, tag = $4, state = $5, grave = $6, owner = $7, due = $8, closed = $9, until = $10, sealed = $11, version = $12, changed = $13, mac = $14
		WHERE org = $1 AND id = $2 AND version = $15`,
		f.ID, f.Unit, f.Tag, f.State, f.Grave, f.Owner, f.Due, f.Closed, f.Until, f.Sealed, f.Version, f.Changed, f.MAC, f.Version-1)
}

const runColumns = `org, id, site, ending, pressed, started, ended, pages, fresh, missed, barred, unread, traps, found, gone`

// InsertRun begins a run.
func (t *Tx) InsertRun(r watch.Run) error {
	_, err := t.Exec(`INSERT INTO exposure_run (`+runColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		r.ID, r.Site, r.Ending, r.Pressed, r.Started, r.Ended, r.Pages, r.Fresh, r.Missed, r.Barred, r.Unread, r.Traps, r.Found, r.Gone)
	return err
}

// UpdateRun stores how far a run has come.
func (t *Tx) UpdateRun(r watch.Run) error {
	_, err := t.Exec(`UPDATE exposure_run SET ending = $3, ended = $4, pages = $5, fresh = $6, missed = $7, barred = $8, unread = $9, traps = $10, found = $11, gone = $12 WHERE org = $1 AND id = $2`,
		r.ID, r.Ending, r.Ended, r.Pages, r.Fresh, r.Missed, r.Barred, r.Unread, r.Traps, r.Found, r.Gone)
	return err
}

// Runs gives a site's newest runs, newest first; every site's when site is empty.
func (t *Tx) Runs(site string, limit int) ([]watch.Run, error) {
	return All[watch.Run](t, `SELECT `+runColumns+` FROM exposure_run WHERE org = $1 AND (site = $2 OR $2 = '') ORDER BY started DESC, id LIMIT `+strconv.Itoa(limit), site)
}

// LastRuns gives the newest run of each site.
func (t *Tx) LastRuns() ([]watch.Run, error) {
	return All[watch.Run](t, `SELECT `+runColumns+` FROM exposure_run r WHERE org = $1 AND NOT EXISTS
		(SELECT 1 FROM exposure_run n WHERE n.org = $1 AND n.site = r.site AND (n.started > r.started OR n.started = r.started AND n.id > r.id))`)
}

// AddWeek counts what was opened and closed in a week.
func (t *Tx) AddWeek(w watch.Week) error {
	_, err := t.Exec(`INSERT INTO exposure_week (org, monday, unit, kind, opened, closed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org, monday, unit, kind) DO UPDATE SET opened = exposure_week.opened + excluded.opened, closed = exposure_week.closed + excluded.closed`,
		w.Monday, w.Unit, w.Kind, w.Opened, w.Closed)
	return err
}

// Weeks gives every week, oldest first.
func (t *Tx) Weeks() ([]watch.Week, error) {
	return All[watch.Week](t, `SELECT org, monday, unit, kind, opened, closed FROM exposure_week WHERE org = $1 ORDER BY monday, unit, kind`)
}

// LapsedExposures gives the accepted findings whose time is out.
func (t *Tx) LapsedExposures(at clock.Stamp, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM exposure_finding WHERE org = $1 AND state = $2 AND until <> 0 AND until <= $3 ORDER BY until, id LIMIT `+strconv.Itoa(limit), string(watch.Accepted), at)
}

// KindCount is how many findings of a kind are in a state in a unit.
type KindCount struct {
	Unit  string        `db:"unit"`
	Kind  exposure.Kind `db:"kind"`
	State watch.State   `db:"state"`
	N     int64         `db:"n"`
}

// ExposureCounts counts the findings.
func (t *Tx) ExposureCounts() ([]KindCount, error) {
	return All[KindCount](t, `SELECT unit, kind, state, COUNT(*) AS n FROM exposure_finding WHERE org = $1 GROUP BY unit, kind, state`)
}

// GoneExposures gives the findings that have been gone since before a moment.
func (t *Tx) GoneExposures(before clock.Stamp, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM exposure_finding WHERE org = $1 AND state = $2 AND closed < $3 ORDER BY closed, id LIMIT `+strconv.Itoa(limit), string(watch.Gone), before)
}

// DeleteExposure takes a finding and its places away. Log its row as erased with it.
func (t *Tx) DeleteExposure(id string) error {
	if _, err := t.Exec(`DELETE FROM exposure_place WHERE org = $1 AND finding = $2`, id); err != nil {
		return err
	}
	_, err := t.Exec(`DELETE FROM exposure_finding WHERE org = $1 AND id = $2`, id)
	return err
}

// LeftSites gives the sites that are watched no longer, and of which something is kept still.
func (t *Tx) LeftSites() ([]string, error) {
	return All[string](t, `SELECT id FROM exposure_site s WHERE org = $1 AND ended <> 0 AND (EXISTS (SELECT 1 FROM exposure_page p WHERE p.org = $1 AND p.site = s.id)
		OR EXISTS (SELECT 1 FROM exposure_finding f WHERE f.org = $1 AND f.site = s.id)) ORDER BY id`)
}

// DeletePages takes away what is kept of a site's pages.
func (t *Tx) DeletePages(site string) error {
	_, err := t.Exec(`DELETE FROM exposure_page WHERE org = $1 AND site = $2`, site)
	return err
}
