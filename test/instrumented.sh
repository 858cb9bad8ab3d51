# instrumented_server NAME INSTRUMENTS: builds the extension with these options of the compiler into a copy of the installation
# in the folder of the private server NAME, and sets $server, $tree (the build) and PG_CONFIG. The ordinary build and
# installation are left alone. PostgreSQL finds its folders relative to its programs. Sourced by test/asan.sh and test/coverage.sh.
# shellcheck shell=bash disable=SC2154  # test/run sets what it reads
instrumented_server() {
    local name=$1 instruments=$2 root version folder path file
    PG_CONFIG=$(find_pg_config); [ -n "$PG_CONFIG" ] || die "pg_config was not found"
    place_server "$name"
    stop_server "$name"
    root=$server/root tree=$server/tree
    version="$("$PG_CONFIG" --version --configure) $instruments"
    if [ "$(cat "$root/version" 2>/dev/null)" != "$version" ]; then
        say "copying the installation of $("$PG_CONFIG" --version)"
        rm -rf "$root" "$tree"
        for folder in bindir pkglibdir sharedir includedir-server; do
            path=$("$PG_CONFIG" --$folder)
            mkdir -p "$root$(dirname "$path")"
            cp -a "$path" "$root$(dirname "$path")/"
        done
        echo "$version" > "$root/version"
    fi
    say "building csp_analysis with $instruments"
    rm -rf "$tree/sql"; mkdir -p "$tree/src"
    cp -a Makefile csp_analysis.control META.json README.md LICENSE sql "$tree/"
    # what differs, with the time of the copy: a source that is edited while this builds is newer than its object the next time
    for file in "$tree"/src/*/*.[ch]; do [ -e "${file#"$tree/"}" ] || rm -f "$file"; done
    for file in src/*/*.[ch]; do mkdir -p "$tree/${file%/*}"; cmp -s "$file" "$tree/$file" || cp "$file" "$tree/$file"; done
    PG_CONFIG=$root$PG_CONFIG; export PG_CONFIG; bin=$("$PG_CONFIG" --bindir)
    [ "$bin" = "$root${bin#"$root"}" ] || die "$PG_CONFIG is not relocatable: it reports $bin"
    make -s -C "$tree" -j"$(nproc)" PG_CONFIG="$PG_CONFIG" COPT="$instruments" all
    make -s -C "$tree" PG_CONFIG="$PG_CONFIG" install >/dev/null
    chmod 755 "$server" "$tree"
}
