# upgrade_partnership: repeating it changes nothing; it keeps privileges and whatever users added; a view that changes its
# shape is made anew with its privileges, unless something of the user's depends on it; a renamed schema is taken over.
. test/robustness/helpers.bash
db=upgrade_$$ owner=upgrade_owner_$$ reader=upgrade_reader_$$ writer=upgrade_writer_$$
new_database $db
new_role $owner; new_role $reader; new_role $writer
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $owner"
PGUSER=$owner small_partnership $db dorset
run $db <<SQL
GRANT USAGE ON SCHEMA dorset TO $reader, $writer;
GRANT SELECT ON dorset.incident, dorset.strategic_levels, dorset.strategic_drivers TO $reader;
GRANT INSERT, SELECT ON dorset.incident TO $writer WITH GRANT OPTION;
GRANT SELECT (domain, verdict) ON dorset.strategic_change TO $reader;
GRANT SELECT ON dorset.strategic_sources TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE $owner IN SCHEMA dorset GRANT SELECT ON TABLES TO $writer;
ALTER TABLE dorset.incident ADD COLUMN sign integer DEFAULT 7;
CREATE INDEX my_index ON dorset.incident (sign);
CREATE TABLE dorset.my_table AS SELECT * FROM dorset.strategic_levels;
SQL
privileges="SELECT c.relname, c.relowner::regrole, a.grantee::regrole, a.privilege_type, a.is_grantable, NULL FROM pg_class c CROSS JOIN aclexplode(c.relacl) a WHERE c.relnamespace = 'dorset'::regnamespace AND a.grantee <> c.relowner
            UNION ALL SELECT c.relname, c.relowner::regrole, a.grantee::regrole, a.privilege_type, a.is_grantable, t.attname FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid CROSS JOIN aclexplode(t.attacl) a WHERE c.relnamespace = 'dorset'::regnamespace
            ORDER BY 1, 3, 4, 5, 6"

# again and again, by its owner and by a superuser
schema() { pg_dump -s $db | grep -v '^.\(un\)\?restrict'; }
schema > "$work/schema"
before=$(relation_digests $db dorset r,v)
run $db -U $owner -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
same "role after a superuser's upgrade" "none,postgres" "$(run $db -c "SELECT csp.upgrade_partnership('dorset')" -c "SELECT concat_ws(',', current_setting('role'), current_user)" | tail -1)"
schema | diff "$work/schema" -
same "contents" "$before" "$(relation_digests $db dorset r,v)"
refuses 42501 "belongs to role" $db -U $reader -c "SELECT csp.upgrade_partnership('dorset')"

# a new version whose view has a column in the middle: the user's view stands in the way and is named
granted=$(run $db -c "$privileges")
run $db <<'SQL'
UPDATE csp.partnership_object
SET definition = replace(replace(definition, 'SELECT l.assessment_id,', 'SELECT l.assessment_id, 42 AS new_column,'),
                         'COMMENT ON COLUMN @partnership@.strategic_levels.assessment_id', 'COMMENT ON COLUMN @partnership@.strategic_levels.new_column IS ''New''; COMMENT ON COLUMN @partnership@.strategic_levels.assessment_id')
WHERE name = 'strategic_levels';
SQL
refuses 2BP01 "my_levels depends on view" $db -c "SELECT csp.upgrade_partnership('dorset')"
refuses 2BP01 "HINT:  Drop these first" $db -U $owner -c "SELECT csp.upgrade_partnership('dorset')"
same "contents after a refused upgrade" "$before" "$(relation_digests $db dorset r,v)"
run $db -c "DROP VIEW dorset.my_levels"
run $db -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
same "the new column" "2|New" "$(run $db -c "SELECT attnum, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'dorset.strategic_levels'::regclass AND attname = 'new_column'")"
same "privileges after the views were made anew" "$(grep -v '^my_levels' <<<"$granted")" "$(run $db -c "$privileges")"
same "what the reader reads" "21" "$(run $db -U $reader -c "SELECT count(*) FROM dorset.incident WHERE incident_id <= 21")"
same "views without a comment" "" "$(run $db -c "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'dorset'::regnamespace AND relkind = 'v' AND obj_description(oid, 'pg_class') IS NULL")"

