#!/bin/bash
# Every relative link of every Markdown file leads to a file or folder of the project, and its anchor to a heading there. Every
# page of a wing is listed in the wing's README, every wing in doc/README.md, and paths that are named in code spans or in
# comments (`src/time/farrington.c`) exist. The pages about the house are wrapped. `links.sh FOLDER` looks at another tree.
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
exec perl -CS -Mutf8 - <<'PERL'
use strict; use warnings;
my ($links, $anchors, $paths, @wrong) = (0, 0, 0);
sub slurp { open(my $f, '<:encoding(UTF-8)', $_[0]) or die "$_[0]: $!"; local $/; <$f> }
sub plain { my $text = shift; $text =~ s/^(```+|~~~+)[^\n]*\n.*?^\1[^\n]*$//gms; $text }    # without code blocks
my %headings;
sub headings {   # the anchors of a page, as GitHub makes them
    my $page = shift;
    return $headings{$page} if $headings{$page};
    my (%seen, %anchor);
    for (plain(slurp($page)) =~ /^#{1,6}[ \t]+(.*?)[ \t]*#*$/gm) {
        my $heading = $_;
        $heading =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
        my $anchor = lc $heading;
        $anchor =~ s/[^\p{L}\p{N}_ -]//g;
        $anchor =~ s/ /-/g;
        my $times = $seen{$anchor}++;
        $anchor{$times ? "$anchor-$times" : $anchor} = 1;
    }
    return $headings{$page} = \%anchor;
}
sub resolve {    # a link of a page, as a path from the top; undef if it leaves the project
    my ($page, $link) = @_;
    my @at = split m{/}, $page; pop @at;
    for (split m{/}, $link) { if ($_ eq '..') { return undef unless @at; pop @at } elsif ($_ ne '.' && $_ ne '') { push @at, $_ } }
    return join('/', @at) || '.';
}
my @pages = sort(glob('*.md'), glob('doc/*.md'), glob('doc/*/*.md'));
my %linked;
for my $page (@pages) {
    my $text = plain(slurp($page));
    (my $prose = $text) =~ s/`[^`\n]*`/``/g;
    while ($prose =~ /\[[^\]]*\]\(([^()\s]+)\)/g) {
        my $link = $1;
        next if $link =~ /^[a-z]+:/;
        $links++;
        my ($target, $anchor) = $link =~ /^([^#]*)(?:#(.*))?$/;
        my $file = $target eq '' ? $page : resolve($page, $target);
        if (!defined $file || !-e $file) { push @wrong, "$page: no file for the link $link"; next }
        $linked{$page}{$file} = 1;
        if (defined $anchor) {
            $anchors++;
            push @wrong, "$page: no heading for the link $link" unless -f $file && headings($file)->{$anchor};
        }
    }
    # code spans that are paths; placeholders (STEM, <wing>, *) and what the build makes are none
    while ($text =~ /`([^`\n]+)`/g) {
        for my $path (split ' ', $1) {
            next unless $path =~ m{^(?:src|sql|test|doc|expected)/[a-z0-9_./-]+$};
            next if $path =~ /NAME|STEM/;
            $paths++;
            push @wrong, "$page: there is no $path" unless -e $path;
        }
    }
}
# every page is in the README of its wing, every wing in doc/README.md
for my $wing (grep { -d } glob('doc/*')) {
    my $index = "$wing/README.md";
    push(@wrong, "there is no $index"), next unless -e $index;
    push @wrong, "doc/README.md: no link to $index" unless $linked{'doc/README.md'}{$index} || $linked{'doc/README.md'}{$wing};
    for (glob("$wing/*.md")) { push @wrong, "$index: no link to $_" unless $_ eq $index || $linked{$index}{$_} }
}
for (grep { $_ ne 'doc/README.md' } glob('doc/*.md')) { push @wrong, "doc/README.md: no link to $_" unless $linked{'doc/README.md'}{$_} }
# the pages about the house are wrapped at 100 columns, tables and code apart
for my $page (grep { -e } 'CONTRIBUTING.md', 'doc/README.md', 'doc/internals.md', glob('doc/*/README.md doc/*/decisions.md')) {
    push @wrong, map { "$page: longer than 100 columns: " . substr($_, 0, 60) } grep { !/^\|/ && length > 100 } split /\n/, plain(slurp($page));
}
# files that comments of the code name with their folder
for my $file (grep { -e } glob('src/*/*.[ch] sql/*.sql sql/*/*.sql sql/*/*/*.sql sql/*/*/*/*.sql sql/*/*.psql sql/*/*.sh sql/build* sql/order* test/*.sh test/*/*.sh test/*/*.sql test/*/*.R Makefile')) {
    my $text = slurp($file);
    while ($text =~ m{(?<![\w/.\$"-])((?:src|doc|sql/install|sql/partnership|test/reference|test/robustness|test/pgtap|test/sql)/[a-z0-9_/-]+\.(?:c|h|md|sql|sh|R|csv))(?![\w*])}g) {
        my $path = $1;
        $paths++;
        push @wrong, "$file: there is no $path" unless -e $path;
    }
}
print "$_\n" for @wrong;
printf "%d pages, %d links, %d anchors, %d paths, %d wrong\n", scalar @pages, $links, $anchors, $paths, scalar @wrong;
exit(@wrong || @pages < 60 || $links < 200 ? 1 : 0);
PERL
