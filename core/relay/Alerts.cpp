// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Alerts.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

constexpr auto kFailureWindow = 10min;
constexpr auto kFailureCalm = 30min;
constexpr auto kUnknownLasts = 24h;
constexpr auto kDownPatience = 2min;
constexpr auto kRouteCalm = 1min;
constexpr int kFewMessages = 30; // an hour; a printer that sent two and now sends twenty is no news
constexpr int kHoursToLearn = 3;
constexpr double kWeightOfLastHour = 0.2;

std::int64_t hourOf(TimePoint time)
{
    return std::chrono::duration_cast<std::chrono::hours>(time.time_since_epoch()).count();
}

/// How near an end is, in steps that are told each; 0: it is over, or far away.
int stepOf(TimePoint ends, TimePoint now)
{
    const auto left = ends - now;
    if (left <= 0ms)
        return 0;
    return left <= std::chrono::days(1) ? 4 : left <= std::chrono::days(7) ? 3 : left <= std::chrono::days(14) ? 2 : 1;
}

QString daysLeft(TimePoint ends, TimePoint now)
{
    const auto days = std::chrono::ceil<std::chrono::days>(ends - now).count();
    return days <= 1 ? QStringLiteral("within a day") : QStringLiteral("in %1 days").arg(days);
}

QString gigabytes(quint64 octets)
{
    return QStringLiteral("%1 MB").arg(octets / 1'000'000);
}

} // namespace

bool isQuiet(const RelayAlerts &settings, const QTime &local)
{
    if (!settings.quietFrom || !settings.quietTo || *settings.quietFrom == *settings.quietTo)
        return false;
    if (*settings.quietFrom < *settings.quietTo)
        return local >= *settings.quietFrom && local < *settings.quietTo;
    return local >= *settings.quietFrom || local < *settings.quietTo;
}

Alerts::Source &Alerts::source(const QString &name, TimePoint now)
{
    if (const auto found = m_sources.find(name); found != m_sources.end()) {
        found->second.last = now;
        return found->second;
    }
    if (m_sources.size() >= kMaxSources) {
        const auto oldest =
            std::ranges::min_element(m_sources, {}, [](const auto &entry) { return entry.second.last; });
        for (const char *kind : {"sign-in-failures", "rate", "unknown-source"})
            lookAt(QLatin1String(kind), oldest->first, false, true, {}, now);
        m_sources.erase(oldest);
    }
    Source &fresh = m_sources[name];
    fresh.hour = hourOf(now);
    fresh.last = now;
    return fresh;
}

void Alerts::onAccepted(const QString &name, bool known, TimePoint now)
{
    Source &from = source(name, now);
    from.known = known;
    const std::int64_t hour = hourOf(now);
    if (hour > from.hour) { // hours of silence count as well
        for (std::int64_t passed = from.hour; passed < std::min(hour, from.hour + 48); ++passed) {
            from.usual += (from.messages - from.usual) * (from.hours == 0 ? 1.0 : kWeightOfLastHour);
            from.hours = std::min(from.hours + 1, 1000);
            from.messages = 0;
        }
        from.hour = hour;
    }
    ++from.messages;
}

void Alerts::onSignInFailed(const QString &name, TimePoint now)
{
    Source &from = source(name, now);
    from.failures.push_back(now);
    while (from.failures.size() > static_cast<std::size_t>(std::max(1, m_settings.signInFailures)))
        from.failures.pop_front();
}

/// Raises when `bad`, clears when it was `good` for `calm`; in between it stays as it is.
void Alerts::lookAt(const QString &kind, const QString &subject, bool bad, bool good, const QString &sentence,
                    TimePoint now, std::chrono::milliseconds calm, int step)
{
    const auto found = m_raised.find({kind, subject});
    if (found == m_raised.end()) {
        if (!bad)
            return;
        const AlertStatus alert{kind, subject, sentence, now};
        m_raised.emplace(Key(kind, subject), Raised{alert, now, {}, step});
        m_changes.push_back({alert, true, false});
        return;
    }
    Raised &raised = found->second;
    if (good) {
        if (!raised.quietSince)
            raised.quietSince = now;
        if (now - *raised.quietSince >= calm) {
            m_changes.push_back({raised.alert, false, false});
            m_raised.erase(found);
        }
        return;
    }
    raised.quietSince.reset();
    if (bad)
        raised.alert.sentence = sentence; // its numbers go on
    const bool isNewStep = step != raised.step;
    if (bad && (isNewStep || (step == 0 && now - raised.told >= m_settings.repeatAfter))) {
        raised.told = now;
        raised.step = step;
        m_changes.push_back({raised.alert, true, true});
    }
}

/// What an alert was about is not there any more.
void Alerts::dropVanished(const QString &kind, const std::set<QString> &subjects, TimePoint now)
{
    std::vector<Key> gone;
    for (const auto &[key, raised] : m_raised) {
        if (key.first == kind && !subjects.contains(key.second))
            gone.push_back(key);
    }
    for (const Key &key : gone)
        lookAt(kind, key.second, false, true, {}, now);
}

