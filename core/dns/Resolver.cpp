// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Resolver.h"

#include "core/dns/AresChannel.h"
#include "core/dns/Message.h"

#include <QDeadlineTimer>
#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>

namespace relaywright {

namespace {

using std::chrono::milliseconds;

constexpr int kMaxInFlight = 64;
constexpr size_t kMaxWaiting = 4096;
constexpr size_t kMaxCached = 2000;
constexpr int kMaxAliasHops = 8;
constexpr std::chrono::seconds kMaxCacheTime = std::chrono::hours(1);

struct Key {
    QString name;
    DnsType type;
    bool operator<(const Key &other) const { return std::tie(name, type) < std::tie(other.name, other.type); }
};

struct Waiter {
    QPointer<QObject> context;
    std::function<void(const DnsAnswer &)> done;
};

/// One question with all who wait for its answer. It outlives its answer while c-ares still has it in flight.
struct Question {
    Key key;
    QString name; ///< asked now: the key's, or where its alias leads
    std::vector<Waiter> waiters;
    QDeadlineTimer deadline = QDeadlineTimer(QDeadlineTimer::Forever); ///< set when it leaves
    int aliasHops = 0;
    std::optional<DnsAnswer> firstFailure; ///< of the first server, while the others are asked
    bool answered = false;
};
using QuestionPtr = std::shared_ptr<Question>;

void deliver(Waiter &waiter, const DnsAnswer &answer)
{
    if (waiter.context)
        QMetaObject::invokeMethod(
            waiter.context.data(), [done = std::move(waiter.done), answer] { done(answer); }, Qt::QueuedConnection);
}

/// The name in c-ares' presentation form; nothing when the DNS can have no such name (RFC 1035 §2.3.4).
std::optional<QByteArray> presentation(const QString &name)
{
    QByteArray octets = name.toUtf8();
    const QByteArrayList labels = octets.split('.');
    const bool fits =
        octets.size() <= 253 && !octets.contains('\0')
        && std::ranges::all_of(labels, [](const QByteArray &label) { return !label.isEmpty() && label.size() <= 63; });
    if (!fits)
        return std::nullopt;
    return octets.replace("\\", "\\\\");
}

DnsAnswer failed(const QString &sentence, const Key &key)
{
    return {.status = DnsAnswer::Status::Failed, .detail = sentence.arg(toString(key.type), key.name.left(100))};
}

bool isServerFailure(QByteArrayView packet)
{
    const int rcode = packet.size() > 3 ? packet[3] & 0xf : 0;
    return rcode == 2 || rcode == 4 || rcode == 5; // SERVFAIL, NOTIMP, REFUSED
}

} // namespace

QString toString(DnsType type)
{
    switch (type) {
    case DnsType::A: return QStringLiteral("A");
    case DnsType::Aaaa: return QStringLiteral("AAAA");
    case DnsType::Mx: return QStringLiteral("MX");
    case DnsType::Txt: return QStringLiteral("TXT");
    case DnsType::Ptr: return QStringLiteral("PTR");
    case DnsType::Cname: return QStringLiteral("CNAME");
    case DnsType::Ns: return QStringLiteral("NS");
    }
    Q_UNREACHABLE();
}

class Resolver::Private {
public:
    Private(const Settings &settings, std::unique_ptr<AresChannel> channel, std::unique_ptr<AresChannel> others)
        : m_limit(settings.queryLimit), m_channel(std::move(channel)), m_others(std::move(others))
    {
        m_deadlines.setSingleShot(true);
        QObject::connect(&m_deadlines, &QTimer::timeout, &m_deadlines, [this] { endLate(); });
    }

    void ask(const QString &name, DnsType type, Waiter waiter)
    {
        QString lower = name.toLower();
        if (lower.endsWith(u'.'))
            lower.chop(1);
        const Key key{lower, type};
        if (const DnsAnswer *known = cached(key))
            return deliver(waiter, *known);
        if (const auto open = m_open.find(key); open != m_open.end()) {
            open->second->waiters.push_back(std::move(waiter));
            return;
        }
        if (!presentation(lower))
            return deliver(
                waiter,
                failed(QStringLiteral("The DNS cannot be asked about %1 \"%2\": that is not a DNS name."), key));
        if (m_waiting.size() >= kMaxWaiting)
            return deliver(waiter,
                           failed(QStringLiteral("Too many DNS questions wait already; %1 %2 was not asked."), key));
        auto question = std::make_shared<Question>(Question{.key = key, .name = lower, .waiters = {}});
        question->waiters.push_back(std::move(waiter));
        m_open.emplace(key, question);
        m_waiting.push_back(question);
        startWaiting();
    }

private:
    const DnsAnswer *cached(const Key &key)
    {
        const auto entry = m_cache.find(key);
        if (entry == m_cache.end())
            return nullptr;
        if (!entry->second.expires.hasExpired())
            return &entry->second.answer;
        m_cache.erase(entry);
        return nullptr;
    }

    /// Replies may come while a question is being sent; the flag keeps that from nesting.
    void startWaiting()
    {
        if (m_starting)
            return;
        m_starting = true;
        while (!m_waiting.empty() && m_inFlight < kMaxInFlight) {
            const QuestionPtr question = m_waiting.front();
            m_waiting.pop_front();
            question->deadline.setRemainingTime(m_limit);
            if (!m_deadlines.isActive())
                m_deadlines.start(m_limit);
            send(question, *m_channel);
        }
        m_starting = false;
    }

