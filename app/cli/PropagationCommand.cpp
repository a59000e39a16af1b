// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/base/Domain.h"
#include "core/base/Text.h"
#include "core/dns/AnswerText.h"
#include "core/dns/Propagation.h"

#include <QJsonArray>
#include <QTimer>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace relaywright::cli {

namespace {

using Status = DnsAnswer::Status;

constexpr std::chrono::seconds kBetweenRounds{10};
constexpr int kUsualWaitSeconds = 3600;
constexpr qsizetype kMaxRecordsShown = 400; // characters

struct PropagationOptions {
    std::string name;
    std::string type;
    std::string expected;
    std::vector<std::string> resolvers;
    std::uint16_t zonePort = 53;
    int waitSeconds = kUsualWaitSeconds;
    bool wait = false;
};

Result<DnsType> typeOf(const std::string &text)
{
    constexpr std::array types{DnsType::A,  DnsType::Aaaa, DnsType::Mx,    DnsType::Txt, DnsType::Ptr,
                               DnsType::Ns, DnsType::Soa,  DnsType::Cname, DnsType::Tlsa};
    const QString word = QString::fromStdString(text).toUpper();
    const auto found = std::ranges::find(types, word, [](DnsType type) { return toString(type); });
    if (found != types.end())
        return *found;
    return failure(
        ErrorKind::InvalidInput,
        QStringLiteral("\"%1\" is no type of record that is known here. Name A, AAAA, MX, TXT, PTR, CNAME, NS, "
                       "SOA or TLSA.")
            .arg(quotable(word)));
}

/// `Quad9 9.9.9.9` as the fact has it, or an address with or without a port.
Result<Propagation::NamedServer> readServer(const QString &text)
{
    auto server = Endpoint::parse(text.section(u' ', -1), 53);
    if (!server)
        return tl::unexpected(server.error());
    if (!server->host.address())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The resolver \"%1\" must be an IP address, such as 9.9.9.9 or 192.0.2.53:5353.")
                           .arg(quotable(text)));
    return Propagation::NamedServer{text.contains(u' ') ? text.section(u' ', 0, -2) : server->toString(), *server};
}

Result<Propagation::Settings> settingsOf(const PropagationOptions &options, DnsType type, const Knowledge &knowledge)
{
    Propagation::Settings settings;
    settings.port = options.zonePort;
    settings.expected = QByteArray::fromStdString(options.expected);
    if (!settings.expected.isEmpty() && type != DnsType::Txt)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("--expect is the text of a TXT record; leave it out for %1, and it is told whether "
                           "all servers say the same.")
                .arg(toString(type)));
    QStringList resolvers;
    for (const std::string &text : options.resolvers)
        resolvers += QString::fromStdString(text);
    if (resolvers.isEmpty())
        resolvers = knowledge.fact(QStringLiteral("dns.public-resolvers")).value.toVariant().toStringList();
    for (const QString &text : std::as_const(resolvers)) {
        auto server = readServer(text);
        if (!server)
            return tl::unexpected(server.error());
        settings.resolvers.push_back(*server);
    }
    if (options.wait) {
        settings.interval = kBetweenRounds;
        settings.maxRounds = std::max(1, options.waitSeconds); // the clock ends it, not the rounds
    }
    return settings;
}

/// One run; ends the program through the context.
class PropagationRun : public QObject {
public:
    PropagationRun(QString name, DnsType type, const Propagation::Settings &settings, std::unique_ptr<Resolver> dns,
                   Context &context)
        : QObject(&context), m_context(context), m_name(std::move(name)), m_type(type), m_dns(std::move(dns)),
          m_watch(m_name, type, settings, *m_dns), m_waits(settings.interval.count() > 0)
    {
        connect(&m_watch, &Propagation::progressed, this, &PropagationRun::onProgress);
        connect(&m_watch, &Propagation::finished, this, &PropagationRun::report);
    }

    void start(std::chrono::seconds limit)
    {
        if (m_waits) {
            QTimer::singleShot(limit, &m_watch, [this] { m_watch.cancel(); });
            onInterrupt(this, [this] { m_watch.cancel(); });
        }
        m_watch.start();
    }

private:
    void onProgress(int seeing, int total)
    {
        const bool allAsked = std::ranges::all_of(m_watch.views(), &ServerView::asked);
        if (!m_waits || !allAsked || seeing == m_seeing)
            return;
        m_seeing = seeing;
        m_context.say(QStringLiteral("%1 of %2 servers see it").arg(seeing).arg(total));
    }

    /// What a server says, in words.
    [[nodiscard]] QString words(const ServerView &view) const
    {
        if (!view.asked)
            return QStringLiteral("did not answer yet");
        const DnsAnswer &answer = view.answer;
        switch (answer.status) {
        case Status::Found: break;
        case Status::NoData:
            return answer.aliases.isEmpty() ? QStringLiteral("no such record")
                                            : QStringLiteral("an alias for %1").arg(answer.aliases.front());
        case Status::NoName: return QStringLiteral("no such name");
        case Status::Failed:
        case Status::TimedOut: return answer.detail;
        }
        QString records = recordTexts(m_type, answer).join(QStringLiteral(" | "));
        if (records.size() > kMaxRecordsShown)
            records = records.left(kMaxRecordsShown) + QChar(0x2026);
        return QStringLiteral("%1 (%2 seconds left)").arg(records).arg(answer.ttl.count());
    }

