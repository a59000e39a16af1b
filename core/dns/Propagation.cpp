// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Propagation.h"

#include "core/dns/AnswerText.h"
#include "core/dns/ZoneServers.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

using Status = DnsAnswer::Status;

bool isAnswer(const DnsAnswer &answer)
{
    return answer.status != Status::Failed && answer.status != Status::TimedOut;
}

/// What counts when two answers are compared: the alias of the name itself, else its records without their order.
QByteArrayList contentOf(DnsType type, const DnsAnswer &answer)
{
    if (!answer.aliases.isEmpty())
        return {"alias " + answer.aliases.front().toUtf8()};
    QByteArrayList content = answer.texts; // whole: the words for people are of bounded length
    if (type != DnsType::Txt) {
        for (const QString &record : recordTexts(type, answer))
            content += record.toUtf8();
    }
    std::ranges::sort(content);
    return content;
}

/// RFC 1982 §3.2: serials go round.
bool isNewer(std::uint32_t serial, std::uint32_t than)
{
    return serial != than && serial - than < 0x80000000u;
}

} // namespace

class Propagation::Private {
public:
    Private(Propagation *owner, const QString &theName, DnsType theType, const Settings &given, DnsClient &client)
        : q(owner), name(theName), type(theType), settings(given), dns(client)
    {
        pause.setSingleShot(true);
        QObject::connect(&pause, &QTimer::timeout, q, [this] { startRound(); });
    }

    void start()
    {
        if (std::exchange(state, State::Running) != State::New)
            return;
        findZoneServers(name, dns, q, [this](const ZoneServers &found) {
            if (state == State::Running)
                onZone(found);
        });
    }

    void cancel()
    {
        if (state == State::Running)
            end();
    }

    [[nodiscard]] bool sees(const ServerView &view) const
    {
        if (!view.asked || !isAnswer(view.answer))
            return false;
        if (!settings.expected.isEmpty())
            return view.answer.texts.contains(settings.expected);
        const std::optional<size_t> right = rightServer();
        if (!right)
            return false;
        // A zone's server leaves an alias for others to follow, so behind one the two have another status.
        const DnsAnswer &published = views[*right].answer;
        const bool isAlias = !view.answer.aliases.isEmpty() && !published.aliases.isEmpty();
        return (isAlias || view.answer.status == published.status)
               && contentOf(type, view.answer) == contentOf(type, published);
    }

    [[nodiscard]] int countSeeing() const
    {
        return static_cast<int>(std::ranges::count_if(views, [this](const ServerView &view) { return sees(view); }));
    }

    [[nodiscard]] bool everybodySees() const
    {
        return !views.empty() && countSeeing() == static_cast<int>(views.size());
    }

    std::vector<ServerView> views;
    QString zone;
    QString problem;

private:
    enum class State { New, Running, Ended };
    /// What goes with a view.
    struct Asking {
        std::unique_ptr<Resolver> resolver; ///< of this round: its cache must not answer for the server
        int missing = 0;                    ///< answers, in this round
    };

    void onZone(const ZoneServers &found)
    {
        zone = found.zone;
        if (found.servers.empty()) {
            problem = found.problem;
            return end();
        }
        for (const ZoneServers::Server &server : found.servers)
            views.push_back({.name = server.name,
                             .server = {Host::of(server.address), settings.port},
                             .ofTheZone = true,
                             .answer = {}});
        for (const NamedServer &resolver : settings.resolvers)
            views.push_back({.name = resolver.name.isEmpty() ? resolver.server.host.toString() : resolver.name,
                             .server = resolver.server,
                             .answer = {}});
        askings.resize(views.size());
        serials.resize(views.size());
        Q_EMIT q->changed();
        if (state == State::Running)
            startRound();
    }

