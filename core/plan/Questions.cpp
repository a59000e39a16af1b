// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"
#include "core/site/SiteDocument.h"

#include <algorithm>
#include <map>

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
    {"organisation.hybrid", "Is the organisation's Exchange server joined to Exchange Online as a hybrid? If it is, its "
                            "mail is known there; if not, a connector must be made for it."},
    {"organisation.exchangeServer",
     "What is the name of the organisation's Exchange server? Senders must be told where to hand their mail."},
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
    {"network.port443Open", "Is outbound port 443 open for the relay's computer in the network {network}? Microsoft Graph "
                            "needs nothing else."},
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

/// The values that a what-if changes, apart from those of the plan.
struct Facts {
    Organisation organisation;
    Network network;
    Sender sender;
};

/// One answer to a field's question, given for a trial.
struct Answer {
    const char *field;
    const char *word;
    void (*give)(Facts &);
};

template <auto Room, auto Field, auto Value>
void set(Facts &facts)
{
    (facts.*Room).*Field = Value;
}

constexpr auto kOrganisation = &Facts::organisation;
constexpr auto kNetwork = &Facts::network;
constexpr auto kSender = &Facts::sender;

/// A value of documentation space stands for one that is not known: only that there is one counts.
template <class T>
T example(const char *text)
{
    return *T::parse(QString::fromLatin1(text));
}

Domain exampleDomain(const Facts &facts)
{
    return facts.organisation.acceptedDomains.empty() ? example<Domain>("example.com")
                                                      : facts.organisation.acceptedDomains.front();
}

