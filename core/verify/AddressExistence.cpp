// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/AddressExistence.h"

#include <QBuffer>
#include <QHash>
#include <QRandomGenerator>
#include <QSysInfo>

#include <algorithm>
#include <deque>

namespace relaywright {

namespace {

using Verdict = AddressAnswer::Verdict;

/// Each address once, in the order in which they come; quick for tens of thousands.
class Questions {
public:
    void add(const std::optional<EmailAddress> &address, const QString &use)
    {
        if (!address)
            return;
        const auto known = m_places.constFind(*address);
        if (known == m_places.constEnd()) {
            m_places.insert(*address, m_questions.size());
            m_questions.push_back({*address, {use}});
        } else if (QStringList &uses = m_questions[*known].uses; !uses.contains(use)) {
            uses += use;
        }
    }
    [[nodiscard]] std::vector<AddressQuestion> take() { return std::move(m_questions); }

private:
    std::vector<AddressQuestion> m_questions;
    QHash<EmailAddress, std::size_t> m_places;
};

bool saysUnknown(const Reply &reply)
{
    const auto enhanced = reply.enhanced();
    if (!reply.isPermanent() || !enhanced)
        return false;
    // 5.1.1 bad mailbox, 5.1.10 recipient not found (Exchange Online), 5.1.6 moved (RFC 3463 §3.2, RFC 5248).
    if (enhanced->subject == 1)
        return enhanced->detail == 1 || enhanced->detail == 6 || enhanced->detail == 10;
    // Exchange Online's edge says 5.4.1 of an address that it does not find, and the consumer service 5.5.0.
    const QString text = reply.text();
    return (*enhanced == EnhancedStatus{5, 4, 1}
            && text.contains(QLatin1String("Recipient address rejected"), Qt::CaseInsensitive))
           || (*enhanced == EnhancedStatus{5, 5, 0}
               && text.contains(QLatin1String("mailbox unavailable"), Qt::CaseInsensitive));
}

/// One domain and what is asked of its server.
struct DomainBatch {
    Domain domain;
    std::vector<AddressQuestion> questions;
};

/// In `domain`, and of nobody.
EmailAddress madeUpIn(const Domain &domain)
{
    return *EmailAddress::parse(
        QStringLiteral("relaywright-nobody-%1@%2")
            .arg(QString::number(QRandomGenerator::system()->generate(), 36), domain.toAscii()));
}

} // namespace

std::vector<AddressQuestion> addressesToCheck(const Site &site)
{
    Questions questions;
    for (const Sender &sender : site.senders) {
        questions.add(sender.from, QStringLiteral("From of %1").arg(sender.name));
        questions.add(sender.envelopeFrom, QStringLiteral("MAIL FROM of %1").arg(sender.name));
        for (const EmailAddress &also : sender.alsoFrom)
            questions.add(also, QStringLiteral("From of %1").arg(sender.name));
        questions.add(sender.signInAs, QStringLiteral("sign-in of %1").arg(sender.name));
        questions.add(sender.repliesTo, QStringLiteral("replies to %1").arg(sender.name));
    }
    return questions.take();
}

QString toString(AddressAnswer::Verdict verdict)
{
    switch (verdict) {
    case Verdict::Taken: return QStringLiteral("taken");
    case Verdict::Unknown: return QStringLiteral("unknown");
    case Verdict::CannotTell: return QStringLiteral("cannot-tell");
    }
    Q_UNREACHABLE();
}

AddressAnswer judgeAddress(const AddressQuestion &question, const std::optional<Reply> &reply,
                           const std::optional<Reply> &madeUp)
{
    const QString address = question.address.toString();
    if (!reply)
        return {question,
                Verdict::CannotTell,
                {},
                QStringLiteral("%1 was not asked for: the server ended the "
                               "conversation before.")
                    .arg(address)};
    const QString seen = reply->toString();
    if (saysUnknown(*reply))
        return {question, Verdict::Unknown, seen,
                QStringLiteral("The server does not know %1. Make the mailbox, or correct the address.").arg(address)};
    if (!reply->isPositive())
        return {question, Verdict::CannotTell, seen,
                reply->isTransient()
                    ? QStringLiteral("The server does not answer for %1 now. Ask again later.").arg(address)
                    : QStringLiteral("The server refuses to talk about %1: that is about us, not about the address.")
                          .arg(address)};
    if (madeUp && madeUp->isPositive())
        return {question, Verdict::CannotTell, seen,
                QStringLiteral("The server takes %1, and an address that cannot exist too: it says nothing about who "
                               "exists.")
                    .arg(address)};
    return {question, Verdict::Taken, seen,
            QStringLiteral("The server takes %1. That is no proof: a server may take an address and bounce later.")
                .arg(address)};
}

class AddressExistence::Private {
public:
    Private(std::vector<AddressQuestion> questions, AddressExistenceSettings given, DnsClient &resolver,
            AddressExistence *existence);

