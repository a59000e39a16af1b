// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Resolver.h"

#include "core/dns/AnswerCache.h"
#include "core/dns/NameServer.h"
#include "core/dns/Wire.h"

#include <QDeadlineTimer>
#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>

namespace relaywright {

namespace {

using std::chrono::milliseconds;
using Status = DnsAnswer::Status;

constexpr size_t kMaxInFlight = 64;
constexpr size_t kMaxWaiting = 4096;
constexpr qsizetype kMaxAliases = 16; // over several answers; one answer has a limit of its own
constexpr milliseconds kMostPatience{1500};

struct Waiter {
    QPointer<QObject> context;
    std::function<void(const DnsAnswer &)> done;
};

/// One question with all who wait for its answer. It outlives its answer while a server still has it.
struct Question {
    DnsKey key;
    QString name; ///< asked now: the key's, or where its alias leads
    std::vector<Waiter> waiters;
    QDeadlineTimer deadline;     ///< of all; set when it leaves
    QDeadlineTimer patience;     ///< with the server that was asked last
    std::vector<size_t> untried; ///< servers, in the order they will be asked
    size_t asked = 0;            ///< server, the last one
    int open = 0;                ///< servers that have not answered about `name`
    int hops = 0;                ///< questions about aliases
    QStringList aliases;
    std::chrono::seconds ttl = std::chrono::seconds::max(); ///< of the aliases
    bool authentic = true;                                  ///< the aliases
    std::optional<DnsAnswer> failure;                       ///< the first one, while other servers are asked
    bool answered = false;
};
using QuestionPtr = std::shared_ptr<Question>;

void deliver(Waiter &waiter, const DnsAnswer &answer)
{
    if (waiter.context)
        QMetaObject::invokeMethod(
            waiter.context.data(), [done = std::move(waiter.done), answer] { done(answer); }, Qt::QueuedConnection);
}

DnsAnswer failed(const QString &sentence, const DnsKey &key)
{
    return noAnswer(sentence, key.name, key.type);
}

DnsAnswer timedOut(const DnsKey &key)
{
    return noAnswer(QStringLiteral("No name server answered about %1 %2 in time. Check the network connection, or ask "
                                   "another name server."),
                    key.name, key.type, Status::TimedOut);
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
    case DnsType::Soa: return QStringLiteral("SOA");
    case DnsType::Tlsa: return QStringLiteral("TLSA");
    }
    Q_UNREACHABLE();
}

class Resolver::Private {
public:
    struct Server {
        std::unique_ptr<NameServer> server;
        bool down = false; ///< did not answer when it was asked last: others are asked first
    };

    Private(const Settings &settings, std::vector<Endpoint> nameservers, std::vector<Server> servers)
        : m_limit(settings.queryLimit), m_direct(settings.direct), m_nameservers(std::move(nameservers)),
          m_servers(std::move(servers))
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { onTimer(); });
    }

    void ask(const QString &name, DnsType type, Waiter waiter)
    {
        const DnsKey key = DnsKey::of(name, type);
        if (const auto known = m_cache.find(key))
            return deliver(waiter, *known);
        if (const auto open = m_open.find(key); open != m_open.end()) {
            open->second->waiters.push_back(std::move(waiter));
            return;
        }
        if (!wireName(key.name))
            return deliver(
                waiter,
                failed(QStringLiteral("The DNS cannot be asked about %1 \"%2\": that is not a DNS name."), key));
        if (m_waiting.size() >= kMaxWaiting)
            return deliver(waiter,
                           failed(QStringLiteral("Too many DNS questions wait already; %1 %2 was not asked."), key));
        const auto question = std::make_shared<Question>();
        question->key = key;
        question->name = key.name;
        question->waiters.push_back(std::move(waiter));
        m_open.emplace(key, question);
        m_waiting.push_back(question);
        startWaiting();
    }

    [[nodiscard]] std::optional<DnsAnswer> known(const QString &name, DnsType type)
    {
        return m_cache.find(DnsKey::of(name, type));
    }

    [[nodiscard]] const std::vector<Endpoint> &nameservers() const { return m_nameservers; }

