// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/base/EmailAddress.h"
#include "core/base/Endpoint.h"
#include "core/relay/Control.h"
#include "core/session/SelfTest.h"

#include <QHostAddress>
#include <QHostInfo>

#include <CLI/CLI.hpp>

#include <deque>
#include <memory>

namespace relaywright::cli {

namespace {

struct SelfTestOptions {
    std::string server;
    std::string from, to;
    std::string only;
    bool confirm = false;
    bool slow = false;
};

/// Every address that the name has must be one that may be attacked: which is taken could change.
Result<std::vector<IpAddress>> addressesOf(const Host &host)
{
    std::vector<IpAddress> addresses;
    if (host.address()) {
        addresses.push_back(*host.address());
    } else {
        for (const QHostAddress &found : QHostInfo::fromName(host.toString()).addresses()) {
            if (auto address = IpAddress::parse(found.toString()))
                addresses.push_back(*address);
        }
    }
    if (addresses.empty())
        return failure(ErrorKind::Unreachable,
                       QStringLiteral("%1 has no address. Name the relay by its address, such as "
                                      "192.168.1.10:25.")
                           .arg(host.toString()));
    for (const IpAddress &address : addresses) {
        if (const auto obstacle = selfTestObstacle(address))
            return failure(ErrorKind::InvalidInput, *obstacle);
    }
    return addresses;
}

Result<SelfTestSettings> settingsFor(const Endpoint &server, const SelfTestOptions &options)
{
    const auto addresses = addressesOf(server.host);
    if (!addresses)
        return tl::unexpected(addresses.error());
    SelfTestSettings settings{.address = addresses->front(),
                              .port = server.port,
                              .slow = options.slow,
                              .only = QString::fromStdString(options.only)};
    for (const auto &[given, place] :
         {std::pair(&options.from, &settings.envelope.sender), std::pair(&options.to, &settings.envelope.recipient)}) {
        if (given->empty())
            continue;
        const auto address = EmailAddress::parse(QString::fromStdString(*given));
        if (!address)
            return tl::unexpected(address.error());
        *place = address->toString().toUtf8();
    }
    return settings;
}

/// A listener on every address is reached on this computer.
Endpoint reachable(Endpoint listener)
{
    if (listener.host.address() && listener.host.address()->isAny())
        listener.host = Host::of(*IpAddress::parse(QStringLiteral("127.0.0.1")));
    return listener;
}

void sayCheck(const SelfTestCheck &check, const Context &context)
{
    static constexpr const char *kWords[] = {"withstood", "NOT withstood", "could not tell"};
    context.say(QStringLiteral("%1  %2").arg(
        QLatin1String(kWords[static_cast<int>(check.verdict)]).toString().leftJustified(14), check.title));
    const auto more = [&context](const char *word, const QString &text) {
        if (!text.isEmpty())
            context.say(QStringLiteral("    %1 %2").arg(QLatin1String(word).toString().leftJustified(5), text));
    };
    more("check", check.id);
    more("sent", check.sent);
    for (const QString &line : check.seen)
        more("seen", line);
    more("so", check.reason);
    more("do", check.remedy);
}

/// One listener after another; ends the program through the context, which owns it.
class SelfTestRun : public QObject {
public:
    SelfTestRun(SelfTestOptions options, Context &context)
        : QObject(&context), m_context(context), m_options(std::move(options))
    {
    }

    void start(const QString &control)
    {
        onInterrupt(this, [this] {
            m_context.complain(QStringLiteral("Stopped."));
            m_context.finish(Environment);
        });
        if (!m_options.server.empty()) {
            const auto server = Endpoint::parse(QString::fromStdString(m_options.server), 25);
            if (!server)
                return m_context.finish(m_context.fail(server.error()));
            return take({*server});
        }
        (new ControlClient(control, this))->status(this, [this](const Result<RelayStatus> &status) {
            if (!status)
                return m_context.finish(m_context.fail(status.error()));
            std::vector<Endpoint> listeners;
            for (const QString &text : status->listeners) {
                if (const auto listener = Endpoint::parse(text))
                    listeners.push_back(reachable(*listener));
            }
            take(listeners);
        });
    }

private:
    void take(const std::vector<Endpoint> &servers)
    {
        int connections = 0;
        bool consent = false;
        for (const Endpoint &server : servers) {
            auto settings = settingsFor(server, m_options);
            if (!settings)
                return m_context.finish(m_context.fail(settings.error()));
            connections += selfTestConnections(*settings);
            consent = consent || selfTestNeedsConsent(settings->address);
            m_waiting.push_back(*settings);
        }
        if (m_waiting.empty())
            return m_context.finish(m_context.fail(
                {ErrorKind::NotFound, QStringLiteral("The relay has no listener. Check its configuration.")}));
        const SelfTestSettings &first = m_waiting.front();
        QStringList names;
        for (const Endpoint &server : servers)
            names += server.toString();
        const QString plan =
            QStringLiteral(
                "Attacks %1: at most %2 connections, one after another and no more than %3 a second%4. Nothing is "
                "delivered by a relay that withstands; one that does not may keep messages for %5.")
                .arg(names.join(QLatin1String(", ")))
                .arg(connections)
                .arg(1000 / first.pace.count())
                .arg(m_options.slow ? QStringLiteral(", and up to ten minutes of waiting for each listener")
                                    : QString(),
                     QString::fromUtf8(first.envelope.recipient));
        if (!consent || m_options.confirm)
            m_context.say(plan);
        else if (!mayGoOn(plan))
            return;
        next();
    }

