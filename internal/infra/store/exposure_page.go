package store

import (
	"slices"

	"varn/internal/domain/watch"
	"varn/internal/kit/fault"
)

const pageColumns = `org, id, site, tag, standing, seen, content, misses, sealed`

// PagesOf gives every page of a site, the one that was seen longest ago first.
func (t *Tx) PagesOf(site string) ([]watch.Page, error) {
	return All[watch.Page](t, `SELECT `+pageColumns+` FROM exposure_page WHERE org = $1 AND site = $2 ORDER BY seen, id`, site)
}

// SeenPages gives the pages with these ids.
func (t *Tx) SeenPages(ids []string) ([]watch.Page, error) {
	var all []watch.Page
	for part := range slices.Chunk(ids, 128) {
		in, args := among(nil, part)
		rows, err := All[watch.Page](t, `SELECT `+pageColumns+` FROM exposure_page WHERE org = $1 AND id `+in, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// PutPage keeps a page as it is now.
func (t *Tx) PutPage(p watch.Page) error {
	_, err := t.Exec(`INSERT INTO exposure_page (`+pageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (org, id) DO UPDATE SET standing = excluded.standing, seen = excluded.seen, content = excluded.content, misses = excluded.misses, sealed = excluded.sealed`,
		p.ID, p.Site, p.Tag, p.Standing, p.Seen, p.Content, p.Misses, p.Sealed)
	return err
}

// TouchPage notes that a page was seen as it was.
func (t *Tx) TouchPage(p watch.Page) error {
	_, err := t.Exec(`UPDATE exposure_page SET standing = $3, seen = $4, misses = $5 WHERE org = $1 AND id = $2`, p.ID, p.Standing, p.Seen, p.Misses)
	return err
}

const placeOfFinding = `org, id, finding, page, first_seen, sealed`

// PlacesOn gives the places on a page.
func (t *Tx) PlacesOn(page string) ([]watch.Place, error) {
	return All[watch.Place](t, `SELECT `+placeOfFinding+` FROM exposure_place WHERE org = $1 AND page = $2 ORDER BY id`, page)
}

// PlacesOf gives the places of a finding, oldest first.
func (t *Tx) PlacesOf(finding string) ([]watch.Place, error) {
	return All[watch.Place](t, `SELECT `+placeOfFinding+` FROM exposure_place WHERE org = $1 AND finding = $2 ORDER BY first_seen, id`, finding)
}

// PlaceCount counts the places of a finding.
func (t *Tx) PlaceCount(finding string) (int64, error) {
	n, err := One[int64](t, `SELECT COUNT(*) FROM exposure_place WHERE org = $1 AND finding = $2`, finding)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	return n, err
}

// Standings counts the places of every finding that has any.
func (t *Tx) Standings() (map[string]int64, error) {
	type row struct {
		Finding string `db:"finding"`
		N       int64  `db:"n"`
	}
	all, err := All[row](t, `SELECT finding, COUNT(*) AS n FROM exposure_place WHERE org = $1 GROUP BY finding`)
	out := map[string]int64{}
	for _, r := range all {
		out[r.Finding] = r.N
	}
	return out, err
}

// InsertExposurePlace notes that a finding stands on a page.
func (t *Tx) InsertExposurePlace(p watch.Place) error {
	_, err := t.Exec(`INSERT INTO exposure_place (`+placeOfFinding+`) VALUES ($1, $2, $3, $4, $5, $6)`, p.ID, p.Finding, p.Page, p.First, p.Sealed)
	return err
}

// DeleteExposurePlace notes that a finding stands there no longer.
func (t *Tx) DeleteExposurePlace(id string) error {
	_, err := t.Exec(`DELETE FROM exposure_place WHERE org = $1 AND id = $2`, id)
	return err
}

// PageBoxes are what is kept of pages; part is the site.
func PageBoxes() Boxes {
	return Boxes{"exposure_page", `SELECT id, site AS part, 0 AS version, sealed FROM exposure_page WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE exposure_page SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// ExposureBoxes are what was found.
func ExposureBoxes() Boxes {
	return Boxes{"exposure_finding", `SELECT id, '' AS part, version, sealed FROM exposure_finding WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE exposure_finding SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// PlaceBoxes are the words around findings; part is the finding.
func PlaceBoxes() Boxes {
	return Boxes{"exposure_place", `SELECT id, finding AS part, 0 AS version, sealed FROM exposure_place WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE exposure_place SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}
