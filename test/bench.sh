# make bench: every benchmark of test/bench, on the private server `bench`. Sourced by test/run.
# Each prints lines of: what, size, seconds, rows a second, peak memory of the backend. Seeds are fixed.
failed=0
for file in test/bench/*.sh; do
    [ -e "$file" ] || continue
    say "$(basename "$file" .sh)"
    bash "$file" || { failed=$((failed + 1)); say "$(basename "$file" .sh) failed"; }
done
[ "$failed" = 0 ]