const Answer kAnswers[] = {
    {"organisation.cloud", "worldwide", [](Facts &f) { f.organisation.cloud = Cloud::Worldwide; }},
    {"organisation.cloud", "gcc-high", [](Facts &f) { f.organisation.cloud = Cloud::GccHigh; }},
    {"organisation.cloud", "china", [](Facts &f) { f.organisation.cloud = Cloud::China; }},
    {"organisation.acceptedDomains", "known",
     [](Facts &f) {
         const auto &from = reversePathOf(f.sender);
         f.organisation.acceptedDomains = {from ? from->domain() : exampleDomain(f)};
     }},
    {"organisation.mxHost", "known",
     [](Facts &f) { f.organisation.mxHost = example<Host>("example-com.mail.protection.outlook.com"); }},
    {"organisation.securityDefaults", "yes", set<kOrganisation, &Organisation::securityDefaults, YesNo::Yes>},
    {"organisation.securityDefaults", "no", set<kOrganisation, &Organisation::securityDefaults, YesNo::No>},
    {"organisation.smtpAuthDisabled", "yes", set<kOrganisation, &Organisation::smtpAuthDisabled, YesNo::Yes>},
    {"organisation.smtpAuthDisabled", "no", set<kOrganisation, &Organisation::smtpAuthDisabled, YesNo::No>},
    {"organisation.rejectDirectSend", "yes", set<kOrganisation, &Organisation::rejectDirectSend, YesNo::Yes>},
    {"organisation.rejectDirectSend", "no", set<kOrganisation, &Organisation::rejectDirectSend, YesNo::No>},
    {"organisation.onPremisesExchange", "yes", set<kOrganisation, &Organisation::onPremisesExchange, YesNo::Yes>},
    {"organisation.onPremisesExchange", "no", set<kOrganisation, &Organisation::onPremisesExchange, YesNo::No>},
    {"organisation.hybrid", "yes", set<kOrganisation, &Organisation::hybrid, YesNo::Yes>},
    {"organisation.hybrid", "no", set<kOrganisation, &Organisation::hybrid, YesNo::No>},
    {"organisation.exchangeServer", "known",
     [](Facts &f) { f.organisation.exchangeServer = example<Host>("192.0.2.25"); }},
    {"organisation.hveBilling", "yes", set<kOrganisation, &Organisation::hveBilling, YesNo::Yes>},
    {"organisation.hveBilling", "no", set<kOrganisation, &Organisation::hveBilling, YesNo::No>},
    {"organisation.azureSubscription", "yes", set<kOrganisation, &Organisation::azureSubscription, YesNo::Yes>},
    {"organisation.azureSubscription", "no", set<kOrganisation, &Organisation::azureSubscription, YesNo::No>},
    {"network.egress", "known", [](Facts &f) { f.network.egress = {example<IpNetwork>("192.0.2.1")}; }},
    {"network.staticEgress", "yes", set<kNetwork, &Network::staticEgress, YesNo::Yes>},
    {"network.staticEgress", "no", set<kNetwork, &Network::staticEgress, YesNo::No>},
    {"network.sharedEgress", "yes", set<kNetwork, &Network::sharedEgress, YesNo::Yes>},
    {"network.sharedEgress", "no", set<kNetwork, &Network::sharedEgress, YesNo::No>},
    {"network.port25Open", "yes", set<kNetwork, &Network::port25Open, YesNo::Yes>},
    {"network.port25Open", "no", set<kNetwork, &Network::port25Open, YesNo::No>},
    {"network.port587Open", "yes", set<kNetwork, &Network::port587Open, YesNo::Yes>},
    {"network.port587Open", "no", set<kNetwork, &Network::port587Open, YesNo::No>},
    {"network.port443Open", "yes", set<kNetwork, &Network::port443Open, YesNo::Yes>},
    {"network.port443Open", "no", set<kNetwork, &Network::port443Open, YesNo::No>},
    {"network.lan", "known", [](Facts &f) { f.network.lan = {example<IpNetwork>("192.168.0.0/24")}; }},
    {"sender.hosting", "own-lan", set<kSender, &Sender::hosting, Hosting::OwnLan>},
    {"sender.hosting", "third-party", set<kSender, &Sender::hosting, Hosting::ThirdParty>},
    {"sender.hosting", "azure", set<kSender, &Sender::hosting, Hosting::Azure>},
    {"sender.from", "known",
     [](Facts &f) {
         f.sender.from = *EmailAddress::parse(QStringLiteral("sender@") + exampleDomain(f).toAscii());
     }},
    {"sender.reach", "internal", set<kSender, &Sender::reach, Reach::Internal>},
    {"sender.reach", "external", set<kSender, &Sender::reach, Reach::External>},
    {"sender.reach", "both", set<kSender, &Sender::reach, Reach::Both>},
    {"sender.tls", "none", set<kSender, &Sender::tls, TlsAbility::None>},
    {"sender.tls", "tls1.0", set<kSender, &Sender::tls, TlsAbility::Tls10>},
    {"sender.tls", "tls1.2", set<kSender, &Sender::tls, TlsAbility::Tls12>},
    {"sender.startTls", "yes", set<kSender, &Sender::startTls, YesNo::Yes>},
    {"sender.startTls", "no", set<kSender, &Sender::startTls, YesNo::No>},
    {"sender.signIn", "none", set<kSender, &Sender::signIn, SignInAbility::None>},
    {"sender.signIn", "basic", set<kSender, &Sender::signIn, SignInAbility::Basic>},
    {"sender.signIn", "oauth", set<kSender, &Sender::signIn, SignInAbility::OAuth>},
    {"sender.signIn", "client-certificate", set<kSender, &Sender::signIn, SignInAbility::ClientCertificate>},
};

QString wayWord(const std::optional<Choice> &choice, const Subject &subject)
{
    if (!choice)
        return {};
    const QString method = toString(choice->method);
    return choice->upstream ? method + u'/' + toString(describe(*choice->upstream, subject)) : method;
}

QString wayName(const std::optional<Choice> &choice, const Subject &subject)
{
    if (!choice)
        return QStringLiteral("no method");
    const QString method = displayName(choice->method).toLower();
    return choice->upstream ? QStringLiteral("a local relay that hands mail on by %1")
                                  .arg(displayName(describe(*choice->upstream, subject)).toLower())
                            : method;
}