private:
    /// Answers may come while a question is being sent; the flag keeps that from nesting.
    void startWaiting()
    {
        if (m_starting)
            return;
        m_starting = true;
        while (!m_waiting.empty() && m_flying.size() < kMaxInFlight) {
            const QuestionPtr question = m_waiting.front();
            m_waiting.pop_front();
            const auto alive = [](const Waiter &waiter) { return !waiter.context.isNull(); };
            if (std::ranges::none_of(question->waiters, alive)) {
                m_open.erase(question->key);
                continue;
            }
            m_flying.push_back(question);
            question->deadline.setRemainingTime(m_limit);
            wakeIn(m_limit);
            askServers(question);
        }
        m_starting = false;
    }

    /// Starts over with the question's present name: servers that did not answer lately come last.
    void askServers(const QuestionPtr &question)
    {
        question->untried.resize(m_servers.size());
        std::iota(question->untried.begin(), question->untried.end(), size_t(0));
        std::stable_partition(question->untried.begin(), question->untried.end(),
                              [this](size_t index) { return !m_servers[index].down; });
        question->open = 0;
        question->failure.reset();
        askNext(question);
    }

    /// The server before keeps the question: if it is slow rather than dead, its answer counts when it comes first.
    void askNext(const QuestionPtr &question)
    {
        question->asked = question->untried.front();
        question->untried.erase(question->untried.begin());
        ++question->open;
        question->patience = QDeadlineTimer(QDeadlineTimer::Forever);
        if (!question->untried.empty()) {
            question->patience.setRemainingTime(patience());
            wakeIn(patience());
        }
        m_servers[question->asked].server->ask(
            question->name, question->key.type,
            [this, question, index = question->asked, hops = question->hops](const DnsReply &reply) {
                m_servers[index].down = reply.answer.server.isEmpty();
                if (!question->answered && question->hops == hops)
                    onReply(question, reply);
            });
    }

    void onReply(const QuestionPtr &question, const DnsReply &reply)
    {
        --question->open;
        const bool isAnswer = reply.answer.status != Status::Failed && reply.answer.status != Status::TimedOut;
        if (isAnswer)
            return reply.next.isEmpty() || m_direct ? finish(question, withAliases(*question, reply.answer))
                                                    : followAlias(question, reply);
        // What a server said tells more than that another one was silent.
        if (!question->failure || (question->failure->server.isEmpty() && !reply.answer.server.isEmpty()))
            question->failure = reply.answer;
        if (!question->untried.empty())
            askNext(question);
        else if (question->open == 0)
            finish(question, *question->failure);
    }

    void followAlias(const QuestionPtr &question, const DnsReply &reply)
    {
        const bool again = reply.next == question->key.name || question->aliases.contains(reply.next);
        question->aliases += reply.answer.aliases;
        if (again || question->aliases.size() > kMaxAliases)
            return finish(question,
                          failed(QStringLiteral("The aliases (CNAME) behind %1 %2 lead in a circle or are too many. "
                                                "Correct them where they are published."),
                                 question->key));
        // A dot or another strange octet within a label is escaped here, and can be no host's name.
        if (!wireName(reply.next) || reply.next.contains(u'\\'))
            return finish(question,
                          failed(QStringLiteral("The alias (CNAME) of %1 %2 leads to a name that cannot be. Correct it "
                                                "where it is published."),
                                 question->key));
        question->ttl = std::min(question->ttl, reply.answer.ttl);
        question->authentic = question->authentic && reply.answer.authentic;
        question->name = reply.next;
        ++question->hops;
        askServers(question);
    }

    static DnsAnswer withAliases(const Question &question, DnsAnswer answer)
    {
        answer.aliases = question.aliases + answer.aliases;
        answer.ttl = std::min(answer.ttl, question.ttl);
        answer.authentic = answer.authentic && question.authentic;
        return answer;
    }

    void finish(const QuestionPtr &question, const DnsAnswer &answer)
    {
        question->answered = true;
        m_open.erase(question->key);
        std::erase(m_flying, question);
        if (answer.status != Status::Failed && answer.status != Status::TimedOut)
            m_cache.keep(question->key, answer);
        for (Waiter &waiter : question->waiters)
            deliver(waiter, answer);
        question->waiters.clear();
        startWaiting();
    }

    /// With one server; so that all get their turn within the limit, where there are several.
    [[nodiscard]] milliseconds patience() const
    {
        return std::min(kMostPatience, m_limit / static_cast<int>(m_servers.size() + 1));
    }

    void wakeIn(milliseconds wait)
    {
        if (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > wait)
            m_timer.start(wait);
    }

    void onTimer()
    {
        const std::vector<QuestionPtr> flying = m_flying;
        for (const QuestionPtr &question : flying) {
            if (question->answered || !(question->deadline.hasExpired() || question->patience.hasExpired()))
                continue;
            m_servers[question->asked].down = true;
            if (question->deadline.hasExpired())
                finish(question, question->failure.value_or(timedOut(question->key)));
            else
                askNext(question);
        }
        for (const QuestionPtr &question : m_flying) {
            for (const QDeadlineTimer &timer : {question->deadline, question->patience}) {
                if (!timer.isForever())
                    wakeIn(milliseconds(std::max<qint64>(1, timer.remainingTime())));
            }
        }
    }

    milliseconds m_limit;
    bool m_direct;
    std::vector<Endpoint> m_nameservers;
    AnswerCache m_cache;
    std::map<DnsKey, QuestionPtr> m_open; ///< waiting or in flight
    std::deque<QuestionPtr> m_waiting;
    std::vector<QuestionPtr> m_flying;
    bool m_starting = false;
    QTimer m_timer;
    std::vector<Server> m_servers; ///< last, so that they go first: their answers touch what is above
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
    std::vector<Endpoint> nameservers = settings.nameservers;
    if (nameservers.empty()) {
        auto systems = AresChannel::systemServers();
        if (!systems)
            return tl::unexpected(systems.error());
        nameservers = std::move(*systems);
    }
    std::vector<Private::Server> servers;
    for (const Endpoint &endpoint : nameservers) {
        auto server = NameServer::open(endpoint, settings.queryLimit, !settings.direct);
        if (!server)
            return tl::unexpected(server.error());
        servers.push_back({std::move(*server)});
    }
    return std::unique_ptr<Resolver>(
        new Resolver(std::make_unique<Private>(settings, std::move(nameservers), std::move(servers))));
}

void Resolver::ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done)
{
    Q_ASSERT(context);
    d->ask(name, type, {context, std::move(done)});
}

std::optional<DnsAnswer> Resolver::known(const QString &name, DnsType type)
{
    return d->known(name, type);
}

const std::vector<Endpoint> &Resolver::nameservers() const
{
    return d->nameservers();
}

} // namespace relaywright
