# make test-asan: the regression tests, the pgTAP tests and the fuzz on the private server `asan`, whose extension is built with
# AddressSanitizer and UndefinedBehaviorSanitizer. Sourced by test/run. Fails when a test fails or a sanitizer reports anything.
# ONLY='gi_star fuzz' runs the tests of these names alone; FUZZ=50000 is the number of generated statements, SEED=7 their seed.
# shellcheck shell=bash disable=SC2154,SC2034  # test/run and instrumented.sh set what it reads, test/run reads what it sets
. test/instrumented.sh
# -fno-wrapv: overflows of signed integers are reported too, though PostgreSQL's flags define them
instruments='-O1 -g -fno-omit-frame-pointer -U_FORTIFY_SOURCE -fno-wrapv -fsanitize=address,undefined,float-cast-overflow'
instrumented_server asan "$instruments"
# libasan looks for this symbol, and the server hangs at the start when the search ends in a library that is not there
echo 'char *swift_demangle(void) { return 0; }' | gcc -shared -fPIC -o "$tree/swift_demangle.so" -x c -
libraries=$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so):$tree/swift_demangle.so

: > "$server/log"   # the sanitizers report to it
server_environment=(LD_PRELOAD="$libraries" ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1)
start_server asan
# a build without instruments would pass: this one must notice what a sanitizer is for
symbols=$(nm -D "$("$PG_CONFIG" --pkglibdir)/csp_analysis.so")
case $symbols in *__asan_report_load*__ubsan_handle*) ;; *) die "the extension is not instrumented" ;; esac

status=0
export CSP_FUZZ=${arg_FUZZ:-5000} CSP_SEED=${arg_SEED:-1}
# of the robustness scripts those that attack; the others measure time, memory or figures
[ -n "${arg_ONLY:-}" ] || arg_ONLY="$(ls test/sql test/pgtap | sed -n 's/\.sql$//p' | tr '\n' ' ') hostile fuzz"
. test/test.sh || status=1
if grep -hoE '^[^ ]+:[0-9]+:[0-9]+: runtime error: .*|ERROR: AddressSanitizer.*|^SUMMARY: .*|was terminated by signal.*|PANIC: .*' "$server/log" >"$output/sanitizers"; then
    say "reports in $server/log"
    sort "$output/sanitizers" | uniq -c | sort -rn | head -50
    status=1
fi
[ "$status" = 0 ] || die "the sanitizers or the tests found faults"
