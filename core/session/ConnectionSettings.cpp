// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ConnectionSettings.h"

#include "core/base/Text.h"
#include "core/session/TlsConfiguration.h"

#include <array>

namespace relaywright {

namespace {

constexpr std::array<std::pair<TlsVersion, QLatin1String>, 4> kVersions{{
    {TlsVersion::Tls10, QLatin1String("tls1.0")},
    {TlsVersion::Tls11, QLatin1String("tls1.1")},
    {TlsVersion::Tls12, QLatin1String("tls1.2")},
    {TlsVersion::Tls13, QLatin1String("tls1.3")},
}};

} // namespace

QString toString(TlsVersion version)
{
    for (const auto &[value, word] : kVersions) {
        if (value == version)
            return word;
    }
    Q_UNREACHABLE();
}

std::optional<TlsVersion> parseTlsVersion(const QString &word)
{
    for (const auto &[value, known] : kVersions) {
        if (word.compare(known, Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
}

QString tlsSettingsFault(const TlsSettings &settings)
{
    if (settings.minimum && settings.maximum && *settings.minimum > *settings.maximum)
        return QStringLiteral("The lowest TLS version (%1) is above the highest (%2). Swap them.")
            .arg(toString(*settings.minimum), toString(*settings.maximum));
    if (!settings.ciphers.isEmpty() && !isCipherList(settings.ciphers))
        return QStringLiteral("OpenSSL on this computer knows no cipher of the list \"%1\". What it knows is shown by: "
                              "openssl ciphers -v ALL")
            .arg(quotable(settings.ciphers));
    if (settings.identity && clientKey(*settings.identity).isNull())
        return QStringLiteral(
            "The private key of the client certificate is of a kind that cannot be used here. Use an RSA "
            "or an EC (P-256) key.");
    return {};
}

} // namespace relaywright
