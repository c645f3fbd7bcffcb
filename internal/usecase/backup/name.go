package backup

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"varn/internal/infra/blob"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
)

const stampLayout = "20060102-150405"

// newName begins with the moment in UTC, so that names sort by age.
func newName(now clock.Stamp) string {
	return "b-" + now.Time().UTC().Format(stampLayout) + "-" + ident.New()
}

// names lists the backups of a target that are whole, oldest first. A walk of the target is one
// listing, whatever the number of attachments beside.
func names(ctx context.Context, target blob.Place) ([]string, error) {
	form := regexp.MustCompile(`^b-\d{8}-\d{6}-[0-9a-z]{26}` + manifestPart + `$`)
	var all []string
	err := target.Walk(ctx, func(name string, _ int64) error {
		if form.MatchString(name) {
			all = append(all, strings.TrimSuffix(name, manifestPart))
		}
		return nil
	})
	slices.Sort(all)
	return all, err
}

// unfinished is how old the parts of a backup without a manifest are before they are removed:
// until then somebody may still be writing them.
const unfinished = 48 * time.Hour

// tidy removes what backups have left that never came to their end.
func tidy(ctx context.Context, target blob.Place, now clock.Stamp) error {
	parts := map[string][]string{}
	whole := map[string]bool{}
	form := regexp.MustCompile(`^(b-(\d{8}-\d{6})-[0-9a-z]{26})(-dump|-objects|-manifest)$`)
	err := target.Walk(ctx, func(name string, _ int64) error {
		m := form.FindStringSubmatch(name)
		if m == nil {
			return nil
		}
		begun, err := time.Parse(stampLayout, m[2])
		if err != nil || now.Time().Sub(begun) < unfinished {
			return nil
		}
		whole[m[1]] = whole[m[1]] || m[3] == manifestPart
		parts[m[1]] = append(parts[m[1]], name)
		return nil
	})
	for backup, list := range parts {
		for _, name := range list {
			if err == nil && !whole[backup] {
				err = target.Delete(ctx, name)
			}
		}
	}
	return err
}
