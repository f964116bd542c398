#!/bin/sh
# Prints a table with the share of each file's lines and branches that the tests ran; with BARE=1,
# prints the branches that no test took. Usage: coverage.sh BUILD FILE.c...
set -eu
build=$1
shift

if [ -n "${BARE-}" ]; then
    for file; do
        gcov -bcrt "$build/obj/${file%.c}.gcda" | awk -F: -v file="$file" '
            /Source:/ { ours = $0 ~ "Source:" file "$" }
            !ours { next }
            /^branch .*(taken 0|never executed)/ { if (line != told) print file ":" line; told = line; next }
            /^(branch|call|function|unconditional)/ { next }
            $2 + 0 > 0 { line = $2 + 0 ":" substr($0, length($1 $2) + 3) }'
    done
    exit
fi

printf '| file | lines | branches |\n|---|---:|---:|\n'
for file; do
    gcov -bn "$build/obj/${file%.c}.gcda" | awk -F"[:%' ]+" -v file="$file" '
        /^File/ { ours = $2 == file }
        ours && /^Lines/ { lines = $3; of_lines = $5 }
        ours && /^Taken/ { branches = $5; of_branches = $7 }
        END { print file, lines + 0, of_lines + 0, branches + 0, of_branches + 0 }'
done | awk '
    function part(percent, of) { return of > 0 ? sprintf("%.1f %% of %d", percent, of) : "" }
    { printf "| %s | %s | %s |\n", $1, part($2, $3), part($4, $5)
      l += $2 * $3 / 100; ls += $3; b += $4 * $5 / 100; bs += $5 }
    END { printf "| in all | %s | %s |\n", part(100 * l / ls, ls), part(100 * b / bs, bs) }'
