# A dump that an earlier version wrote (test/data/partnership_COMMIT.sql.gz, made by test/data/earlier_partnership.sh) restores without
# an error, is upgraded, and is then what a partnership laid out afresh with the same rows is: tables, triggers, views, every figure.
. test/robustness/helpers.bash

layout() { # layout DATABASE: what the partnership consists of, by name: tables got their newest columns at the end
    run "$1" <<'SQL'
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'dorset'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname <> 'my_levels'
UNION ALL
SELECT 'relation', c.relname, c.relkind::text, c.reloptions::text, NULL, NULL, NULL, obj_description(c.oid, 'pg_class')
FROM pg_class c WHERE c.relnamespace = 'dorset'::regnamespace AND c.relname <> 'my_levels'
UNION ALL
SELECT 'constraint', t.conrelid::regclass::text, t.conname, pg_get_constraintdef(t.oid), NULL, NULL, NULL, NULL FROM pg_constraint t WHERE t.connamespace = 'dorset'::regnamespace
UNION ALL
SELECT 'index', i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), NULL, NULL, NULL, NULL
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'dorset'::regnamespace
UNION ALL
SELECT 'trigger', t.tgrelid::regclass::text, t.tgname, pg_get_triggerdef(t.oid), NULL, NULL, t.tgenabled::text, NULL
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'dorset'::regnamespace AND NOT t.tgisinternal
UNION ALL
SELECT 'statistics', s.stxrelid::regclass::text, s.stxname, pg_get_statisticsobjdef(s.oid), NULL, NULL, NULL, NULL FROM pg_statistic_ext s WHERE s.stxnamespace = 'dorset'::regnamespace
ORDER BY 1, 2, 3, 4
SQL
}
rows() { # rows DATABASE KINDS: relation_digests, but with a row's columns in order of their names
    run "$1" <<SQL
SET timezone = 'UTC';
SELECT format('SELECT %L, count(*), md5(string_agg(r::text, E''\n'' ORDER BY r::text COLLATE "C")) FROM (SELECT %s FROM %s) r', c.relname,
              string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), c.oid::regclass)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'dorset'::regnamespace AND c.relkind = ANY ('{$2}') AND c.relname <> 'my_levels'
GROUP BY c.oid, c.relname
ORDER BY c.relname COLLATE "C" \gexec
SQL
}
published="SELECT area_code, problem_type, incidents_text, baseline_incidents_text FROM dorset.published_count ORDER BY 1, 2"
frozen="SELECT assessment_id, product, md5(string_agg(r::text, E'\n' ORDER BY r::text COLLATE \"C\")) FROM (SELECT assessment_id, product, content FROM dorset.frozen_row) r GROUP BY 1, 2 ORDER BY 1, 2"
upgraded=upgrade_dump_$$ afresh=upgrade_dump_afresh_$$

for dump in test/data/partnership_*.sql.gz; do
    version=$(basename "$dump" .sql.gz) version=${version#partnership_}
    new_database $upgraded
    gunzip -c "$dump" | run $upgraded -f - >/dev/null
    same "$version: incidents of the dump" 1000 "$(run $upgraded -c "SELECT count(*) FROM dorset.incident")"
    record=$(run $upgraded -c "$frozen")
    [ "$(wc -l <<<"$record")" -ge 20 ] || say_wrong "$version: too few products are frozen: $record"
    shown=$(run $upgraded -c "$published")
    [ "$(wc -l <<<"$shown")" -ge 10 ] || say_wrong "$version: too little is published: $shown"
    # views have got other columns since: whoever built on one is told to drop his, and nothing is changed meanwhile
    refuses 2BP01 'view dorset.my_levels depends on view dorset.strategic_levels' $upgraded -c "SELECT csp.upgrade_partnership('dorset')"
    run $upgraded -c "DROP VIEW dorset.my_levels"
    run $upgraded -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
    same "$version: what was frozen" "$record" "$(run $upgraded -c "$frozen")"
    same "$version: the record" t "$(run $upgraded -c "SELECT csp.check_frozen_assessment('dorset', 1)")"
    same "$version: counts" "" "$(run $upgraded -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    same "$version: what was published" "$shown" "$(run $upgraded -c "$published")"

    new_database $afresh
    run $afresh -c "CREATE EXTENSION csp_analysis CASCADE" -c "SELECT csp.create_partnership('dorset')" >/dev/null
    same "$version: the layout" "$(layout $afresh)" "$(layout $upgraded)"
    # the same rows, and no trigger's work on them
    { echo "SET session_replication_role = replica;"
      run $afresh -c "SELECT 'TRUNCATE ' || string_agg(c.oid::regclass::text, ', ') || ';' FROM pg_class c WHERE c.relnamespace = 'dorset'::regnamespace AND c.relkind = 'r'"
      pg_dump --data-only --schema=dorset $upgraded 2>"$work/warnings" | sed '/^\\\(un\)\?restrict /d'; } | run $afresh -f - >/dev/null
    run $afresh -c "VACUUM ANALYZE"
    run $upgraded -c "VACUUM ANALYZE"
    same "$version: rows" "$(rows $afresh r)" "$(rows $upgraded r)"
    views=$(rows $afresh v)
    [ "$(grep -c '^strategic_' <<<"$views")" -ge 20 ] || say_wrong "$version: too few product views in: $views"
    grep -q '^strategic_levels|42|' <<<"$views" || say_wrong "$version: strategic_levels is not filled: $views"
    same "$version: views" "$views" "$(rows $upgraded v)"

    # and it works on
    for database in $upgraded $afresh; do
        run $database -c "DELETE FROM dorset.incident WHERE incident_id % 5 = 0" -c "UPDATE dorset.incident SET area_id = 3 WHERE incident_id % 5 = 1"
        same "$version: counts after changes" "" "$(run $database -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    done
    contents=$(rows $upgraded r)
    run $upgraded -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
    same "$version: rows after a second upgrade" "$contents" "$(rows $upgraded r)"
    same "$version: the layout after a second upgrade" "$(layout $afresh)" "$(layout $upgraded)"
done
