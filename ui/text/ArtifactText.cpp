// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/ArtifactText.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct ArtifactText { Q_DECLARE_TR_FUNCTIONS(ArtifactText) };

struct KindPlace {
    const char *kind;
    Place place;
};

// The kinds whose place does not follow from what they are.
constexpr KindPlace kPlaces[] = {
    {"acs-setup", Place::Azure},
    {"receive-connector-script", Place::ExchangeServer},
    {"iis-smtp-script", Place::RelayComputer},
    {"windows-firewall-script", Place::RelayComputer},
    {"linux-firewall", Place::RelayComputer},
    {"relay-config", Place::RelayComputer},
    {"relay-note", Place::RelayComputer},
    {"postfix-config", Place::RelayComputer},
    {"windows-dns-script", Place::LocalDns},
    {"smart-host-name", Place::LocalDns},
    {"dns-records", Place::Dns},
    {"mta-sts-policy", Place::Elsewhere},
    {"device-sheet", Place::Device},
};

} // namespace

Place placeOf(const Artifact &artifact)
{
    for (const auto &[kind, place] : kPlaces) {
        if (artifact.kind == QLatin1String(kind))
            return place;
    }
    if (artifact.mediaType == QLatin1String("text/dns"))
        return Place::Dns;
    if (artifact.mediaType == QLatin1String("text/x-powershell"))
        return Place::ExchangeOnline;
    return Place::Elsewhere;
}

QString placeName(Place place)
{
    switch (place) {
    case Place::Dns:            return ArtifactText::tr("In the public DNS");
    case Place::ExchangeOnline: return ArtifactText::tr("In Exchange Online PowerShell");
    case Place::Azure:          return ArtifactText::tr("In Azure");
    case Place::ExchangeServer: return ArtifactText::tr("On your Exchange server");
    case Place::RelayComputer:  return ArtifactText::tr("On the relay’s computer");
    case Place::LocalDns:       return ArtifactText::tr("In the DNS of your network");
    case Place::Device:         return ArtifactText::tr("On the devices");
    case Place::Elsewhere:      return ArtifactText::tr("Elsewhere");
    }
    Q_UNREACHABLE();
}

QString formName(const Artifact &artifact)
{
    if (artifact.mediaType == QLatin1String("text/x-powershell"))
        return ArtifactText::tr("PowerShell script");
    if (artifact.mediaType == QLatin1String("text/dns"))
        return ArtifactText::tr("DNS record");
    if (artifact.kind == QLatin1String("device-sheet"))
        return ArtifactText::tr("Settings sheet");
    if (artifact.mediaType == QLatin1String("text/html"))
        return ArtifactText::tr("Page to print");
    if (artifact.mediaType == QLatin1String("application/json") || languageOf(artifact) == Language::Configuration)
        return ArtifactText::tr("Configuration");
    return ArtifactText::tr("Text");
}

Language languageOf(const Artifact &artifact)
{
    if (artifact.mediaType == QLatin1String("text/x-powershell"))
        return Language::PowerShell;
    if (artifact.mediaType == QLatin1String("text/dns"))
        return Language::Zone;
    if (artifact.mediaType == QLatin1String("application/json"))
        return Language::Json;
    for (const char *ending : {".cf", ".conf", ".nft", ".sh", ".cfg"}) {
        if (artifact.fileName.endsWith(QLatin1String(ending)))
            return Language::Configuration;
    }
    return Language::Plain;
}

} // namespace relaywright
