// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/MailFlow.h"

#include "ui/text/VerdictText.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct FlowText { Q_DECLARE_TR_FUNCTIONS(MailFlow) };

MailFlow::Leg legOf(const MethodSettings &settings)
{
    MailFlow::Leg leg;
    leg.port = settings.port == 0 ? QString() : FlowText::tr("port %1").arg(settings.port);
    leg.tls = tlsWords(settings.tls);
    leg.signIn = signInWords(settings.authentication);
    leg.encrypted = settings.tls == QLatin1String("starttls") || settings.tls == QLatin1String("implicit");
    return leg;
}

QString cloudName(Method method)
{
    switch (method) {
    case Method::AzureCommunicationServices: return FlowText::tr("Azure");
    case Method::OnPremExchange:             return FlowText::tr("Exchange Server");
    default:                                 return FlowText::tr("Microsoft 365");
    }
}

QString recipientsName(Reach reach)
{
    switch (reach) {
    case Reach::Internal: return FlowText::tr("Your mailboxes");
    case Reach::External: return FlowText::tr("People outside");
    case Reach::Both:
    case Reach::Unknown:  break;
    }
    return FlowText::tr("Everybody");
}

} // namespace

MailFlow mailFlow(const Sender &sender, const Option &option)
{
    MailFlow flow;
    flow.stations.push_back({MailFlow::Role::Sender, sender.name, sender.from ? sender.from->toString() : QString()});
    flow.legs.push_back(legOf(option.settings));
    Method into = option.method;
    QString cloudHost = option.settings.host;
    if (option.method == Method::LocalRelay) {
        flow.stations.push_back({MailFlow::Role::Relay, FlowText::tr("Local relay"), option.settings.host});
        const Upstream onward = option.upstream.value_or(Upstream());
        into = onward.method.value_or(Method::ClientSubmission);
        cloudHost = onward.settings.host;
        flow.legs.push_back(option.upstream ? legOf(onward.settings) : MailFlow::Leg());
    }
    flow.stations.push_back({MailFlow::Role::Cloud, cloudName(into), cloudHost});
    flow.stations.push_back({MailFlow::Role::Recipients, recipientsName(sender.reach), {}});
    flow.legs.push_back({});
    return flow;
}

QString describe(const MailFlow &flow)
{
    QStringList sentences;
    for (std::size_t i = 0; i + 1 < flow.stations.size(); ++i) {
        const MailFlow::Leg &leg = flow.legs[i];
        QStringList how;
        for (const QString &word : {leg.port, leg.tls, leg.signIn}) {
            if (!word.isEmpty())
                how += word;
        }
        const QString from = flow.stations[i].name;
        const QString to = flow.stations[i + 1].name;
        sentences += how.isEmpty()
                         ? FlowText::tr("%1 hands the mail to %2.").arg(from, to)
                         : FlowText::tr("%1 hands the mail to %2: %3.").arg(from, to, how.join(QLatin1String(", ")));
    }
    return sentences.join(u' ');
}

} // namespace relaywright