# and back to a version without the column, on which a privilege was granted meanwhile
run $db -c "GRANT SELECT (new_column) ON dorset.strategic_levels TO $reader" \
        -c "UPDATE csp.partnership_object SET definition = replace(replace(definition, ' 42 AS new_column,', ''), 'COMMENT ON COLUMN @partnership@.strategic_levels.new_column IS ''New''; ', '') WHERE name = 'strategic_levels'"
run $db -U $owner -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
same "privileges after the way back" "$(grep -v '^my_levels' <<<"$granted")" "$(run $db -c "$privileges")"
same "the views after the way back" "$(grep -v '^my_' <<<"$before")" "$(relation_digests $db dorset r,v | grep -v '^my_')"

# a renamed schema: its old name is shown as gone, the new one as not registered; it works on, is taken over under its new name
run $db -c "ALTER SCHEMA dorset RENAME TO bournemouth"
same "the renamed partnership" "bournemouth|27700|3000
dorset||" "$(run $db -c "SELECT partnership, srid, incidents FROM csp.partnerships()")"
run $db -U $owner -c "DELETE FROM bournemouth.incident WHERE incident_id <= 10"
same "counts of the renamed partnership" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('bournemouth') c")"
refuses 3F000 'there is no partnership "dorset"' $db -c "SELECT csp.upgrade_partnership('dorset')"
run $db -U $owner -c "SELECT csp.upgrade_partnership('bournemouth')" >/dev/null
same "both names" "bournemouth|27700|2990
dorset||" "$(run $db -c "SELECT partnership, srid, incidents FROM csp.partnerships()")"
same "areas that stand for the whole" "1" "$(run $db -c "SELECT count(*) FROM bournemouth.area WHERE area_kind = 'partnership'")"
run $db -U $owner -c "DELETE FROM csp.partnership WHERE partnership = 'dorset'"
run $db -c "ALTER SCHEMA bournemouth RENAME TO \"Bourne's mouth\""
refuses 42602 'cannot be used' $db -c "SELECT csp.upgrade_partnership('Bourne''s mouth')"

# a partnership whose counts are still a table, one row a key: it becomes the entries, with what was granted on it
run $db -c "ALTER SCHEMA \"Bourne's mouth\" RENAME TO bournemouth" -c "SELECT csp.upgrade_partnership('bournemouth')" >/dev/null
counts=$(run $db -c "SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM bournemouth.incident_month m")
run $db -U $owner -v name=bournemouth -f test/robustness/incident_month_table.sql
run $db -c "GRANT SELECT ON bournemouth.incident_month TO $reader" -c "CREATE VIEW public.my_counts AS SELECT month, sum(incidents) FROM bournemouth.incident_month GROUP BY month" \
    -c "CREATE FUNCTION public.my_count() RETURNS numeric LANGUAGE sql BEGIN ATOMIC SELECT sum(incidents) FROM bournemouth.incident_month; END"
refuses 2BP01 "view public.my_counts" $db -c "SELECT csp.upgrade_partnership('bournemouth')"
refuses 2BP01 "function public.my_count()" $db -c "SELECT csp.upgrade_partnership('bournemouth')"
refuses 2BP01 "HINT:  Drop these first" $db -U $owner -c "SELECT csp.upgrade_partnership('bournemouth')"
same "the table after a refused upgrade" "r" "$(run $db -c "SELECT relkind FROM pg_class WHERE oid = 'bournemouth.incident_month'::regclass")"
run $db -c "DROP VIEW public.my_counts" -c "DROP FUNCTION public.my_count"
# made by the loads of the version before: a key that its triggers missed is counted by the upgrade
run $db -c "UPDATE bournemouth.incident_month SET incidents = incidents + 1 WHERE ctid = (SELECT min(ctid) FROM bournemouth.incident_month)"
run $db -U $owner -c "SELECT csp.upgrade_partnership('bournemouth')" >/dev/null
same "counts that were a table" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('bournemouth') c")"
same "contents of counts that were a table" "$counts" "$(run $db -c "SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM bournemouth.incident_month m")"
same "entries of counts that were a table" "t|0" "$(run $db -c "SELECT count(*) > 1000, count(*) FILTER (WHERE NOT is_folded) FROM bournemouth.incident_month_entry")"
same "what the reader of the table reads" "t" "$(run $db -U $reader -c "SELECT count(*) > 1000 FROM bournemouth.incident_month")"
shape="SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'NAME.incident_month_entry'::regclass AND a.attnum > 0 AND NOT a.attisdropped
       UNION ALL SELECT replace(pg_get_indexdef(indexrelid), 'NAME.', ''), NULL, NULL, NULL, NULL FROM pg_index WHERE indrelid = 'NAME.incident_month_entry'::regclass
       UNION ALL SELECT conname || ' ' || replace(pg_get_constraintdef(oid), 'NAME.', ''), NULL, NULL, NULL, NULL FROM pg_constraint WHERE conrelid = 'NAME.incident_month_entry'::regclass ORDER BY 1"
