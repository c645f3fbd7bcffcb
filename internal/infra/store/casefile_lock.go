package store

// LockCase keeps a case for this transaction: of many who write in it at the same time each waits
// for the one before, and none has to begin anew.
func (t *Tx) LockCase(id string) error {
	return t.later(nil, `UPDATE casefile SET version = version WHERE org = $1 AND id = $2`, id)
}
