package store

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"varn/internal/kit/fault"
)

// prepareError is a text that SQLite does not understand: nothing was run, so it spoils nothing.
type prepareError struct{ error }

func (e *prepareError) Unwrap() error { return e.error }

// rowFailure is a database error that concerns one closure only; the batch goes on.
type rowFailure struct{ cause *fault.Error }

func (e rowFailure) Error() string { return e.cause.Error() }
func (e rowFailure) Unwrap() error { return e.cause }

func ownFailure(err error) bool {
	var own rowFailure
	return errors.As(err, &own)
}

// explainSQLite turns an error of SQLite into a fault. Its constraint texts name columns only.
func explainSQLite(err error) error {
	var known *fault.Error
	var e *sqlitedriver.Error
	switch {
	case errors.As(err, &known):
		return err
	case !errors.As(err, &e):
		return fault.New(fault.Internal, "fault.internal", "the SQLite driver refused a statement")
	}
	switch code := e.Code(); code & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		return rowFailure{constraintFault(code, e.Error())}
	case sqlite3.SQLITE_ERROR:
		f := fault.New(fault.Internal, "fault.internal", e.Error())
		if p := (*prepareError)(nil); errors.As(err, &p) {
			return rowFailure{f}
		}
		return f
	case sqlite3.SQLITE_FULL:
		return fault.New(fault.Unavailable, "fault.unavailable", "the disk of the data directory is full")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.New(fault.Unavailable, "fault.unavailable", "the database is locked by another process")
	case sqlite3.SQLITE_CANTOPEN:
		return fault.New(fault.Unavailable, "fault.unavailable", "the database file can't be opened")
	case sqlite3.SQLITE_READONLY:
		return fault.New(fault.Unavailable, "fault.unavailable", "the database file can't be written")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.New(fault.Unavailable, "fault.unavailable", "the database file is damaged: restore a backup")
	}
	return fault.New(fault.Unavailable, "fault.unavailable", "SQLite: "+sqlitedriver.ErrorCodeString[e.Code()])
}

func constraintFault(code int, text string) *fault.Error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.New(fault.Conflict, "fault.conflict", text)
	}
	return fault.New(fault.Internal, "fault.internal", text)
}

// explainPostgres turns an error of PostgreSQL into a fault. Its message may hold a value, so
// only the state and the names of what it concerns are kept.
func explainPostgres(err error) error {
	var known *fault.Error
	var e *pgconn.PgError
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &e):
		return postgresFault(e)
	case strings.Contains(err.Error(), "failed to encode"):
		return fault.New(fault.Internal, "fault.internal", "an argument does not fit its column")
	}
	return fault.New(fault.Unavailable, "fault.unavailable", "PostgreSQL can't be reached")
}

func postgresFault(e *pgconn.PgError) error {
	detail := "PostgreSQL " + e.Code + " " + strings.Join(strings.Fields(e.TableName+" "+e.ColumnName+" "+e.ConstraintName), " ")
	f := fault.New(fault.Internal, "fault.internal", strings.TrimSpace(detail))
	switch {
	case e.Code == "23505", e.Code == "23503":
		f.Kind, f.Code = fault.Conflict, "fault.conflict"
	case retryable(e.Code):
		return retryFailure{f}
	case len(e.Code) == 5 && strings.Contains("08 53 57 58 55", e.Code[:2]), e.Code == "25006", e.Code == "28P01":
		f.Kind, f.Code = fault.Unavailable, "fault.unavailable"
	}
	return f
}

// retryFailure is a deadlock or a serialization failure: the transaction may be run again.
type retryFailure struct{ cause *fault.Error }

func (e retryFailure) Error() string { return e.cause.Error() }
func (e retryFailure) Unwrap() error { return e.cause }

func retryable(code string) bool { return code == "40001" || code == "40P01" }