run $db -c "SELECT csp.create_partnership('new')" >/dev/null
same "the table as a new partnership has it" "$(run $db -c "${shape//NAME/new}")" "$(run $db -c "${shape//NAME/bournemouth}")"
run $db -U $owner -c "DELETE FROM bournemouth.incident WHERE incident_id % 3 = 0" -c "UPDATE bournemouth.incident SET area_id = 3 WHERE incident_id % 3 = 1"
same "counts after changes" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('bournemouth') c")"

# A partnership of before internal functions moved to csp_internal: its triggers and views name them in csp. As a dump
# restores it, it counts and shows what it did; an upgrade puts the new names in.
earlier="SELECT p.oid FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
         WHERE p.pronamespace = 'csp'::regnamespace AND obj_description(p.oid, 'pg_proc') LIKE 'csp\_internal.% under the name that the triggers and views of partnerships laid out earlier use%'"
old_names="SELECT count(DISTINCT d.refobjid), count(*) FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid IN ($earlier)"
run $db <<SQL
SELECT regexp_replace(replace(pg_get_triggerdef(t.oid), 'EXECUTE FUNCTION csp_internal.', 'EXECUTE FUNCTION csp.'), '^CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = 'bournemouth'::regnamespace AND NOT t.tgisinternal AND p.proname IN (SELECT e.proname FROM pg_proc e WHERE e.oid IN ($earlier)) \gexec
SELECT format('CREATE OR REPLACE VIEW %s WITH (security_invoker = true) AS %s', c.oid::regclass, replace(pg_get_viewdef(c.oid), 'csp_internal.' || p.proname || '(', 'csp.' || p.proname || '('))
FROM pg_class c JOIN pg_proc p ON p.proname = c.relname AND p.oid IN ($earlier)
WHERE c.relnamespace = 'bournemouth'::regnamespace AND c.relkind = 'v' \gexec
SQL
same "names of an earlier layout" "22|$(run $db -c "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'bournemouth'::regnamespace AND t.tgfoid::regproc::text ~ '^csp[.]'" | awk '{ print $1 + 5 }')" "$(run $db -c "$old_names")"
shown=$(relation_digests $db bournemouth r,v)
restored=${db}_restored
new_database $restored
run $db -c "DROP SCHEMA new CASCADE" -c "DELETE FROM csp.partnership WHERE partnership = 'new'"
pg_dump $db | run $restored -f - >/dev/null
same "contents of a restored earlier layout" "$shown" "$(relation_digests $restored bournemouth r,v)"
run $restored -U $owner -c "DELETE FROM bournemouth.incident WHERE incident_id % 5 = 0" -c "UPDATE bournemouth.incident SET area_id = 3 WHERE incident_id % 5 = 1"
same "counts of a restored earlier layout after changes" "" "$(run $restored -c "SELECT c.* FROM csp.check_incident_month('bournemouth') c")"
contents=$(relation_digests $restored bournemouth r,v)
run $restored -U $owner -c "SELECT csp.upgrade_partnership('bournemouth')" >/dev/null
same "old names after the upgrade" "0|0" "$(run $restored -c "$old_names")"
same "contents after the upgrade" "$contents" "$(relation_digests $restored bournemouth r,v)"
