package store

import (
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/kit/keyring"
)

// Visit is what decides whether somebody may enter a case, and what they open it with, all of one
// moment.
type Visit struct {
	Case   casefile.Case
	Places []casefile.Place
	Wraps  []casefile.Wrap   // of the places in which the visitor or a function of theirs sits
	Seats  []function.Holder // the visitor's own
	// Generation is that of the root of the tree of erasable keys; 0 when the tree is new.
	Generation int64
}

// Visitor is who asks: a person, and the functions that they hold.
type Visitor struct {
	Person    string
	Functions []string
}

// VouchedVisit gives a case by its reference with its circle, or NotFound. Whether the visitor may
// know of it is decided after. It is the transaction's last question.
func (t *Tx) VouchedVisit(k *keyring.Keys, ref string, by Visitor) (Visit, error) {
	const which = `(SELECT id FROM casefile WHERE org = $1 AND ref = $2)`
	var out Visit
	var found []casefile.Case
	var epoch []Epoch
	in, args := among([]any{ref}, append([]string{by.Person}, by.Functions...))
	err := t.askLast(
		cases(k).ask(&found, `ref = $2`, ref),
		places(k).ask(&out.Places, `case_id = `+which+` ORDER BY from_at, id`, ref),
		askRows(&out.Wraps, `SELECT org, case_id, place, key_version, kind, wrap FROM case_wrap WHERE org = $1 AND case_id = `+which+`
			AND place IN (SELECT id FROM circle WHERE org = $1 AND case_id = `+which+` AND member `+in+`) ORDER BY key_version`, args...),
		seats(k).ask(&out.Seats, `person = $2`, by.Person),
		askRows(&epoch, epochState),
	)
	if err != nil {
		return out, err
	}
	if len(epoch) == 1 {
		out.Generation = epoch[0].Generation
	}
	out.Case, err = only(found)
	return out, err
}