    void send(const QuestionPtr &question, AresChannel &channel)
    {
        const auto name = presentation(question->name);
        if (!name)
            return finish(question,
                          failed(QStringLiteral("The alias of %1 %2 leads to a name that cannot be."), question->key));
        ++m_inFlight;
        channel.query(*name, wireType(question->key.type),
                      [this, question](AresChannel::End end, QByteArrayView packet) {
                          --m_inFlight;
                          if (!question->answered)
                              onReply(question, end, packet);
                          startWaiting();
                      });
    }

    void onReply(const QuestionPtr &question, AresChannel::End end, QByteArrayView packet)
    {
        if (end != AresChannel::End::Packet)
            return finish(question, question->firstFailure.value_or(answerFor(end, *question)));
        DnsReply reply = readDnsReply(packet, question->name, question->key.type);
        if (isServerFailure(packet) && m_others && !question->firstFailure) {
            question->firstFailure = reply.answer;
            return send(question, *m_others);
        }
        if (!reply.next.isEmpty() && ++question->aliasHops <= kMaxAliasHops) {
            question->name = reply.next;
            return send(question, *m_channel);
        }
        finish(question, reply.answer);
    }

    [[nodiscard]] DnsAnswer answerFor(AresChannel::End end, const Question &question) const
    {
        switch (end) {
        case AresChannel::End::TimedOut: return timedOut(question);
        case AresChannel::End::NoServer:
            return failed(
                QStringLiteral("No name server could be reached to ask about %1 %2. Check the network connection."),
                question.key);
        case AresChannel::End::BadName:
            return failed(QStringLiteral("The DNS cannot be asked about %1 \"%2\": that is not a DNS name."),
                          question.key);
        case AresChannel::End::Packet:
        case AresChannel::End::Failed: break;
        }
        return failed(QStringLiteral("The question about %1 %2 failed on this computer. Try again later."),
                      question.key);
    }

    [[nodiscard]] DnsAnswer timedOut(const Question &question) const
    {
        DnsAnswer answer = failed(QStringLiteral("No name server answered about %1 %2 in time. Check the network "
                                                 "connection, or ask another name server."),
                                  question.key);
        answer.status = DnsAnswer::Status::TimedOut;
        return answer;
    }

    void finish(const QuestionPtr &question, const DnsAnswer &answer)
    {
        question->answered = true;
        m_open.erase(question->key);
        keep(question->key, answer);
        for (Waiter &waiter : question->waiters)
            deliver(waiter, answer);
        question->waiters.clear();
    }

    void keep(const Key &key, const DnsAnswer &answer)
    {
        const bool isFact = answer.status != DnsAnswer::Status::Failed && answer.status != DnsAnswer::Status::TimedOut;
        if (!isFact || answer.ttl <= std::chrono::seconds(0))
            return;
        if (m_cache.size() >= kMaxCached)
            std::erase_if(m_cache, [](const auto &entry) { return entry.second.expires.hasExpired(); });
        if (m_cache.size() >= kMaxCached)
            m_cache.clear();
        m_cache.insert_or_assign(key, Cached{answer, QDeadlineTimer(std::min(answer.ttl, kMaxCacheTime))});
    }

    void endLate()
    {
        std::vector<QuestionPtr> late;
        milliseconds next = m_limit;
        bool any = false;
        for (const auto &[key, question] : m_open) {
            if (question->deadline.isForever())
                continue;
            const milliseconds left(question->deadline.remainingTime());
            if (left <= milliseconds(0)) {
                late.push_back(question);
            } else {
                next = std::min(next, left);
                any = true;
            }
        }
        if (any)
            m_deadlines.start(next);
        for (const QuestionPtr &question : late)
            finish(question, question->firstFailure.value_or(timedOut(*question)));
    }

    struct Cached {
        DnsAnswer answer;
        QDeadlineTimer expires;
    };

    milliseconds m_limit;
    std::map<Key, QuestionPtr> m_open; ///< waiting or in flight
    std::deque<QuestionPtr> m_waiting;
    std::map<Key, Cached> m_cache;
    int m_inFlight = 0;
    bool m_starting = false;
    QTimer m_deadlines;
    // Last, so that they go first: their replies touch what is above.
    std::unique_ptr<AresChannel> m_channel;
    std::unique_ptr<AresChannel> m_others; ///< asks the other servers when the first one fails; null when there is one
};

Resolver::Resolver(std::unique_ptr<Private> priv) : d(std::move(priv)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(const Settings &settings)
{
    for (const Endpoint &server : settings.nameservers) {
        if (!server.host.address())
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("The name server \"%1\" must be an IP address, such as 192.0.2.53 or 192.0.2.53:5353.")
                    .arg(server.host.toString()));
    }
    auto channel = AresChannel::open(settings.nameservers, settings.queryLimit, AresChannel::ServerErrors::PassOn);
    if (!channel)
        return tl::unexpected(channel.error());
    std::unique_ptr<AresChannel> others;
    if ((*channel)->serverCount() > 1) {
        auto second = AresChannel::open(settings.nameservers, settings.queryLimit, AresChannel::ServerErrors::TryNext);
        if (!second)
            return tl::unexpected(second.error());
        others = std::move(*second);
    }
    return std::unique_ptr<Resolver>(
        new Resolver(std::make_unique<Private>(settings, std::move(*channel), std::move(others))));
}

void Resolver::ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done)
{
    Q_ASSERT(context);
    d->ask(name, type, {context, std::move(done)});
}

} // namespace relaywright
