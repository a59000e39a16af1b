// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Transcript.h"

#include <QJsonObject>

#include <algorithm>

namespace relaywright {

namespace {

QLatin1String sign(TranscriptLine::Direction direction)
{
    switch (direction) {
    case TranscriptLine::Direction::Sent: return QLatin1String("C:");
    case TranscriptLine::Direction::Received: return QLatin1String("S:");
    case TranscriptLine::Direction::Note: return QLatin1String("--");
    }
    Q_UNREACHABLE();
}

QLatin1String word(TranscriptLine::Direction direction)
{
    switch (direction) {
    case TranscriptLine::Direction::Sent: return QLatin1String("sent");
    case TranscriptLine::Direction::Received: return QLatin1String("received");
    case TranscriptLine::Direction::Note: return QLatin1String("note");
    }
    Q_UNREACHABLE();
}

} // namespace

QString hiddenSecret()
{
    return QStringLiteral("••••••••");
}

void SecretMask::add(QByteArrayView octets)
{
    addNeedle(octets.toByteArray());
    addNeedle(octets.toByteArray().toBase64());
}

void SecretMask::addNeedle(QByteArray octets)
{
    if (octets.size() < kMinimumOctets)
        return;
    m_needles.emplace_back(std::move(octets));
    // Longest first, so that no tail of a longer form is left standing.
    std::ranges::stable_sort(m_needles, std::ranges::greater{},
                             [](const Secret &secret) { return secret.reveal().size(); });
}

QByteArray SecretMask::apply(const QByteArray &text) const
{
    QByteArray masked = text;
    const QByteArray dots = hiddenSecret().toUtf8();
    for (const Secret &needle : m_needles) {
        if (masked.contains(needle.reveal()))
            masked.replace(needle.reveal(), dots);
    }
    return masked;
}

Reply SecretMask::apply(const Reply &reply) const
{
    Reply masked{reply.code, {}};
    masked.lines.reserve(reply.lines.size());
    for (const QByteArray &line : reply.lines)
        masked.lines += apply(line);
    return masked;
}

QString toText(const TranscriptLine &line)
{
    const double seconds = static_cast<double>(line.sinceStart.count()) / 1000;
    return QStringLiteral("%1 %2%3 %4")
        .arg(seconds, 7, 'f', 3)
        .arg(QLatin1Char(line.tls ? '*' : ' '))
        .arg(sign(line.direction), line.text);
}

QString toText(const Transcript &transcript)
{
    QString text;
    for (const TranscriptLine &line : transcript)
        text += toText(line) + u'\n';
    return text;
}

QJsonArray toJson(const Transcript &transcript)
{
    QJsonArray array;
    for (const TranscriptLine &line : transcript) {
        array += QJsonObject{
            {QStringLiteral("direction"), word(line.direction)},
            {QStringLiteral("stage"), toString(line.stage)},
            {QStringLiteral("ms"), static_cast<qint64>(line.sinceStart.count())},
            {QStringLiteral("tls"), line.tls},
            {QStringLiteral("refusal"), line.refusal},
            {QStringLiteral("text"), line.text},
        };
    }
    return array;
}

} // namespace relaywright