/// What each answer to `field` would choose for the subject, where that differs from what is chosen now.
std::vector<AnswerEffect> effectsOf(std::string_view field, const Subject &subject, const std::optional<Choice> &now)
{
    std::vector<AnswerEffect> effects;
    if (field.starts_with("network.") && !subject.network)
        return effects; // the answer is a network, and which one nobody can guess
    for (const Answer &answer : kAnswers) {
        if (field != answer.field)
            continue;
        Facts facts{subject.organisation, subject.network ? *subject.network : Network(), subject.sender};
        answer.give(facts);
        const bool elsewhere = facts.sender.hosting == Hosting::ThirdParty || facts.sender.hosting == Hosting::Azure;
        const bool hasNetwork = subject.network && !(elsewhere && facts.sender.network.isEmpty());
        const Subject then{facts.organisation, facts.sender, hasNetwork ? &facts.network : nullptr, subject.figures,
                           subject.today, subject.spfLists && field != "network.egress"};
        const std::optional<Choice> choice = choose(then);
        if (choice != now)
            effects.push_back({QLatin1String(answer.word), subject.sender.id, wayWord(choice, then),
                               wayName(choice, then)});
    }
    return effects;
}

/// The questions that the plan's verdicts themselves rest on: those of the chosen method, and those of one that would be
/// preferred if all its answers were good.
std::set<QString> restingOn(const SenderPlan &plan)
{
    std::set<QString> paths;
    const Option *chosen = plan.chosen();
    for (const Option &option : plan.options) {
        const bool rival = option.fit == Fit::CannotTell && (!chosen || option.points() > chosen->points());
        if (&option != chosen && !rival)
            continue;
        for (const Reason &reason : option.reasons) {
            if (reason.weight == Reason::Weight::Unknown)
                paths.insert(reason.question);
        }
    }
    return paths;
}

/// "Scanner", "Scanner and Fax", "Scanner and 3 more".
QString namesOf(const QStringList &names)
{
    if (names.size() <= 1)
        return names.join(QString());
    if (names.size() == 2)
        return QStringLiteral("%1 and %2").arg(names[0], names[1]);
    return QStringLiteral("%1 and %2 more").arg(names[0], countWords(names.size() - 1));
}

} // namespace

QString questionPath(const Rule &rule, const Subject &subject)
{
    return questionPath(QString(QLatin1String(rule.question)), subject);
}

QString questionPath(const QString &field, const Subject &subject)
{
    const QString rest = field.mid(field.indexOf(u'.') + 1);
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

std::vector<OpenQuestion> openQuestions(const SenderPlan &plan, const Subject &subject)
{
    std::vector<OpenQuestion> questions;
    const std::set<QString> resting = restingOn(plan);
    std::set<QString> asked;
    const std::optional<Choice> now = choose(subject);
    for (const std::string_view field : openFields(subject)) {
        const QString path = questionPath(QString::fromLatin1(field.data(), static_cast<qsizetype>(field.size())), subject);
        std::vector<AnswerEffect> effects = effectsOf(field, subject, now);
        if ((effects.empty() && !resting.contains(path)) || !asked.insert(path).second)
            continue;
        questions.push_back({path, {}, std::move(effects)});
    }
    return questions;
}

QStringList effectSentences(const OpenQuestion &question, const Site &site)
{
    std::map<QString, QString> names;
    for (const Sender &sender : site.senders)
        names[sender.id] = sender.name.trimmed().isEmpty() ? sender.id : sender.name.trimmed();
    struct Group {
        QString answer;
        QString wayName;
        QStringList names;
    };
    std::vector<Group> groups;
    for (const AnswerEffect &effect : question.effects) {
        auto group = std::ranges::find_if(groups, [&](const Group &known) {
            return known.answer == effect.answer && known.wayName == effect.wayName;
        });
        if (group == groups.end())
            group = groups.insert(groups.end(), {effect.answer, effect.wayName, {}});
        group->names += names[effect.senderId];
    }
    QStringList sentences;
    for (const Group &group : groups)
        sentences += group.answer == QLatin1String("known")
                         ? QStringLiteral("With the answer, %1 would use %2.").arg(namesOf(group.names), group.wayName)
                         : QStringLiteral("If the answer is %1, %2 would use %3.")
                               .arg(group.answer, namesOf(group.names), group.wayName);
    return sentences;
}

} // namespace relaywright
