# make lint: what machines find in the sources, each with what is left out and why. Fails when there is anything new. Sourced by
# test/run, which installs the tools; ONLY='cppcheck shellcheck' in the environment runs these alone.
# shellcheck shell=bash disable=SC2154  # test/run sets what it reads
includes=$("$PG_CONFIG" --includedir-server)
found=$top/build/lint
rm -rf "$found"; mkdir -p "$found"
wrong=0
wanted() { [ -z "${CSP_ARGUMENT_ONLY:-}" ] || [[ " $CSP_ARGUMENT_ONLY " == *" $1 "* ]]; }
none() { # none WHAT FILE: fails when FILE has a line
    if [ -s "$2" ]; then cat "$2"; say "$1: $(wc -l < "$2") findings"; wrong=1; else say "$1: clean"; fi
}

if wanted shellcheck; then
    # what is sourced is checked by itself: what it reads and sets is not known to it; a cd that fails ends scripts under set -e
    shellcheck -s bash -S warning -e SC1090,SC1091,SC2034,SC2154,SC2164 -f gcc test/run test/*.sh test/robustness/*.sh test/robustness/helpers.bash \
        test/regress/session sql/build_install_script sql/load/*.sh .ci/run > "$found/shellcheck" 2>&1 || true
    none shellcheck "$found/shellcheck"
fi
if wanted cppcheck; then
    # invalidPointerCast: states of aggregates are bytes, whose doubles lie on addresses that palloc aligns
    # shiftTooManyBitsSigned: a shift of a negative number, which every compiler of PostgreSQL does arithmetically
    # nullPointerRedundantCheck: the ereport before it does not return, which cppcheck cannot know without the headers
    # The server's headers take longer than all of src/: what cppcheck must know of them is said here.
    cppcheck -q -j"$(nproc)" --enable=warning,portability,performance --inline-suppr --suppress=invalidPointerCast --suppress=missingInclude \
        --suppress=shiftTooManyBitsSigned --suppress=nullPointerRedundantCheck:src/time/exponential_smoothing.c -DPG_VERSION_NUM=150000 \
        '-DPG_FUNCTION_INFO_V1(x)=extern int x##_info' -DPG_MODULE_MAGIC='extern int pg_magic' '-DCppAsString2(x)=#x' -DPGDLLEXPORT= \
        -DFLEXIBLE_ARRAY_MEMBER= --max-configs=1 -Isrc --template='{file}:{line}: {severity}: {id}: {message}' src/*/*.c 2> "$found/cppcheck" || true
    none cppcheck "$found/cppcheck"
fi
if wanted conversion; then
    # -Wconversion, without what is meant so: counts become doubles, which hold every count below 2^53, and signs change where
    # a Size is compared with an int. What is left is to fall: lengths that become an int, with the limits of palloc behind them.
    most=39
    for file in src/*/*.c; do
        gcc -std=gnu99 -fsyntax-only -Wconversion -Wno-sign-conversion -isystem "$includes" -Isrc "$file" 2>&1 || true
    done | grep 'warning:' | grep -v "to ‘double’ may change\|to 'double' may change" > "$found/conversion" || true
    count=$(wc -l < "$found/conversion")
    if [ "$count" -gt $most ]; then cat "$found/conversion"; wrong=1; fi
    say "-Wconversion: $count findings, of at most $most (build/lint/conversion)"
fi
if wanted clang-tidy; then
    # easily-swappable-parameters, macro-parentheses, reserved-identifier: matters of taste or of PostgreSQL's own macros
    # narrowing-conversions, implicit-widening: those of -Wconversion
    # DeprecatedOrUnsafeBufferHandling asks for functions that no C library has
    # FloatLoopCounter: counts that go beyond 2^31 are doubles here, and whole
    printf '%s\n' src/*/*.c | xargs -P "$(nproc)" -n 4 clang-tidy --quiet --checks='-*,clang-analyzer-*,bugprone-*,
        -bugprone-easily-swappable-parameters,-bugprone-macro-parentheses,-bugprone-reserved-identifier,-bugprone-narrowing-conversions,
        -bugprone-implicit-widening-of-multiplication-result,-bugprone-branch-clone,-clang-analyzer-security.FloatLoopCounter,
        -clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-clang-analyzer-optin.performance.Padding' \
        --extra-arg=-isystem"$includes" --extra-arg=-Isrc --extra-arg=-std=gnu99 2>/dev/null -- | grep 'warning:' | grep '/src/' | sort -u > "$found/clang-tidy" || true
    none clang-tidy "$found/clang-tidy"
fi
if wanted plpgsql_check; then
    env -u CSP_ARGUMENT_ONLY test/run test ONLY=plpgsql_check || wrong=1
fi
[ $wrong = 0 ] || die "lint found something"