    void startRound()
    {
        ++rounds;
        for (size_t i = 0; i < views.size(); ++i)
            askings[i].missing = sees(views[i]) ? 0 : questionsTo(i);
        for (size_t i = 0; i < views.size(); ++i) {
            if (askings[i].missing > 0)
                ask(i);
        }
    }

    /// Which of the zone's servers is right is asked only where it is not known what must be there.
    [[nodiscard]] int questionsTo(size_t index) const
    {
        return views[index].ofTheZone && settings.expected.isEmpty() ? 2 : 1;
    }

    void ask(size_t index)
    {
        auto made = Resolver::create({.nameservers = {views[index].server},
                                      .queryLimit = settings.queryLimit,
                                      .direct = views[index].ofTheZone});
        if (!made) {
            const DnsAnswer answer{.detail = made.error().detail};
            askings[index].missing = 1;
            QMetaObject::invokeMethod(
                q, [this, index, answer] { onAnswer(index, answer); }, Qt::QueuedConnection);
            return;
        }
        Asking &asking = askings[index];
        asking.resolver = std::move(*made);
        if (asking.missing == 2) {
            asking.resolver->ask(zone, DnsType::Soa, q, [this, index](const DnsAnswer &answer) {
                if (answer.soa)
                    serials[index] = answer.soa->serial;
                onPart(index);
            });
        }
        asking.resolver->ask(name, type, q, [this, index](const DnsAnswer &answer) { onAnswer(index, answer); });
    }

    void onAnswer(size_t index, const DnsAnswer &answer)
    {
        if (state != State::Running)
            return;
        ServerView &view = views[index];
        const bool isNews = !view.asked || view.answer != answer;
        view.asked = true;
        view.answer = answer;
        if (isNews)
            Q_EMIT q->changed();
        onPart(index);
    }

    void onPart(size_t index)
    {
        if (state != State::Running)
            return;
        --askings[index].missing;
        Q_EMIT q->progressed(countSeeing(), static_cast<int>(views.size()));
        const bool roundEnds = std::ranges::all_of(askings, [](const Asking &asking) { return asking.missing == 0; });
        if (state == State::Running && roundEnds)
            endRound();
    }

    void endRound()
    {
        const bool again = settings.interval.count() > 0 && rounds < settings.maxRounds && !everybodySees();
        if (again)
            pause.start(settings.interval);
        else
            end();
    }

    void end()
    {
        state = State::Ended;
        pause.stop();
        askings.clear();
        Q_EMIT q->finished(everybodySees()); // last: a slot may destroy us
    }

    /// Of the zone's servers that answered the one with the newest serial, the first of several.
    [[nodiscard]] std::optional<size_t> rightServer() const
    {
        std::optional<size_t> right;
        for (size_t i = 0; i < views.size(); ++i) {
            if (!views[i].ofTheZone || !views[i].asked || !isAnswer(views[i].answer))
                continue;
            if (!right || (serials[i] && (!serials[*right] || isNewer(*serials[i], *serials[*right]))))
                right = i;
        }
        return right;
    }

    Propagation *q;
    QString name;
    DnsType type;
    Settings settings;
    DnsClient &dns;
    State state = State::New;
    std::vector<Asking> askings; ///< one for each view, as are the serials of the zone
    std::vector<std::optional<std::uint32_t>> serials;
    int rounds = 0;
    QTimer pause;
};

Propagation::Propagation(const QString &name, DnsType type, const Settings &settings, DnsClient &dns, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, name, type, settings, dns))
{
}

Propagation::~Propagation() = default;

void Propagation::start()
{
    d->start();
}

void Propagation::cancel()
{
    d->cancel();
}

const std::vector<ServerView> &Propagation::views() const
{
    return d->views;
}

QString Propagation::zone() const
{
    return d->zone;
}

bool Propagation::sees(const ServerView &view) const
{
    return d->sees(view);
}

int Propagation::countSeeing() const
{
    return d->countSeeing();
}

QString Propagation::problem() const
{
    return d->problem;
}

} // namespace relaywright
