// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PracticeGreeting.h"

#include "core/mail/Compose.h"

#include <QDateTime>

#include <algorithm>

namespace relaywright {

namespace {

constexpr const char *kReadyAt = " Microsoft ESMTP MAIL Service ready at ";

Transcript::const_iterator greetingOf(const Transcript &transcript)
{
    return std::ranges::find_if(transcript, [](const TranscriptLine &line) {
        return line.direction == TranscriptLine::Direction::Received && line.stage == Stage::Greeting;
    });
}

} // namespace

QByteArray practiceGreeting()
{
    return "practice.relaywright.invalid PRACTICE SERVER (not Microsoft)";
}

QByteArray practiceGreeting(TimePoint now)
{
    return practiceGreeting() + kReadyAt + rfc5322Date(now);
}

bool greetedByPracticeServer(const Transcript &transcript)
{
    const auto greeting = greetingOf(transcript);
    // Behind the code and the sign that more lines follow, or not.
    return greeting != transcript.end()
           && QStringView(greeting->text).mid(4).startsWith(QLatin1String(practiceGreeting()));
}

std::optional<TimePoint> practiceTime(const Transcript &transcript)
{
    if (!greetedByPracticeServer(transcript))
        return std::nullopt;
    const QStringView greeting(greetingOf(transcript)->text);
    const QLatin1String readyAt(kReadyAt);
    const qsizetype words = greeting.indexOf(readyAt);
    if (words < 0)
        return std::nullopt;
    const QString date = greeting.sliced(words + readyAt.size()).trimmed().toString();
    const QDateTime time = QDateTime::fromString(date, Qt::RFC2822Date);
    return time.isValid() ? std::optional(fromDateTime(time)) : std::nullopt;
}

bool hasGreeting(const Transcript &transcript)
{
    return greetingOf(transcript) != transcript.end();
}

} // namespace relaywright
