// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/RelayMemberForms.h"

#include "core/relay/RelayConfig.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QVBoxLayout>

namespace relaywright {

namespace {

QVBoxLayout *layOut(QWidget *form)
{
    auto *layout = new QVBoxLayout(form);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    return layout;
}

const RelayConfig &usual()
{
    static const RelayConfig config{.listeners = {}, .upstream = {.server = {.host = Host::of(IpAddress::fromV4(0))}}};
    return config;
}

} // namespace

KeepingForm::KeepingForm(QWidget *parent) : MemberForm(parent)
{
    auto *layout = layOut(this);
    const auto [size, recipients] = addPair(layout);
    askMebibytes(size, "maxMessageOctets", tr("Largest message (MiB)"), static_cast<qint64>(usual().maxMessageOctets),
                 tr("A larger one is refused before it is taken."));
    askNumber(recipients, "maxRecipientsPerMessage", tr("Most recipients of a message"),
              usual().maxRecipientsPerMessage);
    const auto [expiry, room] = addPair(layout);
    askNumber(expiry, "expiryHours", tr("Give a message up after (hours)"), usual().expiry.count(),
              tr("What could not be delivered by then returns to its sender with a report."));
    askMebibytes(room, "minFreeOctets", tr("Keep free on the disk (MiB)"), static_cast<qint64>(usual().minFreeOctets),
                 tr("While the disk has less room, devices are asked to come again later (452 4.3.1)."));
    const auto [delay, postmaster] = addPair(layout);
    askNumber(delay, "delayReportMinutes", tr("Report a delay after (minutes)"), usual().delayReport.count(),
              tr("To senders who ask to be told when a message waits. 0: nobody is told."));
    askLine(postmaster, "postmaster", tr("Postmaster"), QStringLiteral("it@contoso.com"),
            tr("The mailbox that gets reports which nobody else could be sent. Empty: they are in the history only."));
    const auto [days, history] = addPair(layout);
    askNumber(days, "historyDays", tr("Remember messages for (days)"), usual().historyKept.count());
    askMebibytes(history, "maxHistoryOctets", tr("Remember at most (MiB)"),
                 static_cast<qint64>(usual().maxHistoryOctets), tr("The oldest history goes first."));
    const auto [contents, octets] = addPair(layout);
    askNumber(
        contents, "keepContentsDays", tr("Keep contents for (days)"), usual().contentsKept.count(),
        tr("Of messages that have ended, so that one can be saved or sent again. Whoever may read the relay’s files "
           "can read them. 0: not kept."));
    askMebibytes(octets, "maxContentsOctets", tr("Keep at most (MiB)"), static_cast<qint64>(usual().maxContentsOctets),
                 tr("The oldest contents go first."));
    layout->addWidget(new TextLabel(tr("Changed only by a restart"), FontRole::Strong));
    askLine(layout, "hostName", tr("Name of the relay"), tr("Empty: this computer’s name"),
            tr("With this name it greets devices and smart hosts."));
    askLine(
        layout, "spoolFolder", tr("Folder of the spool"), tr("Empty: in the user’s data folder"),
        tr("Where accepted mail waits. What waits in another folder stays there until the relay is started with that "
           "folder again."));
}

TellingForm::TellingForm(QWidget *parent) : MemberForm(parent)
{
    auto *layout = layOut(this);
    askLine(layout, "metrics", tr("Show metrics at"), QStringLiteral("127.0.0.1:9125"),
            tr("Counters for Prometheus at /metrics, on this computer alone. Empty: none."));
    askLine(layout, "logFile", tr("Log file"), tr("Empty: none"),
            tr("What happens, as a line of JSON each. Contents of messages and passwords are never in it."));
    askTick(layout, "systemLog", tr("System log"), tr("Write to the log of this computer too"), false,
            tr("The journal, syslog, or the event log of Windows."));
}

AlertForm::AlertForm(QWidget *parent) : MemberForm(parent)
{
    auto *layout = layOut(this);
    const RelayAlerts alerts;
    askLine(layout, "mailTo", tr("Send alerts to the mailbox"), QStringLiteral("it@contoso.com"),
            tr("Empty: they are shown here and in the tray only."));
    askLine(layout, "mailFrom", tr("From the address"), tr("Empty: as reports of undeliverable mail"));
    const auto [from, until] = addPair(layout);
    askLine(from, "quietFrom", tr("No mail from"), QStringLiteral("22:00"),
            tr("In the quiet period no alert is mailed; one summary follows it."));
    askLine(until, "quietTo", tr("No mail until"), QStringLiteral("06:00"));
    const auto [age, again] = addPair(layout);
    askNumber(age, "queueAgeMinutes", tr("A message waits for (minutes)"), alerts.queueAge.count());
    askNumber(again, "repeatAfterMinutes", tr("Tell again after (minutes)"), alerts.repeatAfter.count(),
              tr("While the cause lasts."));
    const auto [refused, times] = addPair(layout);
    askNumber(refused, "signInFailures", tr("Refused sign-ins of a device"), alerts.signInFailures,
              tr("In ten minutes."));
    askNumber(times, "rateFactor", tr("Times the usual mail of a device"), alerts.rateFactor,
              tr("In an hour: a device that suddenly sends so much more is faulty or abused."));
    const auto [certificate, unknown] = addPair(layout);
    askNumber(certificate, "certificateDays", tr("A certificate ends in (days)"), alerts.certificateDays.count());
    askTick(unknown, "unknownSource", tr("Unknown devices"), tr("Tell when one sends"), alerts.unknownSource);
}

} // namespace relaywright
