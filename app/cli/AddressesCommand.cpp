// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/site/SiteDocument.h"
#include "core/verify/AddressExistence.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct AddressesOptions {
    std::string site;
    std::string server;
    std::string from;
};

QJsonObject toJson(const AddressAnswer &answer)
{
    return {{QStringLiteral("address"), answer.question.address.toString()},
            {QStringLiteral("uses"), QJsonArray::fromStringList(answer.question.uses)},
            {QStringLiteral("verdict"), toString(answer.verdict)},
            {QStringLiteral("seen"), answer.seen},
            {QStringLiteral("sentence"), answer.sentence},
            {QStringLiteral("reached"), answer.reached}};
}

/// One round of questions; ends the program through the context, which owns it.
class AddressesRun : public QObject {
public:
    AddressesRun(std::vector<AddressQuestion> questions, AddressExistenceSettings settings,
                 std::unique_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_context(context), m_dns(std::move(dns)),
          m_existence(std::move(questions), std::move(settings), *m_dns)
    {
        connect(&m_existence, &AddressExistence::answered, this, &AddressesRun::onAnswer);
        connect(&m_existence, &AddressExistence::finished, this, &AddressesRun::report);
    }

    void start()
    {
        onInterrupt(this, [this] {
            m_interrupted = true;
            m_existence.cancel();
        });
        m_existence.start();
    }

private:
    void onAnswer(const AddressAnswer &answer)
    {
        m_anyIsUnknown = m_anyIsUnknown || answer.verdict == AddressAnswer::Verdict::Unknown;
        m_allAreReached = m_allAreReached && answer.reached;
        m_rows.append(toJson(answer));
        m_context.say(QStringLiteral("%1 %2 (%3)")
                          .arg(toString(answer.verdict).leftJustified(12), answer.question.address.toString(),
                               answer.question.uses.join(QLatin1String(", "))));
        m_context.say(QString(13, u' ') + answer.sentence);
        if (!answer.seen.isEmpty())
            m_context.say(QString(13, u' ') + answer.seen);
    }

    void report()
    {
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.addresses/1")},
                         {QStringLiteral("interrupted"), m_interrupted},
                         {QStringLiteral("addresses"), m_rows}});
        m_context.finish(exitCode());
    }

    /// One that does not exist is an answer, whatever became of the others.
    [[nodiscard]] int exitCode() const
    {
        if (m_interrupted)
            return Environment;
        if (m_anyIsUnknown)
            return AnswerIsNo;
        return m_allAreReached ? Done : Environment;
    }

    Context &m_context;
    std::unique_ptr<Resolver> m_dns;
    AddressExistence m_existence;
    QJsonArray m_rows;
    bool m_anyIsUnknown = false;
    bool m_allAreReached = true;
    bool m_interrupted = false;
};

Result<AddressExistenceSettings> settingsOf(const AddressesOptions &options)
{
    AddressExistenceSettings settings;
    if (!options.server.empty()) {
        const auto server = Endpoint::parse(QString::fromStdString(options.server), 25);
        if (!server)
            return tl::unexpected(server.error());
        settings.server = *server;
    }
    if (!options.from.empty()) {
        const auto from = EmailAddress::parse(QString::fromStdString(options.from));
        if (!from)
            return tl::unexpected(from.error());
        settings.from = *from;
    }
    return settings;
}

std::optional<int> runAddresses(const AddressesOptions &options, Context &context)
{
    const QString path = QString::fromStdString(options.site);
    const auto content = readFile(path);
    if (!content)
        return context.fail(content.error());
    const auto site = parseSite(*content);
    if (!site)
        return context.fail({site.error().kind, QStringLiteral("%1: %2").arg(path, site.error().detail)});
    auto settings = settingsOf(options);
    if (!settings)
        return context.fail(settings.error());
    auto dns = Resolver::create({.nameservers = context.nameservers});
    if (!dns)
        return context.fail(dns.error());
    auto questions = addressesToCheck(*site);
    if (questions.empty())
        context.say(
            QStringLiteral("No sender of the site has an address yet, so there is nothing to ask for. Enter the "
                           "addresses that they send as."));
    // owned by the context
    (new AddressesRun(std::move(questions), std::move(*settings), std::move(*dns), context))->start();
    return std::nullopt;
}

} // namespace

void addAddressesCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<AddressesOptions>();
    CLI::App *addresses =
        app.add_subcommand("addresses", "Ask by RCPT whether the addresses of a site exist; no message is sent. Exit "
                                        "code 1: one does not; 4: a server could "
                                        "not be reached");
    addresses->footer("A server may take an address and bounce later: \"taken\" is no proof.");
    addresses->add_option("SITE", options->site, "Site document")->required();
    addresses->add_option("--server", options->server, "Ask this server, HOST[:PORT], in place of the MX hosts");
    addresses->add_option("--from", options->from, "Sender to say; the null reverse-path by default");
    addresses->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runAddresses(*options, context); }; });
}

} // namespace relaywright::cli