void Alerts::lookAtSources(TimePoint now)
{
    for (auto &[name, from] : m_sources) {
        while (!from.failures.empty() && now - from.failures.front() > kFailureCalm)
            from.failures.pop_front();
        const auto recent =
            std::ranges::count_if(from.failures, [&](TimePoint at) { return now - at <= kFailureWindow; });
        lookAt(
            QStringLiteral("sign-in-failures"), name, recent >= std::max(1, m_settings.signInFailures),
            from.failures.empty(),
            QStringLiteral(
                "%1 failed to sign in %2 times within ten minutes. Is its password outdated, or does somebody guess?")
                .arg(name)
                .arg(recent),
            now);

        const bool thisHour = from.hour == hourOf(now);
        const int messages = thisHour ? from.messages : 0;
        const double limit = std::max<double>(kFewMessages, from.usual * std::max(1, m_settings.rateFactor));
        lookAt(QStringLiteral("rate"), name, from.hours >= kHoursToLearn && messages >= limit, messages < limit / 2,
               QStringLiteral("%1 has sent %2 messages in this hour; usual for it are about %3. Does it send in "
                              "circles, or somebody through it?")
                   .arg(name)
                   .arg(messages)
                   .arg(qRound(from.usual)),
               now);

        const bool unknown = m_settings.unknownSource && !from.known;
        lookAt(QStringLiteral("unknown-source"), name, unknown && now - from.last < 1min,
               !unknown || now - from.last >= kUnknownLasts,
               QStringLiteral("%1 sends mail and is not among the devices of the configuration. Add it, or take it out "
                              "of the listener's networks.")
                   .arg(name),
               now);
    }
}

namespace {

QString upstreamSentence(const RouteStatus &route)
{
    if (route.isOwnFault && !route.refusedBy.isEmpty())
        return QStringLiteral("Nothing is sent to %1: %2 Mail goes by %3 until that is mended.")
            .arg(route.refusedBy, route.reason, route.host);
    if (route.isOwnFault)
        return QStringLiteral("Nothing is sent to %1: %2 Mail is taken and kept, and goes out once that is mended.")
            .arg(route.host, route.reason);
    if (route.state == QLatin1String("held"))
        return QStringLiteral(
                   "%1 does not let the relay sign in: %2 Mail is taken and kept. Mend the account's password "
                   "or rights.")
            .arg(route.host, route.reason);
    if (!route.refusedBy.isEmpty())
        return QStringLiteral("%1 does not let the relay sign in: %2 Mail goes by %3 meanwhile. Mend the account's "
                              "password or rights.")
            .arg(route.refusedBy, route.reason, route.host);
    return QStringLiteral("%1 cannot be used: %2 Mail is taken and kept, and tried again by itself.")
        .arg(route.host, route.reason);
}

} // namespace

void Alerts::lookAtRoutes(const AlertFacts &facts, TimePoint now)
{
    std::set<QString> names;
    for (const RouteStatus &route : facts.routes) {
        names.insert(route.name);
        const bool held = route.state == QLatin1String("held");
        const bool down = route.state == QLatin1String("down");
        if (!held && !down)
            m_downSince.erase(route.name);
        else
            m_downSince.try_emplace(route.name, now);
        const bool lasting = down && now - m_downSince[route.name] >= kDownPatience;
        const bool refused = !route.refusedBy.isEmpty();
        lookAt(QStringLiteral("upstream"), route.name, held || lasting || refused, !held && !down && !refused,
               upstreamSentence(route), now, kRouteCalm);
    }
    dropVanished(QStringLiteral("upstream"), names, now);
    std::erase_if(m_downSince, [&](const auto &entry) { return !names.contains(entry.first); });
}

void Alerts::lookAtSpool(const AlertFacts &facts, TimePoint now)
{
    const auto age = facts.oldest && facts.queued > 0 ? now - *facts.oldest : std::chrono::milliseconds(0);
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(m_settings.queueAge);
    lookAt(QStringLiteral("queue-age"), {}, age >= limit && !facts.paused, age < limit / 4 * 3,
           QStringLiteral("The oldest of %1 messages waits for %2 minutes. Look in the queue why it waits.")
               .arg(facts.queued)
               .arg(std::chrono::duration_cast<std::chrono::minutes>(age).count()),
           now);
    lookAt(QStringLiteral("disk"), {}, facts.freeOctets < facts.minFreeOctets * 2,
           facts.freeOctets >= facts.minFreeOctets * 3,
           QStringLiteral("Only %1 are free on the spool's disk; below %2 mail is refused. Make room.")
               .arg(gigabytes(facts.freeOctets), gigabytes(facts.minFreeOctets)),
           now);
    lookAt(QStringLiteral("spool"), {}, facts.spoolFails, !facts.spoolFails,
           QStringLiteral("The spool cannot be written, so nothing is taken or sent. Is its disk full or read-only?"),
           now);
}

