# One version everywhere: control file, META.json, the newest heading of the changelog; META.json has what PGXN's
# specification 1.0.0 requires.
set -eu
perl -MJSON::PP -e '
    sub slurp { local (@ARGV, $/) = @_; <> }
    my $meta = JSON::PP->new->utf8->decode(slurp("META.json"));
    my @wrong;
    my ($control) = slurp("csp_analysis.control") =~ /^default_version\s*=\s*\x27([^\x27]+)\x27/m;
    my ($heading, $date) = slurp("CHANGELOG.md") =~ /^## (\S+)(?: - (\S+))?/m;
    push @wrong, "control file has no default_version" unless defined $control;
    for (["META.json version", $meta->{version}], ["META.json provides.csp_analysis.version", $meta->{provides}{csp_analysis}{version}], ["CHANGELOG.md newest heading", $heading]) {
        my ($what, $version) = @$_;
        push @wrong, "$what is " . ($version // "missing") . ", the control file says $control" unless defined $version && $version eq $control;
    }
    push @wrong, "CHANGELOG.md: the newest heading has no date" unless ($date // "") =~ /^\d{4}-\d\d-\d\d$/;
    push @wrong, "version $control is not a semantic one" unless $control =~ /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[A-Za-z][A-Za-z0-9]*)?$/;

    # required: abstract, maintainer, license, provides, name, version, meta-spec
    push @wrong, "META.json lacks $_" for grep { !defined $meta->{$_} || $meta->{$_} eq "" } qw(abstract maintainer license provides name version meta-spec);
    push @wrong, "META.json name is not a term" unless $meta->{name} =~ m{^[^/\\\s\x00-\x1f]{2,}$};
    push @wrong, "META.json meta-spec.version is not 1.0.0" unless ($meta->{"meta-spec"}{version} // "") eq "1.0.0";
    my %licence = map { $_ => 1 } qw(agpl_3 apache_1_1 apache_2_0 artistic_1 artistic_2 bsd freebsd gfdl_1_2 gfdl_1_3 gpl_1 gpl_2 gpl_3 lgpl_2_1 lgpl_3_0 mit mozilla_1_0 mozilla_1_1 openssl perl_5 postgresql qpl_1_0 ssleay sun zlib open_source restricted unrestricted unknown);
    push @wrong, "META.json license $_ is not one of the specification" for grep { !$licence{$_} } ref $meta->{license} ? @{$meta->{license}} : $meta->{license};
    push @wrong, "META.json provides nothing" unless ref $meta->{provides} eq "HASH" && %{$meta->{provides}};
    for my $name (sort keys %{$meta->{provides}}) {
        my $given = $meta->{provides}{$name};
        push @wrong, "provides.$name lacks $_" for grep { !defined $given->{$_} } qw(file version);
        for my $field (qw(file docfile)) {
            push @wrong, "provides.$name.$field $given->{$field} does not exist" if defined $given->{$field} && !-e $given->{$field};
        }
    }
    for my $phase (sort keys %{$meta->{prereqs}}) {
        push @wrong, "prereqs.$phase is no phase" unless $phase =~ /^(configure|build|test|runtime|develop)$/;
        for my $relation (sort keys %{$meta->{prereqs}{$phase}}) {
            push @wrong, "prereqs.$phase.$relation is no relation" unless $relation =~ /^(requires|recommends|suggests|conflicts)$/;
        }
    }
    print "$_\n" for @wrong;
    exit @wrong > 0;
'
