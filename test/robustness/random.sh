# The random number generators against their authors' published figures, without a server; once more with the
# multiplication for machines that have no 128-bit integers.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
for how in "" -U__SIZEOF_INT128__; do
    ${CC:-cc} -std=c99 -O1 -Wall -Wextra -Werror -Isrc $how -o "$work/random" test/robustness/random.c src/base/random.c
    "$work/random"
done
