package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"

	"varn/internal/kit/fault"
)

// orgVisible is the second wall: a row is seen and written only under its own organisation.
// NULLIF, because a setting that was once set for a transaction reads ” afterwards, not NULL.
const orgVisible = `org = NULLIF(current_setting('varn.org', true), '')`

// secure puts row-level security, and grants that are no wider than needed, on every table.
// It may be run again.
func secure(ctx context.Context, pool *sql.DB, app, worker string) error {
	name := regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	if !name.MatchString(app) || !name.MatchString(worker) {
		return fault.New(fault.Unavailable, "fault.unavailable", "the roles of PostgreSQL may only have lower-case letters, digits and _")
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return explainPostgres(err)
	}
	defer func() { _ = tx.Rollback() }()
	tables, err := tableNames(ctx, tx)
	if err != nil {
		return err
	}
	for _, text := range securing(tables, app, worker) {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return explainMigration(err)
		}
	}
	if err := tx.Commit(); err != nil {
		return explainPostgres(err)
	}
	return nil
}

// tableNames tells of each table whether it has an org column.
func tableNames(ctx context.Context, tx *sql.Tx) (map[string]bool, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT c.relname, EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org' AND NOT a.attisdropped)
		FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')`)
	if err != nil {
		return nil, explainPostgres(err)
	}
	defer func() { _ = rows.Close() }()
	tables := map[string]bool{}
	for rows.Next() {
		var name string
		var scoped bool
		if err := rows.Scan(&name, &scoped); err != nil {
			return nil, explainPostgres(err)
		}
		tables[name] = scoped
	}
	if err := rows.Err(); err != nil {
		return nil, explainPostgres(err)
	}
	return tables, nil
}

func securing(tables map[string]bool, app, worker string) []string {
	texts := []string{
		fmt.Sprintf(`GRANT USAGE ON SCHEMA public TO %s, %s`, app, worker),
		fmt.Sprintf(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %s, %s`, app, worker),
		fmt.Sprintf(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %s`, app),
	}
	for table, scoped := range tables {
		texts = append(texts, granting(table, app))
		if scoped {
			texts = append(texts,
				fmt.Sprintf(`ALTER TABLE %s ENABLE ROW LEVEL SECURITY`, table),
				fmt.Sprintf(`ALTER TABLE %s FORCE ROW LEVEL SECURITY`, table),
				fmt.Sprintf(`DROP POLICY IF EXISTS varn_org ON %s`, table),
				fmt.Sprintf(`CREATE POLICY varn_org ON %s USING (%s) WITH CHECK (%s)`, table, orgVisible, orgVisible))
		}
	}
	if _, ok := tables["job"]; ok {
		texts = append(texts,
			fmt.Sprintf(`GRANT SELECT, INSERT, UPDATE, DELETE ON job, job_schedule TO %s`, worker),
			`DROP POLICY IF EXISTS varn_worker ON job`,
			fmt.Sprintf(`CREATE POLICY varn_worker ON job TO %s USING (true) WITH CHECK (true)`, worker),
			// A System transaction enqueues what concerns the whole instance, and no more.
			`DROP POLICY IF EXISTS varn_instance ON job`,
			fmt.Sprintf(`CREATE POLICY varn_instance ON job FOR INSERT TO %s WITH CHECK (org = '' AND NULLIF(current_setting('varn.org', true), '') IS NULL)`, app))
	}
	return texts
}

// granting keeps what the log says out of the application's reach: entries are added, and their
// payload erased, but never changed or removed.
func granting(table, app string) string {
	switch table {
	case "goose_db_version":
		return fmt.Sprintf(`GRANT SELECT ON %s TO %s`, table, app)
	case "audit_entry":
		return fmt.Sprintf(`GRANT SELECT, INSERT, UPDATE (salt, payload, case_id) ON %s TO %s`, table, app)
	case "audit_node":
		return fmt.Sprintf(`GRANT SELECT, INSERT ON %s TO %s`, table, app)
	case "audit_checkpoint":
		return fmt.Sprintf(`GRANT SELECT, INSERT, UPDATE (note) ON %s TO %s`, table, app)
	}
	return fmt.Sprintf(`GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %s`, table, app)
}