    [[nodiscard]] static bool isUnclear(const ServerView &view)
    {
        return !view.asked || view.answer.status == Status::Failed || view.answer.status == Status::TimedOut;
    }

    void say(const ServerView &view) const
    {
        const QString state = m_watch.sees(view) ? QStringLiteral("sees it")
                              : isUnclear(view)  ? QStringLiteral("unclear")
                                                 : QStringLiteral("differs");
        const QString address = view.server.port == 53 ? view.server.host.toString() : view.server.toString();
        m_context.say(QStringLiteral("%1  %2 %3  %4")
                          .arg(state, view.name.leftJustified(24), address.leftJustified(20), words(view)));
    }

    [[nodiscard]] QJsonObject toJson(const ServerView &view) const
    {
        return {{QStringLiteral("name"), view.name},
                {QStringLiteral("server"), view.server.toString()},
                {QStringLiteral("ofTheZone"), view.ofTheZone},
                {QStringLiteral("sees"), m_watch.sees(view)},
                {QStringLiteral("unclear"), isUnclear(view)},
                {QStringLiteral("records"), QJsonArray::fromStringList(recordTexts(m_type, view.answer))},
                {QStringLiteral("aliases"), QJsonArray::fromStringList(view.answer.aliases)},
                {QStringLiteral("answer"), words(view)},
                {QStringLiteral("ttlSeconds"), qint64(view.answer.ttl.count())}};
    }

    void report(bool everybodySees)
    {
        QJsonArray servers;
        for (const ServerView &view : m_watch.views()) {
            servers.append(toJson(view));
            say(view);
        }
        if (!m_watch.problem().isEmpty())
            m_context.complain(m_watch.problem());
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.propagation/1")},
                         {QStringLiteral("name"), m_name},
                         {QStringLiteral("type"), toString(m_type)},
                         {QStringLiteral("zone"), m_watch.zone()},
                         {QStringLiteral("everybodySees"), everybodySees},
                         {QStringLiteral("problem"), m_watch.problem()},
                         {QStringLiteral("servers"), servers}});
        m_context.finish(exitCode(everybodySees));
    }

    /// A server that says something else is a no; without one, those that did not answer leave it open.
    [[nodiscard]] int exitCode(bool everybodySees) const
    {
        if (everybodySees)
            return Done;
        const auto saysNo = [this](const ServerView &view) { return !m_watch.sees(view) && !isUnclear(view); };
        return std::ranges::any_of(m_watch.views(), saysNo) ? AnswerIsNo : Environment;
    }

    Context &m_context;
    QString m_name;
    DnsType m_type;
    std::unique_ptr<Resolver> m_dns;
    Propagation m_watch;
    bool m_waits;
    int m_seeing = -1;
};

std::optional<int> runPropagation(const PropagationOptions &options, Context &context)
{
    const auto type = typeOf(options.type);
    if (!type)
        return context.fail(type.error());
    const auto settings = settingsOf(options, *type, context.knowledge);
    if (!settings)
        return context.fail(settings.error());
    const auto name = parseDnsName(QString::fromStdString(options.name));
    if (!name)
        return context.fail(name.error());
    auto resolver = Resolver::create({.nameservers = context.nameservers});
    if (!resolver)
        return context.fail(resolver.error());
    auto *run = new PropagationRun(*name, *type, *settings, std::move(*resolver), context); // owned by the context
    run->start(std::chrono::seconds(options.waitSeconds));
    return std::nullopt;
}

} // namespace

void addPropagationCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<PropagationOptions>();
    CLI::App *watch = app.add_subcommand("propagation", "Who sees a change of a DNS record already");
    watch->add_option("NAME", options->name, "Such as contoso.com or selector1._domainkey.contoso.com")->required();
    watch->add_option("TYPE", options->type, "A, AAAA, MX, TXT, PTR, CNAME, NS, SOA or TLSA")->required();
    watch->add_option("--expect", options->expected,
                      "Wait for this text of a TXT record; by default for what the zone's own servers say");
    watch
        ->add_option("--resolver", options->resolvers,
                     "Ask this resolver, HOST[:PORT]; may be repeated; by default some well-known public ones")
        ->expected(1)
        ->take_all();
    watch->add_option("--zone-port", options->zonePort, "Port of the zone's own servers")->capture_default_str();
    CLI::Option *wait = watch
                            ->add_option("--wait", options->waitSeconds,
                                         "Ask again until all see it, so many seconds at most (3600 without a number)")
                            ->expected(0, 1)
                            ->check(CLI::Range(1, 7 * 24 * 3600));
    watch->callback([options, wait, &chosen] {
        options->wait = wait->count() > 0;
        if (options->waitSeconds == 0) // what the parser makes of --wait without a number
            options->waitSeconds = kUsualWaitSeconds;
        chosen = [options](Context &context) { return runPropagation(*options, context); };
    });
}

} // namespace relaywright::cli
