# A dump of a partnership restores into an equal one: every table and view, the registry, the users' own objects; and
# what it restores to works on: counts stay exact, an upgrade changes nothing.
. test/robustness/helpers.bash
from=dump_from_$$ plain=dump_plain_$$ custom=dump_custom_$$
new_database $from
run $from -c "CREATE EXTENSION csp_analysis CASCADE"
run $from -c "INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour) VALUES ('ours', 1, 'any', 1, 25, '#123456')"
small_partnership $from dorset
# something frozen and published: its tables take no rows from anybody but a restore
run $from -c "SELECT csp.freeze_assessment('dorset', (SELECT min(assessment_id) FROM dorset.assessment WHERE kind = 'strategic'))" \
          -c "UPDATE dorset.assessment SET status = 'published' WHERE assessment_id IN (SELECT assessment_id FROM dorset.frozen_assessment)" >/dev/null
run $from -c "SELECT csp.create_partnership('kent', 32631, 'Europe/Paris')" >/dev/null
run $from -c "ALTER TABLE dorset.incident ADD COLUMN sign text" -c "CREATE INDEX my_index ON dorset.incident (sign)" -c "VACUUM ANALYZE"

new_database $plain
pg_dump $from | run $plain -f - >/dev/null
new_database $custom
pg_dump -Fc -f "$work/dump" $from
pg_restore -j2 --exit-on-error -d $custom "$work/dump"

summary() {
    relation_digests "$1" dorset r,v
    relation_digests "$1" kent r,v
    run "$1" -c "TABLE csp.partnership" -c "TABLE csp.risk_scheme_band" -c "SELECT p.* FROM csp.partnerships() p" -c "SELECT b.* FROM csp.risk_scheme_band b"
}
expected=$(summary $from)
[ "$(grep -c '^strategic_' <<<"$expected")" -ge 28 ] || say_wrong "too few product views in: $expected"
grep -q '^strategic_levels|21|' <<<"$expected" || say_wrong "strategic_levels is not filled: $expected"
[ "$(grep -m 1 '^published_count|' <<<"$expected" | cut -d'|' -f2)" -gt 10 ] || say_wrong "nothing is published: $expected"
for database in $plain $custom; do
    run $database -c "VACUUM ANALYZE"
    same "the record of $database" "t" "$(run $database -c "SELECT bool_and(csp.check_frozen_assessment('dorset', assessment_id)) FROM dorset.frozen_assessment")"
    same "contents of $database" "$expected" "$(summary $database)"
    same "counts of $database" "" "$(run $database -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    run $database -c "DELETE FROM dorset.incident WHERE incident_id % 5 = 0" -c "UPDATE dorset.incident SET area_id = 3 WHERE incident_id % 5 = 1"
    same "counts of $database after changes" "" "$(run $database -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
done

# a restored partnership is the one that was laid out: upgrading it alters nothing in it
contents=$(relation_digests $plain dorset r,v; relation_digests $plain kent r,v)
run $plain -c "SELECT csp.upgrade_partnership('dorset'), csp.upgrade_partnership('kent')" >/dev/null
same "contents after an upgrade" "$contents" "$(relation_digests $plain dorset r,v; relation_digests $plain kent r,v)"
