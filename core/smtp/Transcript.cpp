// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Transcript.h"

#include "core/base/JsonReader.h"
#include "core/base/Text.h"

#include <QJsonObject>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kLongestRun = 1000LL * 60 * 60 * 24 * 365; // milliseconds: more is a damaged file
constexpr qint64 kLargestMessage = 1LL << 50;

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
        QJsonObject object{
            {QStringLiteral("direction"), word(line.direction)},
            {QStringLiteral("stage"), toString(line.stage)},
            {QStringLiteral("ms"), static_cast<qint64>(line.sinceStart.count())},
            {QStringLiteral("tls"), line.tls},
            {QStringLiteral("refusal"), line.refusal},
            {QStringLiteral("text"), line.text},
        };
        if (line.octets > 0)
            object.insert(QStringLiteral("octets"), static_cast<qint64>(line.octets));
        if (!line.decoded.isEmpty())
            object.insert(QStringLiteral("decoded"), line.decoded);
        if (line.message)
            object.insert(QStringLiteral("message"), true);
        array += object;
    }
    return array;
}

TranscriptLine transcriptLineFromJson(JsonReader &reader)
{
    using Direction = TranscriptLine::Direction;
    TranscriptLine line;
    line.direction =
        reader.word(u"direction", Direction::Note,
                    {{"sent", Direction::Sent}, {"received", Direction::Received}, {"note", Direction::Note}});
    const QString stage = reader.string(u"stage");
    if (const auto known = parseStage(stage))
        line.stage = *known;
    else
        reader.fail(u"stage", QStringLiteral("must be a stage of the conversation, such as ehlo or rcpt."));
    line.sinceStart = std::chrono::milliseconds(reader.integer(u"ms", 0, 0, kLongestRun));
    line.tls = reader.boolean(u"tls", false);
    line.refusal = reader.boolean(u"refusal", false);
    line.text = reader.string(u"text");
    line.octets = static_cast<std::uint64_t>(reader.integer(u"octets", 0, 0, kLargestMessage));
    line.decoded = reader.string(u"decoded", QString());
    line.message = reader.boolean(u"message", false);
    reader.finish();
    return line;
}

QString decodedText(QByteArrayView base64)
{
    if (base64.size() > kMostDecoded)
        return {};
    const auto decoding =
        QByteArray::fromBase64Encoding(base64.trimmed().toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    const QByteArray octets = decoding ? decoding.decoded : QByteArray();
    const bool hasControls = std::ranges::any_of(octets, [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet == 0x7f || (octet < 0x20 && c != '\t' && c != '\r' && c != '\n');
    });
    return octets.isValidUtf8() && !hasControls ? printable(octets) : QString();
}

} // namespace relaywright
