// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/JsonReader.h"
#include "core/relay/RelayConfig.h"

namespace relaywright {

// The parts that `parseRelayConfig` reads one after another; nobody else needs them. Each records its first fault at the
// reader.

void readListener(JsonReader &reader, RelayConfig &config);
void readAccount(JsonReader &reader, RelayConfig &config);
void readDevice(JsonReader &reader, RelayConfig &config);
[[nodiscard]] std::optional<RelayUpstream> readUpstream(JsonReader &reader);
void readDkim(JsonReader &reader, std::vector<DkimSigning> &signings);
void readRoute(JsonReader &reader, RelayConfig &config);
void readAlerts(JsonReader &reader, RelayAlerts &alerts);

/// A path or a name that goes to the file system as it is.
[[nodiscard]] QString plainText(JsonReader &reader, QStringView key);

/// `certificateFile` with `keyFile`, or `pkcs12File` with `pkcs12Password`. `otherwise` says what holds without any.
[[nodiscard]] ClientCertificateFiles readCertificateFiles(JsonReader &reader, const QString &otherwise);

/// An optional text: missing and empty are the same.
template <class T, class Parse>
[[nodiscard]] std::optional<T> optionalParsed(JsonReader &reader, QStringView key, Parse parse)
{
    if (reader.string(key, QString()).isEmpty())
        return std::nullopt;
    return reader.parsed<T>(key, parse);
}

} // namespace relaywright
