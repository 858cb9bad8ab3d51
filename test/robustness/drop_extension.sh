# DROP EXTENSION refuses while a partnership uses it; with CASCADE it takes views and triggers and not one row; laid out
# again, the partnership counts what happened meanwhile.
. test/robustness/helpers.bash
db=drop_extension_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
small_partnership $db dorset
run $db -c "VACUUM ANALYZE"
tables=$(relation_digests $db dorset r)
views=$(relation_digests $db dorset v | grep -v my_levels)

refuses 2BP01 'view dorset.[a-z_]* depends on function csp' $db -c "DROP EXTENSION csp_analysis"
run $db -c "DROP EXTENSION csp_analysis CASCADE"
same "tables after DROP EXTENSION CASCADE" "$tables" "$(relation_digests $db dorset r)"
same "objects that the extension left behind" "" "$(run $db -c "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'csp'::regnamespace")"

# without the extension the tables are plain tables
run $db -c "DELETE FROM dorset.incident WHERE incident_id % 10 = 0" \
        -c "UPDATE dorset.incident SET occurred_from = occurred_from - interval '40 days' WHERE incident_id % 10 = 1"
run $db -c "CREATE EXTENSION csp_analysis"
same "registry of a new extension" "" "$(run $db -c "TABLE csp.partnership")"
[ "$(run $db -c "SELECT count(*) FROM csp.check_incident_month('dorset')")" -gt 100 ] || say_wrong "the changes made meanwhile do not show"
run $db -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
same "counts after the upgrade" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
same "registry after the upgrade" "dorset|27700|2700" "$(run $db -c "SELECT partnership, srid, incidents FROM csp.partnerships()")"
run $db -c "SELECT csp.create_partnership('fresh')" >/dev/null
triggers() { run $db -c "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgfoid::regproc::text ~ '^csp(_internal)?[.]' AND c.relnamespace = '$1'::regnamespace"; }
same "triggers after the upgrade" "$(triggers fresh)" "$(triggers dorset)"
run $db -c "DROP SCHEMA fresh CASCADE" 2>/dev/null
same "names of the views" "$(cut -d'|' -f1 <<<"$views")" "$(relation_digests $db dorset v | cut -d'|' -f1)"
run $db -c "DELETE FROM dorset.incident WHERE incident_id % 10 = 2"
same "counts kept by the new triggers" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"

# the product views say what they would say in a partnership that never lost them
run $db -c "SELECT csp.create_partnership('never')" >/dev/null
run $db -v name=never -f test/robustness/fixture.sql >/dev/null
run $db -c "DELETE FROM never.incident WHERE incident_id % 10 IN (0, 2)" \
        -c "UPDATE never.incident SET occurred_from = occurred_from - interval '40 days' WHERE incident_id % 10 = 1" \
        -c "UPDATE never.area SET code = 'dorset' WHERE area_kind = 'partnership'" -c "DROP VIEW never.my_levels" -c "VACUUM ANALYZE"
diff <(relation_digests $db never v) <(relation_digests $db dorset v)
