// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayEvents.h"

#include "core/base/Text.h"
#include "core/relay/ControlJson.h"

#include <algorithm>

namespace relaywright {

namespace {

struct KindWord {
    RelayEvent::Kind kind;
    QLatin1String word;
};
constexpr KindWord kKinds[] = {
    {RelayEvent::Kind::Started, QLatin1String("started")},
    {RelayEvent::Kind::Stopping, QLatin1String("stopping")},
    {RelayEvent::Kind::ConnectionRefused, QLatin1String("connection-refused")},
    {RelayEvent::Kind::SignInFailed, QLatin1String("sign-in-failed")},
    {RelayEvent::Kind::Refused, QLatin1String("refused")},
    {RelayEvent::Kind::Accepted, QLatin1String("accepted")},
    {RelayEvent::Kind::Deferred, QLatin1String("deferred")},
    {RelayEvent::Kind::Delivered, QLatin1String("delivered")},
    {RelayEvent::Kind::Bounced, QLatin1String("bounced")},
    {RelayEvent::Kind::InDoubt, QLatin1String("in-doubt")},
    {RelayEvent::Kind::Route, QLatin1String("route")},
    {RelayEvent::Kind::Alert, QLatin1String("alert")},
    {RelayEvent::Kind::AlertCleared, QLatin1String("alert-cleared")},
    {RelayEvent::Kind::Operator, QLatin1String("operator")},
    {RelayEvent::Kind::Notice, QLatin1String("notice")},
};

struct SeverityWord {
    RelayEvent::Severity severity;
    QLatin1String word;
};
constexpr SeverityWord kSeverities[] = {
    {RelayEvent::Severity::Debug, QLatin1String("debug")},   {RelayEvent::Severity::Info, QLatin1String("info")},
    {RelayEvent::Severity::Notice, QLatin1String("notice")}, {RelayEvent::Severity::Warning, QLatin1String("warning")},
    {RelayEvent::Severity::Error, QLatin1String("error")},
};

QString clean(const QString &text, qsizetype most)
{
    return text.isEmpty() ? text : printable(text.toUtf8(), most);
}

} // namespace

QString toString(RelayEvent::Kind kind)
{
    return std::ranges::find(kKinds, kind, &KindWord::kind)->word;
}

QString toString(RelayEvent::Severity severity)
{
    return std::ranges::find(kSeverities, severity, &SeverityWord::severity)->word;
}

Result<RelayEvent::Severity> parseSeverity(const QString &word)
{
    const auto found = std::ranges::find_if(kSeverities, [&](const SeverityWord &one) { return one.word == word; });
    if (found == std::end(kSeverities))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" is no severity. Use debug, info, notice, warning or error.").arg(quotable(word)));
    return found->severity;
}

QJsonObject toJson(const RelayEvent &event)
{
    QJsonObject json{{QStringLiteral("at"), controlTime(event.at)},
                     {QStringLiteral("event"), toString(event.kind)},
                     {QStringLiteral("severity"), toString(event.severity)}};
    insertText(json, QStringLiteral("source"), event.source);
    insertText(json, QStringLiteral("id"), event.id);
    insertText(json, QStringLiteral("detail"), event.detail);
    if (event.numbers.empty())
        return json;
    QJsonObject numbers;
    for (const auto &[name, number] : event.numbers)
        numbers.insert(name, number);
    json.insert(QStringLiteral("numbers"), numbers);
    return json;
}

Result<RelayEvent> parseRelayEvent(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    RelayEvent event;
    event.at = readTime(reader, u"at").value_or(TimePoint());
    const QString word = reader.string(u"event");
    const auto kind = std::ranges::find_if(kKinds, [&](const KindWord &one) { return one.word == word; });
    event.kind = kind == std::end(kKinds) ? RelayEvent::Kind::Notice : kind->kind; // a newer relay's
    const auto severity = parseSeverity(reader.string(u"severity"));
    event.source = reader.string(u"source", QString());
    event.id = reader.string(u"id", QString());
    event.detail = reader.string(u"detail", QString());
    if (error)
        return tl::unexpected(*error);
    if (!severity)
        return tl::unexpected(severity.error());
    event.severity = *severity;
    const QJsonObject numbers = json.value(QLatin1String("numbers")).toObject();
    for (auto it = numbers.begin(); it != numbers.end(); ++it)
        event.numbers.emplace(it.key(), it->toInteger());
    return event;
}

QString toText(const RelayEvent &event)
{
    return event.id.isEmpty() ? event.detail : QStringLiteral("%1: %2").arg(event.id, event.detail);
}

RelayEvents::Subscription &RelayEvents::Subscription::operator=(Subscription &&other) noexcept
{
    if (m_events)
        m_events->unsubscribe(m_number);
    m_events = std::move(other.m_events);
    m_number = other.m_number;
    return *this;
}

RelayEvents::Subscription::~Subscription()
{
    if (m_events)
        m_events->unsubscribe(m_number);
}

RelayEvents::Subscription RelayEvents::subscribe(RelayEvent::Severity least, Reader reader)
{
    m_readers.push_back({++m_lastNumber, least, std::move(reader)});
    if (isAtLeast(m_least, least))
        m_least = least;
    return {this, m_lastNumber};
}

void RelayEvents::unsubscribe(int number)
{
    std::erase_if(m_readers, [number](const Entry &entry) { return entry.number == number; });
    m_least = RelayEvent::Severity::Error;
    for (const Entry &entry : m_readers) {
        if (isAtLeast(m_least, entry.least))
            m_least = entry.least;
    }
}

void RelayEvents::publish(RelayEvent event)
{
    constexpr qsizetype kMaxName = 100;
    event.source = clean(event.source, kMaxName);
    event.id = clean(event.id, kMaxName);
    event.detail = clean(event.detail, kMaxDetail);
    // A reader may end its own reading or begin another one.
    const auto readers = m_readers;
    for (const Entry &entry : readers) {
        if (isAtLeast(event.severity, entry.least))
            entry.reader(event);
    }
}

} // namespace relaywright
