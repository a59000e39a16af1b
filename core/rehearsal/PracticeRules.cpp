// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeRules.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

bool isSameUser(const QString &user, const EmailAddress &address)
{
    return user.compare(address.toString(), Qt::CaseInsensitive) == 0;
}

template <class T>
bool contains(const std::vector<T> &values, const T &value)
{
    return std::ranges::find(values, value) != values.end();
}

/// `*.contoso.com` stands for one label, as in a certificate (RFC 6125 §6.4.3).
bool matchesName(const QString &pattern, const QString &name)
{
    if (!pattern.startsWith(QLatin1String("*.")))
        return pattern.compare(name, Qt::CaseInsensitive) == 0;
    if (pattern.compare(name, Qt::CaseInsensitive) == 0)
        return true;
    const qsizetype dot = name.indexOf(u'.');
    return dot > 0 && pattern.mid(1).compare(name.mid(dot), Qt::CaseInsensitive) == 0;
}

QString withoutStar(const QString &name)
{
    return name.startsWith(QLatin1String("*.")) ? name.mid(2) : name;
}

} // namespace

QString practiceHostName()
{
    return QStringLiteral("practice.relaywright.invalid");
}

PracticeRules::PracticeRules(PracticeMethod method, PracticeTenant tenant, PracticeLimits limits)
    : m_method(method), m_tenant(std::move(tenant)), m_limits(limits)
{
    if (m_tenant.acceptedDomains.empty())
        m_tenant.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    const bool isNamed = !m_tenant.connectorNetworks.empty() || !m_tenant.connectorCertificateNames.isEmpty();
    if (m_method == PracticeMethod::ConnectorRelay && !isNamed)
        m_tenant.connectorNetworks = m_tenant.ownNetworks;
}

std::optional<Reply> PracticeRules::judge(Stage stage, const PracticeContext &context) const
{
    const unsigned method = 1u << static_cast<unsigned>(m_method);
    const auto rule = std::ranges::find_if(table(), [&](const Rule &candidate) {
        return candidate.stage == stage && (candidate.methods & method) != 0 && candidate.applies(*this, context);
    });
    if (rule == table().end())
        return std::nullopt;
    const auto author = deniedAuthor(context);
    QByteArray text(rule->text);
    text.replace("{user}", context.signedInAs.toUtf8());
    text.replace("{from}", author ? author->toString().toUtf8() : QByteArray());
    const auto &from = context.message.from;
    text.replace("{domain}", from.empty() ? QByteArray() : from.front().domain().toAscii().toUtf8());
    text.replace("{recipient}", context.recipient ? context.recipient->toString().toUtf8() : QByteArray());
    text.replace("{peer}", context.peer.toString().toUtf8());
    return Reply{rule->code, {text}};
}

AttributedBy PracticeRules::attribution(const PracticeContext &context) const
{
    if (isCertificateAccepted(context))
        return AttributedBy::Certificate;
    if (isAcceptedSender(context))
        return AttributedBy::Sender;
    return isAcceptedRecipient(context) ? AttributedBy::Recipient : AttributedBy::Nothing;
}

bool PracticeRules::connectorMatches(const PracticeContext &context) const
{
    return isCertificateAccepted(context) || (!signsIn(m_method) && hasConnectorFor(context.peer));
}

bool PracticeRules::isRecognised(const PracticeContext &context) const
{
    const bool byName =
        std::ranges::any_of(context.certificateNames, [this](const QString &name) { return hasConnectorFor(name); });
    return !signsIn(m_method) && (byName || hasConnectorFor(context.peer));
}

bool PracticeRules::hasConnectorFor(const IpAddress &peer) const
{
    return std::ranges::any_of(m_tenant.connectorNetworks,
                               [&peer](const IpNetwork &network) { return network.contains(peer); });
}

bool PracticeRules::hasConnectorFor(const QString &certificateName) const
{
    return std::ranges::any_of(m_tenant.connectorCertificateNames, [&certificateName](const QString &pattern) {
        return matchesName(pattern, certificateName);
    });
}

bool PracticeRules::isCertificateAccepted(const PracticeContext &context) const
{
    if (signsIn(m_method))
        return false;
    return std::ranges::any_of(context.certificateNames, [this](const QString &name) {
        // `mail.sub.contoso.com` needs `sub.contoso.com`, so the name itself or its parent must be an accepted domain.
        const auto own = Domain::parse(withoutStar(name));
        const auto parent = Domain::parse(name.mid(name.indexOf(u'.') + 1));
        return hasConnectorFor(name) && ((own && isAccepted(*own)) || (parent && isAccepted(*parent)));
    });
}

bool PracticeRules::isAccepted(const Domain &domain) const
{
    return contains(m_tenant.acceptedDomains, domain);
}

bool PracticeRules::isAcceptedSender(const PracticeContext &context) const
{
    return context.sender && isAccepted(context.sender->domain());
}

bool PracticeRules::isAcceptedRecipient(const PracticeContext &context) const
{
    return context.recipient && isAccepted(context.recipient->domain());
}

const PracticeAccount *PracticeRules::account(const QString &user) const
{
    const auto found = std::ranges::find_if(m_tenant.accounts, [&user](const PracticeAccount &candidate) {
        return candidate.user.compare(user, Qt::CaseInsensitive) == 0;
    });
    return found == m_tenant.accounts.end() ? nullptr : &*found;
}

bool PracticeRules::isRightSecret(const PracticeContext &context) const
{
    const PracticeAccount *mailbox = account(context.user);
    if (!mailbox)
        return false;
    if (!isBasic(context) && !context.tokenIsFit)
        return false;
    if (!isBasic(context) && context.tokenIsVouchedFor)
        return true;
    const Secret &right = isBasic(context) ? mailbox->password : mailbox->accessToken;
    if (!right.isEmpty())
        return right == context.password;
    // An opaque text is no token of Entra, whoever brings it.
    return mailbox->anySecret && (isBasic(context) ? !context.password.isEmpty() : context.token.has_value());
}

bool PracticeRules::isBasicBlocked(const PracticeContext &context) const
{
    const PracticeAccount *mailbox = account(context.user);
    return m_tenant.basicBlocked || (mailbox && mailbox->basicBlocked);
}

bool PracticeRules::exists(const EmailAddress &address) const
{
    if (m_tenant.knownMailboxes.empty() || contains(m_tenant.knownMailboxes, address)
        || contains(m_tenant.senderAddresses, address))
        return true;
    return std::ranges::any_of(m_tenant.accounts, [&address](const PracticeAccount &account) {
        return isSameUser(account.user, address) || contains(account.sendAs, address);
    });
}

bool PracticeRules::maySendAs(const QString &user, const EmailAddress &address) const
{
    if (isSameUser(user, address))
        return true;
    const PracticeAccount *mailbox = account(user);
    return mailbox && contains(mailbox->sendAs, address);
}

std::optional<EmailAddress> PracticeRules::deniedAuthor(const PracticeContext &context) const
{
    // An address in the display name can be taken for the sender, too.
    for (const auto *addresses : {&context.message.from, &context.message.inNames}) {
        for (const EmailAddress &address : *addresses) {
            if (!maySendAs(context.signedInAs, address))
                return address;
        }
    }
    return std::nullopt;
}

} // namespace relaywright
