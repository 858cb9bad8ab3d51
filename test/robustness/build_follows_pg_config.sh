#!/bin/bash
# A tree built for one PostgreSQL is compiled again for another: a second pg_config that gives other answers stands for it. Two
# files of C in a copy of the tree; the module need not load.
# shellcheck disable=SC1091,SC2154,SC2164  # helpers.bash sets work, and errors end the script
. "$(dirname "$0")/helpers.bash"
real=${PG_CONFIG:?}
tree=$work/tree
mkdir -p "$tree/sql" "$work/other"; for wing in src/*; do mkdir -p "$tree/$wing"; done
cp Makefile csp_analysis.control README.md "$tree"
cp -r sql/build_install_script sql/expand_overloads sql/order_of_reading sql/install sql/partnership "$tree/sql"
for file in src/*/*.h src/data/csv.c src/rate/rate.c; do cp "$file" "$tree/$file"; done
cat > "$work/other/pg_config" <<CONFIG
#!/bin/sh
'$real' "\$@" | sed 's/PostgreSQL [0-9]*/PostgreSQL 99/'
CONFIG
chmod +x "$work/other/pg_config"
cd "$tree"
build() { make -s PG_CONFIG="$1" all; }
products() { stat -c '%n %i %Y %Z %z' src/*/*.o csp_analysis.so; }
build "$real"
first=$(products)
build "$real"
same "nothing is compiled twice for one PostgreSQL" "$first" "$(products)"
build "$work/other/pg_config"
second=$(products)
while read -r old && read -r new <&3; do
    [ "$old" != "$new" ] || say_wrong "not compiled for the other PostgreSQL: $old"
done <<< "$first" 3<<< "$second"
same "as many products" 3 "$(wc -l <<< "$second")"
build "$work/other/pg_config"
same "nothing is compiled twice for the other one" "$second" "$(products)"
build "$real"
while read -r old && read -r new <&3; do
    [ "$old" != "$new" ] || say_wrong "not compiled for the first PostgreSQL again: $old"
done <<< "$second" 3<<< "$(products)"
# what is installed is what was compiled last for it
make -s PG_CONFIG="$real" DESTDIR="$work/installed" install > /dev/null
cmp csp_analysis.so "$(find "$work/installed" -name csp_analysis.so)"
