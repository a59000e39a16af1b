// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

namespace relaywright {

namespace {

struct Question {
    const char *field;
    const char *sentence; ///< {name} is the sender, {network} its network
};

constexpr Question kQuestions[] = {
    {"organisation.cloud",
     "In which Microsoft cloud is the organisation? Each has a submission host and an SPF name of its own."},
    {"organisation.acceptedDomains", "Which domains has the organisation added to Microsoft 365? Sender addresses must "
                                     "be in one of them, or direct send and connector relay are refused."},
    {"organisation.mxHost", "What is the MX host of the organisation's domain? Direct send and connector relay hand "
                            "mail to it; without it their settings are not complete."},
    {"organisation.securityDefaults",
     "Are security defaults on in Entra? If they are, sign-in with a password does not work; if not, nothing changes."},
    {"organisation.smtpAuthDisabled", "Is SMTP AUTH switched off for the organisation (Get-TransportConfig)? If it is, "
                                      "it must be opened for the mailbox; if not, nothing need be done."},
    {"organisation.rejectDirectSend",
     "Does the organisation reject direct send (Get-OrganizationConfig, RejectDirectSend)? If it does, direct send is "
     "out; if not, internal mail can go that way."},
    {"organisation.onPremisesExchange", "Has the organisation an Exchange server of its own? If it has, senders can "
                                        "hand their mail to it; if not, that method is out."},
    {"organisation.hveBilling", "Has the organisation a billing policy for High Volume Email? If it has, internal mail "
                                "can go that way; if not, its accounts cannot send."},
    {"organisation.azureSubscription", "Has the organisation an Azure subscription? If it has, Azure Communication "
                                       "Services can be used; if not, that method is out."},
    {"network.egress",
     "Which public addresses does the internet see of the network {network}? SPF and a connector must list them."},
    {"network.staticEgress", "Does the public address of the network {network} stay the same? If it does, a connector "
                             "can know it; if it changes, connector relay by address is out."},
    {"network.sharedEgress", "Do other organisations share the public address of the network {network}? If they do, "
                             "connector relay by address is out."},
    {"network.port25Open",
     "Is outbound port 25 open in the network {network}? If it is closed, direct send and connector relay are out."},
    {"network.port587Open", "Is outbound port 587 open in the network {network}? If it is closed, it must be opened "
                            "for client submission and for a local relay."},
    {"network.lan",
     "From which local networks do the devices of {network} reach a relay? It takes mail from listed networks only."},
    {"sender.network", "In which network is {name}? What is known of the first one says nothing about another place."},
    {"sender.hosting", "Where does {name} run: on the local network, at a third party or in Azure? Only on the local "
                       "network do a local relay and a connector by address work."},
    {"sender.from", "As which address does {name} send? The method must allow it, and replies and bounces go there."},
    {"sender.reach",
     "Whom does {name} write to: only people inside, or outside too? If only inside, direct send is possible."},
    {"sender.tls",
     "Which TLS can {name} do? With TLS 1.2 it can submit by itself; with an older one it needs a local relay."},
    {"sender.startTls", "Can {name} upgrade with STARTTLS on port 587? If it can only do TLS from the first octet, "
                        "client submission is out."},
    {"sender.signIn", "How can {name} sign in: with OAuth, a password, or not at all? With OAuth it submits by itself; "
                      "without any it needs a connector or a relay."},
};

QString networkWords(const Subject &subject)
{
    return subject.network ? subject.network->id : QStringLiteral("that the sender is in");
}

} // namespace

QString questionPath(const Rule &rule, const Subject &subject)
{
    const QString field = QLatin1String(rule.question);
    const QString rest = field.section(u'.', 1);
    if (field.startsWith(QLatin1String("network."))) {
        // Nobody has said where the sender is: that comes first.
        return subject.network ? QStringLiteral("networks[%1].%2").arg(subject.network->id, rest)
                               : QStringLiteral("senders[%1].network").arg(subject.sender.id);
    }
    if (field.startsWith(QLatin1String("sender.")))
        return QStringLiteral("senders[%1].%2").arg(subject.sender.id, rest);
    return field;
}

QString questionSentence(const QString &path, const Subject &subject)
{
    const QString rest = path.section(u'.', -1);
    const QString room = path.startsWith(QLatin1String("networks["))  ? QStringLiteral("network")
                         : path.startsWith(QLatin1String("senders[")) ? QStringLiteral("sender")
                                                                      : QStringLiteral("organisation");
    for (const Question &question : kQuestions) {
        if (room + u'.' + rest == QLatin1String(question.field)) {
            QString sentence = QLatin1String(question.sentence);
            // Only one of the two stands in a sentence, so text of the site is never searched again.
            if (sentence.contains(QLatin1String("{name}")))
                return sentence.replace(QLatin1String("{name}"), subject.name());
            return sentence.replace(QLatin1String("{network}"), networkWords(subject));
        }
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