/// `sooner` has a place for how long it is until then.
void Alerts::lookAtEnd(const QString &kind, const QString &subject, TimePoint ends, const EndWords &words,
                       TimePoint now, std::optional<std::chrono::milliseconds> within)
{
    const bool isNear = ends - now < within.value_or(m_settings.certificateDays);
    lookAt(kind, subject, isNear, !isNear, ends <= now ? words.over : words.sooner.arg(daysLeft(ends, now)), now, {},
           isNear ? stepOf(ends, now) : 0);
}

Alerts::EndWords Alerts::wordsOf(const AlertFacts::Certificate &certificate)
{
    const QString &name = certificate.name;
    switch (certificate.of) {
    case AlertFacts::Certificate::Of::Listener:
        return {QStringLiteral("The certificate of listener %1 ends %2. Install a new one before.")
                    .arg(name, QStringLiteral("%1")),
                QStringLiteral("The certificate of listener %1 has ended. Devices that look at it do not send any "
                               "more; install a new one.")
                    .arg(name)};
    case AlertFacts::Certificate::Of::ShownToHost:
        return {QStringLiteral("The certificate that the relay shows to %1 ends %2. Put a new one into its place "
                               "before; the relay takes it by itself.")
                    .arg(name, QStringLiteral("%1")),
                QStringLiteral("The certificate that the relay shows to %1 has ended. The server may not know the "
                               "relay any more; put a new one into its place.")
                    .arg(name)};
    case AlertFacts::Certificate::Of::Host:
        return {QStringLiteral("The certificate of the smart host %1 ends %2, and whoever runs it has not renewed it. "
                               "Tell them: mail may wait here from then on.")
                    .arg(name, QStringLiteral("%1")),
                QStringLiteral("The certificate of the smart host %1 has ended, so that mail may wait here. Whoever "
                               "runs it must renew it.")
                    .arg(name)};
    }
    Q_UNREACHABLE();
}

void Alerts::lookAtCertificates(const AlertFacts &facts, TimePoint now)
{
    using Of = AlertFacts::Certificate::Of;
    constexpr int kLateShare = 6; // of a life of 90 days the last 15
    const QString ours = QStringLiteral("certificate");
    const QString theirs = QStringLiteral("server-certificate");
    std::map<QString, std::set<QString>> subjects{{ours, {}}, {theirs, {}}};
    for (const AlertFacts::Certificate &one : facts.certificates) {
        const QString &kind = one.of == Of::Host ? theirs : ours;
        subjects[kind].insert(one.name);
        std::optional<std::chrono::milliseconds> within;
        if (one.of == Of::Host)
            within =
                std::min<std::chrono::milliseconds>(m_settings.certificateDays, (one.ends - one.begins) / kLateShare);
        lookAtEnd(kind, one.name, one.ends, wordsOf(one), now, within);
    }
    for (const auto &[kind, names] : subjects)
        dropVanished(kind, names, now);
}

void Alerts::lookAtCredentials(const AlertFacts &facts, TimePoint now)
{
    std::set<QString> ending;
    std::set<QString> all;
    for (const AlertFacts::Credential &one : facts.credentials) {
        all.insert(one.account);
        lookAt(QStringLiteral("sign-in"), one.account, !one.unstored.isEmpty(), one.unstored.isEmpty(), one.unstored,
               now);
        if (!one.ends)
            continue;
        ending.insert(one.account);
        const QString what = one.isCertificate ? QStringLiteral("certificate") : QStringLiteral("client secret");
        lookAtEnd(
            QStringLiteral("credential"), one.account, *one.ends,
            {QStringLiteral("The %1 that %2 signs in with ends %3. Make a new one in the Entra admin centre and "
                            "replace it under Accounts before.")
                 .arg(what, one.account, QStringLiteral("%1")),
             QStringLiteral("The %1 that %2 signs in with has ended. Make a new one in the Entra admin centre and "
                            "replace it under Accounts.")
                 .arg(what, one.account)},
            now);
    }
    dropVanished(QStringLiteral("credential"), ending, now);
    dropVanished(QStringLiteral("sign-in"), all, now);
}

std::vector<Alerts::Change> Alerts::look(const AlertFacts &facts, TimePoint now)
{
    lookAtSources(now);
    lookAtRoutes(facts, now);
    lookAtSpool(facts, now);
    lookAtCertificates(facts, now);
    lookAtCredentials(facts, now);
    return std::exchange(m_changes, {});
}

std::vector<AlertStatus> Alerts::current() const
{
    std::vector<AlertStatus> alerts;
    for (const auto &[key, raised] : m_raised)
        alerts.push_back(raised.alert);
    std::ranges::stable_sort(alerts, std::ranges::greater(), &AlertStatus::since);
    return alerts;
}

} // namespace relaywright
