// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PracticeGreeting.h"

#include <algorithm>

namespace relaywright {

namespace {

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

bool greetedByPracticeServer(const Transcript &transcript)
{
    const auto greeting = greetingOf(transcript);
    // Behind the code and the sign that more lines follow, or not.
    return greeting != transcript.end()
           && QStringView(greeting->text).mid(4).startsWith(QLatin1String(practiceGreeting()));
}

bool hasGreeting(const Transcript &transcript)
{
    return greetingOf(transcript) != transcript.end();
}

} // namespace relaywright
