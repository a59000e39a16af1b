// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/AlertMail.h"

#include "core/mail/Compose.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::minutes kAtMostEvery{5};

QString timeText(TimePoint time)
{
    return toDateTime(time).toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString subjectOf(const AlertMailInput &input)
{
    const auto raised = std::ranges::count_if(input.changes, &Alerts::Change::raised);
    if (raised == 0)
        return QStringLiteral("Relay %1: all clear again").arg(input.relay);
    const auto first = std::ranges::find_if(input.changes, &Alerts::Change::raised);
    const QString what = first->alert.subject.isEmpty()
                             ? first->alert.kind
                             : QStringLiteral("%1 (%2)").arg(first->alert.kind, first->alert.subject);
    return raised == 1 ? QStringLiteral("Relay %1: %2").arg(input.relay, what)
                       : QStringLiteral("Relay %1: %2 and %3 more").arg(input.relay, what).arg(raised - 1);
}

QString textOf(const AlertMailInput &input)
{
    QString text = QStringLiteral("This is the mail relay \"%1\" on %2.\n\n")
                       .arg(input.relay, QString::fromLatin1(input.hostName));
    for (const auto &[alert, raised, repeated] : input.changes) {
        const QString state = !raised    ? QStringLiteral("over since %1").arg(timeText(input.now))
                              : repeated ? QStringLiteral("still, since %1").arg(timeText(alert.since))
                                         : QStringLiteral("since %1").arg(timeText(alert.since));
        text += QStringLiteral("- %1\n  (%2)\n\n").arg(alert.sentence, state);
    }
    if (input.current.empty())
        return text + QStringLiteral("No other alert lasts.\n");
    text += QStringLiteral("What lasts now:\n\n");
    for (const AlertStatus &alert : input.current)
        text += QStringLiteral("- %1\n").arg(alert.sentence);
    return text;
}

} // namespace

void AlertMail::add(const std::vector<Alerts::Change> &changes)
{
    for (const Alerts::Change &change : changes) {
        // Of one alert the last word counts; what came and went before anybody was told is told once, as over.
        std::erase_if(m_changes, [&](const Alerts::Change &one) {
            return one.alert.kind == change.alert.kind && one.alert.subject == change.alert.subject;
        });
        if (m_changes.size() < kMaxChanges)
            m_changes.push_back(change);
    }
}

std::vector<Alerts::Change> AlertMail::due(const RelayAlerts &settings, TimePoint now, const QTime &local)
{
    const bool tooSoon = m_last && now >= *m_last && now - *m_last < kAtMostEvery;
    if (m_changes.empty() || tooSoon || isQuiet(settings, local))
        return {};
    m_last = now;
    return std::exchange(m_changes, {});
}

Result<QByteArray> makeAlertMail(const AlertMailInput &input)
{
    const MessageDraft draft{.from = input.from,
                             .fromName = QStringLiteral("Mail relay %1").arg(input.relay),
                             .to = {input.to},
                             .subject = subjectOf(input),
                             .text = textOf(input),
                             .headers = {{"Auto-Submitted", QStringLiteral("auto-generated")}}};
    auto composed = compose(draft, input.now, input.token);
    if (!composed)
        return tl::unexpected(composed.error());
    return std::move(composed->octets);
}

QString alertSource()
{
    return QStringLiteral("alert");
}

} // namespace relaywright
