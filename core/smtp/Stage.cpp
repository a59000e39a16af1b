// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Stage.h"

#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<Stage, QLatin1String>, 9> kWords{{
    {Stage::Connect, QLatin1String("connect")},
    {Stage::Greeting, QLatin1String("greeting")},
    {Stage::Ehlo, QLatin1String("ehlo")},
    {Stage::Tls, QLatin1String("tls")},
    {Stage::Auth, QLatin1String("auth")},
    {Stage::Mail, QLatin1String("mail")},
    {Stage::Rcpt, QLatin1String("rcpt")},
    {Stage::Data, QLatin1String("data")},
    {Stage::Quit, QLatin1String("quit")},
}};

} // namespace

QString toString(Stage stage)
{
    for (const auto &[value, word] : kWords) {
        if (value == stage)
            return word;
    }
    Q_UNREACHABLE();
}

std::optional<Stage> parseStage(const QString &word)
{
    for (const auto &[value, known] : kWords) {
        if (word.compare(known, Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
}

} // namespace relaywright
