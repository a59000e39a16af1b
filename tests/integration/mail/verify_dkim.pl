# SPDX-License-Identifier: GPL-3.0-or-later
# The same as verify_dkim.py with Mail::DKIM, which knows RSA only: other signatures are `unknown`.
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Net::DNS::RR;

my ($zone_file, @messages) = @ARGV;
my %zone;
open my $zone, '<', $zone_file or die "$zone_file: $!";
while (my $line = <$zone>) {
    chomp $line;
    my ($name, $text) = split /\t/, $line;
    $zone{$name} = $text;
}
{
    no warnings 'redefine';
    *Mail::DKIM::DNS::query = sub {
        my ($name, $type) = @_;
        $name =~ s/\.$//;
        $@ = 'NXDOMAIN';
        return unless exists $zone{$name};
        $@ = '';
        return Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [unpack '(a255)*', $zone{$name}]);
    };
}
for my $path (@messages) {
    my $verifier = Mail::DKIM::Verifier->new;
    open my $message, '<:raw', $path or die "$path: $!";
    local $/;
    $verifier->PRINT(<$message>);
    $verifier->CLOSE;
    my @results;
    for my $signature ($verifier->signatures) {
        push @results, $signature->algorithm =~ /^rsa-/ ? $signature->result : 'unknown';
    }
    print join("\t", $path =~ m{([^/]+)$}, @results), "\n";
}
