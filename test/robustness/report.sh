# The assessments as HTML, the strategic one in each structure: well-formed, complete, numbered, without raw numbers or missing values, with every
# text of users escaped, and its figures those of the views. Empty partnerships give a page too; wrong arguments give a message and status 3.
set -eu
database=report_$$ reader=report_reader_$$
work=$(mktemp -d)
clean() { psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database" -c "DROP ROLE IF EXISTS $reader" 2>/dev/null; rm -rf "$work"; }
trap clean EXIT
fail() { echo "$*"; exit 1; }
psql -qX -v ON_ERROR_STOP=1 -c "CREATE DATABASE $database"
export PGDATABASE=$database
psql -qXAt -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION csp_analysis CASCADE;
SELECT csp.create_synthetic_partnership('county', incidents => 20000, months => 24);
-- whatever users write must stay text
UPDATE county.area SET name = '<script>alert("area")</script> & ''quay''' WHERE area_id = (SELECT min(area_id) FROM county.strategic_pattern_area WHERE rank_by_incidents = 1 AND is_headline);
UPDATE county.problem_type SET label = label || ' <i>"&' WHERE code = 'shoplifting';
UPDATE county.assessment SET title = 'Report "</style><script>alert(1)</script>', protective_marking = 'OFFICIAL "; } </style><b>', note = '100% <b>sure</b> :partnership';
UPDATE county.setting SET value = 'County <title> & co' WHERE name = 'title';
UPDATE county.agency SET name = name || '</td><td>' WHERE code = 'syn_police';
UPDATE county.source SET title = title || ' <br>', citation = citation || ' </dd><script>' WHERE code = 'syn_fire';
UPDATE county.priority SET title = title || ' </h3><script>';
UPDATE county.recommendation SET rationale = E'first line\nsecond <line> :assessment \\q';
SELECT csp.create_partnership('empty');
INSERT INTO empty.assessment (kind, title, period_from, period_to) VALUES ('strategic', 'Nothing yet', '2025-01-01', '2025-12-31');
SELECT csp.open_tactical_assessment('county', '[2025-12-04,2025-12-31]');
SELECT csp.open_tactical_assessment('empty', '[2025-12-04,2025-12-31]');
SELECT count(*) FROM csp.scan('county', '2025-12-31');
INSERT INTO county.recommendation (assessment_id, title, status) VALUES (2, 'Close the car park <b>now</b>', 'proposed');
SQL

cat > "$work/check.pl" <<'PERL'
use strict; use warnings;
my ($file, $has_data, $least, @heading) = @ARGV;
open my $in, '<:encoding(UTF-8)', $file or die; local $/; my $page = <$in>;
my @wrong;
$page =~ /\A<!DOCTYPE html>\n<html lang="en-GB">/ or push @wrong, 'no document type';
my (@open, %id, @link);
my $body = $page; $body =~ s/<!DOCTYPE html>//; $body =~ s/(<style>).*?(<\/style>)/$1$2/s;
while ($body =~ /([^<]*)(<[^>]*>)?/g) {
    my ($text, $tag) = ($1, $2);
    push @wrong, "stray character in: $text" if $text =~ />/ or $text =~ /&(?!amp;|lt;|gt;|quot;|nbsp;|#39;)/;
    next unless defined $tag;
    if ($tag =~ m{^</(\w+)>$}) { my $last = pop @open // 'nothing'; push @wrong, "</$1> closes <$last>" if $last ne $1 }
    elsif ($tag =~ m{^<(\w+)((?:\s+[\w-]+(?:="[^"<>]*")?)*)\s*(/?)>$}) {
        my ($name, $attributes, $closed) = ($1, $2, $3);
        push @wrong, "a <$name>" if $name =~ /^(script|iframe|object|embed|link|img|i|b)$/;
        push @wrong, "event handler in $tag" if $attributes =~ /\son\w+=/;
        if ($attributes =~ /\sid="([^"]*)"/) { push @wrong, "id $1 twice" if $id{$1}++ }
        if ($attributes =~ /\shref="([^"]*)"/) { push @link, $1 }
        push @wrong, "external resource in $tag" if $attributes =~ /(src|href)="(?!#)/;
        push @open, $name unless $closed or $name =~ /^(meta|br|hr)$/;
    } else { push @wrong, "not a tag: $tag" }
}
push @wrong, "not closed: @open" if @open;
for (@link) { my $target = substr $_, 1; push @wrong, "link to nothing: $_" unless $id{$target} }
push @wrong, 'external style' if $page =~ /\@import|url\(/;
my $at = 0;
for my $heading (@heading) {
    my $found = index $page, ">$heading</h2>"; push @wrong, "no chapter $heading" if $found < $at; $at = $found;
}
my @table = $page =~ /<caption>Table (\d+)\. /g;
push @wrong, "tables are numbered @table" if "@table" ne join ' ', 1 .. @table;
push @wrong, scalar(@table) . ' tables' if @table < ($has_data ? $least : 0);
(my $text = $body) =~ s/<[^>]*>/ /g;
for my $bad (qr/\bNaN\b/i, qr/\bNULL\b/i, qr/\bInfinity\b/i, qr/\d\.\d{4,}/, qr/\d{4,}\.\d/, qr/\[\s*\]/, qr/%s/, qr/\b1 (?:incidents|months|sources|members|actions)\b/) {
    push @wrong, "$bad: ..." . substr($text, $-[0] > 40 ? $-[0] - 40 : 0, 90) if $text =~ $bad;
}
push @wrong, 'empty table' if $page =~ m{</caption>\s*<tr>(?:(?!</tr>).)*</tr>\s*</table>}s;
push @wrong, 'banner' if ($page =~ /class="banner"/ ? 1 : 0) != $has_data;
if ($has_data) {
    for my $escaped ('Shoplifting &lt;i&gt;&quot;&amp;', 'County &lt;title&gt; &amp; co',
                     $least < 15 ? () : ('&lt;script&gt;alert(', 'second &lt;line&gt; :assessment \\q', '100% &lt;b&gt;sure&lt;/b&gt; :partnership')) {
        push @wrong, "not shown: $escaped" if index($page, $escaped) < 0;
    }
}
print "$file: $_\n" for @wrong;
exit(@wrong ? 1 : 0);
PERL
strategic=(15 '1. Levels and patterns' '2. Changes' '3. Why' '4. Last plan' '5. Recommendations' '7. Sources' '8. Method and notes')
tactical=(8 '1. What stands out' '2. Headline problems' '3. Where' '4. Series' '5. Emerging issues' '6. Actions' '7. Sources and method')
report=sql/report/strategic_assessment.psql
for structure in crime_type priority organisation problem; do
    psql -X -v partnership=county -v assessment=1 -v structure=$structure -o "$work/$structure.html" -f $report > "$work/said" 2>&1 || { cat "$work/said"; fail "structure $structure failed"; }
    [ ! -s "$work/said" ] || { cat "$work/said"; fail "structure $structure was not silent"; }
    perl "$work/check.pl" "$work/$structure.html" 1 "${strategic[@]}"
done
for structure in priority organisation problem; do
    if cmp -s "$work/crime_type.html" "$work/$structure.html"; then fail "structure $structure is that of crime_type"; fi
done

# the figures of the first table are those of the view, in its order
perl -CS -0ne 'my ($table) = /<caption>Table 1\. .*?(<tr valign.*?)<\/table>/s; for ($table =~ /<tr valign.*?<\/tr>/gs) { my @c = map { s/&quot;/"/gr =~ s/&lt;/</gr =~ s/&gt;/>/gr =~ s/&amp;/&/gr } /<td[^>]*>(.*?)<\/td>/gs; $c[0] =~ s/ \[[\d, ]+\]$//; $c[3] =~ s/ .*//; print join("|", @c[0, 1, 3]), "\n" }' "$work/crime_type.html" > "$work/shown"
psql -XAt -c "SELECT problem_type_label, to_char(incidents, 'FM999,999'), to_char(round(rate_per_1000::numeric, 2), 'FM990.00') FROM county.strategic_levels
              WHERE assessment_id = 1 AND area_kind = 'partnership' AND (is_headline OR problem_type = 'crime') ORDER BY incidents DESC, sort_order" > "$work/viewed"
[ "$(wc -l < "$work/viewed")" -gt 10 ] || fail "the view has too few rows to compare"
diff "$work/viewed" "$work/shown" || fail "table 1 differs from the view"

# without data, baseline, areas, peers and plan; the latest assessment when none is named
psql -X -v partnership=empty -o "$work/empty.html" -f $report 2>&1 || fail "an empty partnership failed"
perl "$work/check.pl" "$work/empty.html" 0 "${strategic[@]}"

# the tactical assessment, with the figures of its view
report=sql/report/tactical_assessment.psql
psql -X -v partnership=county -o "$work/tactical.html" -f $report > "$work/said" 2>&1 || { cat "$work/said"; fail "the tactical assessment failed"; }
[ ! -s "$work/said" ] || { cat "$work/said"; fail "the tactical assessment was not silent"; }
perl "$work/check.pl" "$work/tactical.html" 1 "${tactical[@]}"
for shown in 'Close the car park &lt;b&gt;now&lt;/b&gt;' 'New festival site on the coast' 'overdue by' 'outside the priorities' 'it names no victims'; do
    grep -qF "$shown" "$work/tactical.html" || fail "the tactical assessment does not show: $shown"
done
if grep -q 'SYN-P[0-9]' "$work/tactical.html"; then fail "a person stands in the tactical assessment"; fi
perl -CS -0ne 'my ($table) = /<caption>Table \d+\. The whole partnership against.*?(<tr valign.*?)<\/table>/s; for ($table =~ /<tr valign.*?<\/tr>/gs) { my @c = map { s/&quot;/"/gr =~ s/&lt;/</gr =~ s/&gt;/>/gr =~ s/&amp;/&/gr } /<td[^>]*>(.*?)<\/td>/gs; $c[2] =~ s/ .*//; print join("|", @c[0, 1, 2, 5]), "\n" }' "$work/tactical.html" > "$work/shown"
psql -XAt -c "SELECT problem_type_label, to_char(incidents, 'FM999,999'), coalesce(round(season_expected::numeric)::text, '–'), verdict FROM county.tactical_summary
              WHERE assessment_id = 2 AND area_kind = 'partnership' AND is_headline ORDER BY rank, sort_order" > "$work/viewed"
[ "$(wc -l < "$work/viewed")" -gt 10 ] || fail "the tactical summary has too few rows to compare"
diff "$work/viewed" "$work/shown" || fail "the table of headline problems differs from the view"
psql -X -v partnership=empty -o "$work/empty.html" -f $report 2>&1 || fail "an empty tactical assessment failed"
perl "$work/check.pl" "$work/empty.html" 0 "${tactical[@]}"

# the summary for terminals
psql -X -v partnership=county -f sql/report/summary.psql > "$work/summary"
grep -q 'Largest problems' "$work/summary" && grep -q '^likelihood' "$work/summary" || fail "the summary lacks a part"
awk 'length($0) > 100 && !/^Report/ { print; wide = 1 } END { exit wide }' "$work/summary" || fail "the summary is wider than 100 columns"
psql -X -v partnership=empty -f sql/report/summary.psql >/dev/null || fail "the summary of an empty partnership failed"

# wrong arguments: status 3, what is wrong, and what there is
report=sql/report/strategic_assessment.psql
refused() { # refused MESSAGE ARGUMENTS...
    local wanted=$1 status=0; shift
    psql -X "$@" -o "$work/refused.html" -f $report > "$work/said" 2>&1 || status=$?
    [ $status = 3 ] || fail "status $status for: $*"
    grep -qF "$wanted" "$work/said" || { cat "$work/said"; fail "another message for: $*"; }
}
refused 'partnership "county" has no strategic assessment "99"' -v partnership=county -v assessment=99
refused 'The strategic assessments are: 1 (Report' -v partnership=county -v assessment=99
refused 'has no strategic assessment "1; DROP TABLE county.area"' -v partnership=county -v assessment='1; DROP TABLE county.area'
refused 'there is no partnership "nowhere"' -v partnership=nowhere -v assessment=1
refused 'there is no structure "areas"' -v partnership=county -v structure=areas
refused 'no partnership is given' -v assessment=1
refused 'is not installed in database "postgres"' -d postgres -v partnership=county
report=sql/report/tactical_assessment.psql
refused 'partnership "county" has no tactical assessment "1"' -v partnership=county -v assessment=1
refused 'The tactical assessments are: 2 (Tactical' -v partnership=county -v assessment=99
psql -qX -c "DELETE FROM empty.assessment WHERE kind = 'tactical'"
refused "Open one: SELECT csp.open_tactical_assessment('empty')" -v partnership=empty

# a reader who may only read can make it, and the session leaves nothing behind
psql -qX -v ON_ERROR_STOP=1 -v reader="$reader" <<'SQL'
CREATE ROLE :reader;
GRANT USAGE ON SCHEMA county, csp TO :reader;
GRANT SELECT ON ALL TABLES IN SCHEMA county, csp TO :reader;
SQL
for page in strategic:crime_type tactical:tactical; do
    PGOPTIONS="-c role=$reader" psql -X -v partnership=county -o "$work/reader.html" -f sql/report/${page%:*}_assessment.psql 2> "$work/said" || { cat "$work/said"; fail "a reader cannot make the ${page%:*} report"; }
    cmp "$work/reader.html" "$work/${page#*:}.html" || fail "a reader's ${page%:*} report differs"
done