    void next();
    void cancel();

private:
    void askServer(const Endpoint &server);
    void onMx(const DnsAnswer &answer);
    void onFinished(const Finish &finish);
    enum class Reached { Yes, No };
    void report(const QString &problem, Reached reached = Reached::Yes);
    void finish();

    AddressExistenceSettings m_settings;
    DnsClient &m_dns;
    AddressExistence *q;
    std::deque<DomainBatch> m_batches;
    std::optional<EmailAddress> m_madeUp;
    std::optional<TransactionResult> m_result;
    std::unique_ptr<QObject> m_lookup; ///< context of the question to the DNS
    SmtpClient *m_client = nullptr;
    QBuffer m_nothing; ///< stands for a message; the conversation stops before DATA
    bool m_finished = false;
};

AddressExistence::Private::Private(std::vector<AddressQuestion> questions, AddressExistenceSettings given,
                                   DnsClient &resolver, AddressExistence *existence)
    : m_settings(std::move(given)), m_dns(resolver), q(existence)
{
    m_nothing.open(QIODevice::ReadOnly);
    if (m_settings.ehloName.isEmpty())
        m_settings.ehloName = QSysInfo::machineHostName().toUtf8();
    for (AddressQuestion &question : questions) {
        const Domain &domain = question.address.domain();
        auto batch = std::ranges::find_if(
            m_batches, [&](const DomainBatch &b) { return b.domain == domain && b.questions.size() < kMostAsked; });
        if (batch == m_batches.end())
            batch = m_batches.insert(m_batches.end(), DomainBatch{domain, {}});
        batch->questions.push_back(std::move(question));
    }
}

void AddressExistence::Private::next()
{
    if (m_finished)
        return;
    if (m_batches.empty())
        return finish();
    if (m_settings.server)
        return askServer(*m_settings.server);
    m_lookup = std::make_unique<QObject>();
    m_dns.ask(m_batches.front().domain.toAscii(), DnsType::Mx, m_lookup.get(),
              [this](const DnsAnswer &answer) { onMx(answer); });
}

void AddressExistence::Private::onMx(const DnsAnswer &answer)
{
    m_lookup.release()->deleteLater(); // the answer comes through it
    const QString domain = m_batches.front().domain.toAscii();
    if (answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut)
        return report(answer.detail, Reached::No);
    if (answer.status != DnsAnswer::Status::Found || answer.exchanges.empty())
        return report(answer.detail.isEmpty() ? QStringLiteral("%1 has no MX record.").arg(domain) : answer.detail);
    const auto host = Host::parse(answer.exchanges.front().exchange);
    if (!host)
        return report(QStringLiteral("%1 takes no mail: its MX record names no host.").arg(domain));
    askServer({*host, m_settings.port});
}

void AddressExistence::Private::askServer(const Endpoint &server)
{
    m_result.reset();
    m_madeUp = madeUpIn(m_batches.front().domain);
    ConnectionSettings connection{.server = server};
    connection.smtp.ehloName = m_settings.ehloName;
    connection.smtp.tls = TlsPolicy::Opportunistic;
    connection.smtp.stopAfter = Stage::Rcpt;
    connection.tls.insecure = true; // nothing secret is said
    connection.patience = m_settings.patience;
    connection.connectPatience = std::min(connection.connectPatience, m_settings.patience);
    Envelope envelope{m_settings.from, {}};
    for (const AddressQuestion &question : m_batches.front().questions)
        envelope.recipients.push_back(question.address);
    envelope.recipients.push_back(*m_madeUp);
    m_client = new SmtpClient(connection, q);
    QObject::connect(m_client, &SmtpClient::ready, q, [this, envelope] {
        if (m_result)
            m_client->quit();
        else
            m_client->submit({.envelope = envelope, .content = &m_nothing});
    });
    QObject::connect(m_client, &SmtpClient::transactionDone, q,
                     [this](const TransactionResult &result) { m_result = result; });
    QObject::connect(m_client, &SmtpClient::finished, q, [this](const Finish &end) { onFinished(end); });
    m_client->open();
}

void AddressExistence::Private::onFinished(const Finish &end)
{
    m_client->disconnect(q);
    m_client->deleteLater();
    m_client = nullptr;
    QString problem = end.detail;
    if (const auto &reply = m_result ? m_result->reply : end.reply; reply && problem.isEmpty())
        problem = reply->toString();
    const bool unreached = end.outcome == Outcome::ConnectionFailed
                           || (end.stage <= Stage::Greeting
                               && (end.outcome == Outcome::TimedOut || end.outcome == Outcome::ConnectionLost));
    report(problem, unreached ? Reached::No : Reached::Yes);
}

/// Tells what is known of the domain in front; `problem` is for the addresses without a reply.
void AddressExistence::Private::report(const QString &problem, Reached reached)
{
    const DomainBatch batch = std::move(m_batches.front());
    m_batches.pop_front();
    const auto replyTo = [this](const EmailAddress &address) -> std::optional<Reply> {
        if (!m_result)
            return std::nullopt;
        const auto found = std::ranges::find(m_result->recipients, address, &RecipientResult::recipient);
        return found == m_result->recipients.end() ? std::nullopt : found->reply;
    };
    const auto madeUp = m_madeUp ? replyTo(*m_madeUp) : std::nullopt;
    for (const AddressQuestion &question : batch.questions) {
        AddressAnswer answer = judgeAddress(question, replyTo(question.address), madeUp);
        if (answer.seen.isEmpty())
            answer.seen = problem;
        answer.reached = reached == Reached::Yes;
        if (!answer.reached)
            answer.sentence = QStringLiteral("%1 was not asked for: no server of its domain could be reached.")
                                  .arg(question.address.toString());
        Q_EMIT q->answered(answer);
        if (m_finished)
            return;
    }
    m_result.reset();
    QMetaObject::invokeMethod(
        q, [this] { next(); }, Qt::QueuedConnection);
}

void AddressExistence::Private::cancel()
{
    if (m_finished)
        return;
    m_lookup.reset();
    finish(); // before the client is cut off: its end is no answer
    if (m_client) {
        m_client->disconnect(q);
        m_client->cancel();
        m_client->deleteLater();
    }
}

void AddressExistence::Private::finish()
{
    if (!std::exchange(m_finished, true))
        Q_EMIT q->finished();
}

AddressExistence::AddressExistence(std::vector<AddressQuestion> questions, AddressExistenceSettings settings,
                                   DnsClient &dns, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(questions), std::move(settings), dns, this))
{
}

AddressExistence::~AddressExistence() = default;

void AddressExistence::start()
{
    d->next();
}

void AddressExistence::cancel()
{
    d->cancel();
}

} // namespace relaywright