    bool mayGoOn(const QString &plan)
    {
        if (m_context.json || !standardInputIsTerminal()) {
            m_context.complain(plan);
            m_context.complain(
                QStringLiteral("This is not the loopback address, so give --confirm if it is your own relay."));
            m_context.finish(WrongUsage);
            return false;
        }
        m_context.say(plan);
        if (askYes(QStringLiteral("Is it your own relay, and shall it be attacked? [y/N] ")))
            return true;
        m_context.finish(AnswerIsNo);
        return false;
    }

    void next()
    {
        if (m_waiting.empty())
            return end();
        m_test = std::make_unique<SelfTest>(m_waiting.front());
        m_waiting.pop_front();
        connect(m_test.get(), &SelfTest::checkDone, this,
                [this](const SelfTestCheck &check) { sayCheck(check, m_context); });
        connect(
            m_test.get(), &SelfTest::finished, this,
            [this](const Result<SelfTestReport> &report) {
                if (!report)
                    return m_context.finish(m_context.fail(report.error()));
                m_reports.push_back(*report);
                sayEnd(*report);
                next();
            },
            Qt::QueuedConnection); // it takes the place of the one that tells this
        m_test->start();
    }

    void sayEnd(const SelfTestReport &report) const
    {
        m_context.say(QStringLiteral("\n%1: %2 withstood, %3 not withstood, %4 could not be told.")
                          .arg(report.server)
                          .arg(report.count(AttackVerdict::Withstood))
                          .arg(report.count(AttackVerdict::NotWithstood))
                          .arg(report.count(AttackVerdict::CouldNotTell)));
        if (report.messagesLeft > 0)
            m_context.say(QStringLiteral("It took messages of this test for %1; delete them from its queue.")
                              .arg(m_options.to.empty() ? QStringLiteral("selftest@example.invalid")
                                                        : QString::fromStdString(m_options.to)));
    }

    void end()
    {
        const QJsonObject document = toJson(m_reports);
        m_context.print(document);
        m_context.finish(document.value(QLatin1String("withstood")).toBool() ? Done : AnswerIsNo);
    }

    Context &m_context;
    SelfTestOptions m_options;
    std::deque<SelfTestSettings> m_waiting;
    std::unique_ptr<SelfTest> m_test;
    std::vector<SelfTestReport> m_reports;
};

} // namespace

void addSelfTestCommand(CLI::App &relay, const std::shared_ptr<const std::string> &control, Command &chosen)
{
    const auto options = std::make_shared<SelfTestOptions>();
    CLI::App *command =
        relay.add_subcommand("selftest", "Attack the running relay, or a listener that is named, and report");
    command->footer(
        "Open relay, smuggling, STARTTLS injection, sign-in in the clear, chunks, grammar and state. Ends with 1 when "
        "one is not "
        "withstood. Public addresses are refused. Failed sign-ins of this test show in the relay's journal.");
    command->add_option("SERVER", options->server, "HOST:PORT; by default every listener of the running relay");
    command->add_flag("--confirm", options->confirm, "Yes, it is my own relay: needed for anything but loopback");
    command->add_flag("--slow", options->slow, "The attacks that take minutes, too");
    command->add_option("--only", options->only, "One check, such as smuggling.nul, or one group, such as smuggling");
    command->add_option("--from", options->from, "A sender that the relay takes; selftest@example.invalid by default");
    command->add_option("--to", options->to, "A recipient that the relay takes; selftest@example.invalid by default");
    command->callback([options, control, &chosen] {
        chosen = [options, control](Context &context) -> std::optional<int> {
            (new SelfTestRun(*options, context))->start(QString::fromStdString(*control)); // owned by the context
            return context.finishedWith();
        };
    });
}

} // namespace relaywright::cli
