# Levels given and taken, areas refreshed and upgrades in several sessions at once: they wait for one another, none fails.
. test/robustness/helpers.bash
db=grant_concurrent_$$
new_database $db
for n in 1 2 3; do new_role reader_${n}_$$; done
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
small_partnership $db kent
for round in 1 2 3; do
    for n in 1 2 3 1 2 3; do
        run $db -v VERBOSITY=verbose -c "SELECT csp.grant_partnership('kent', 'reader_${n}_$$', 'analyst')" -c "SELECT csp.revoke_partnership('kent', 'reader_${n}_$$')" >/dev/null 2>>"$work/errors" &
    done
    wait
done
for n in 1 2 3; do run $db -v VERBOSITY=verbose -c "SELECT csp.refresh_areas('kent')" >/dev/null 2>>"$work/errors" & done
wait
same "errors" "" "$(cat "$work/errors")"
run $db -c "DROP OWNED BY reader_1_$$, reader_2_$$, reader_3_$$"
