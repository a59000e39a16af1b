// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/knowledge/Knowledge.h"
#include "core/rehearsal/PracticeServer.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "core/site/SiteDocument.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTime>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct RehearseOptions {
    std::string method = "client-submission";
    std::string listen = "127.0.0.1:0";
    std::vector<std::string> accounts;
    std::string caOut;
    std::string today;
    bool rejectDirectSend = false;
    std::string site;
};

/// The time of day as it is, on a day that was asked for.
class DayClock final : public Clock {
public:
    explicit DayClock(std::optional<QDate> day) : m_day(day) {}
    [[nodiscard]] TimePoint now() const override
    {
        const TimePoint now = SystemClock().now();
        return m_day ? fromDateTime(QDateTime(*m_day, toDateTime(now).time(), Qt::UTC)) : now;
    }

private:
    std::optional<QDate> m_day;
};

struct AccountWish {
    QString user;
    SecretRef password;
};

Result<AccountWish> parseAccount(const std::string &text)
{
    const QString given = QString::fromStdString(text);
    const qsizetype equals = given.indexOf(u'=');
    if (equals <= 0)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("Write an account as USER=REF, such as scanner@contoso.com=env:PASSWORD. "
                                      "The part after the = says where its password is kept."));
    auto ref = SecretRef::parse(given.mid(equals + 1));
    if (!ref)
        return tl::unexpected(ref.error());
    return AccountWish{given.left(equals), *ref};
}

/// What the practice tenant takes from a site: domains and switches; unknown counts as Exchange Online's default.
Result<PracticeTenant> tenantOf(const RehearseOptions &options, const Knowledge &knowledge)
{
    PracticeTenant tenant;
    tenant.rejectDirectSend = options.rejectDirectSend;
    tenant.basicAuthOffFrom = knowledge.date(QStringLiteral("smtp-auth.basic.off-by-default"));
    tenant.connectorNetworks = {*IpNetwork::parse(QStringLiteral("127.0.0.0/8")),
                                *IpNetwork::parse(QStringLiteral("::1"))};
    if (options.site.empty())
        return tenant;
    const auto content = readFile(QString::fromStdString(options.site));
    if (!content)
        return tl::unexpected(content.error());
    const auto site = parseSite(*content);
    if (!site)
        return tl::unexpected(site.error());
    tenant.acceptedDomains = site->organisation.acceptedDomains;
    tenant.smtpAuthDisabled = site->organisation.smtpAuthDisabled == YesNo::Yes;
    tenant.securityDefaults = site->organisation.securityDefaults == YesNo::Yes;
    tenant.rejectDirectSend = options.rejectDirectSend || site->organisation.rejectDirectSend == YesNo::Yes;
    for (const Network &network : site->networks)
        tenant.connectorNetworks.insert(tenant.connectorNetworks.end(), network.egress.begin(), network.egress.end());
    return tenant;
}

/// Gathers the passwords one after another, then serves until it is interrupted.
class Rehearsal : public QObject {
public:
    Rehearsal(PracticeSettings settings, std::vector<AccountWish> wishes, std::optional<QDate> day, QString caOut,
              Context &context)
        : QObject(&context), m_context(context), m_settings(std::move(settings)), m_wishes(std::move(wishes)),
          m_clock(day), m_caOut(std::move(caOut))
    {
    }

    void start()
    {
        if (m_settings.tenant.accounts.size() < m_wishes.size())
            return fetchNextPassword();
        if (m_wishes.empty())
            makeUpAccount();
        serve();
    }

private:
    void fetchNextPassword()
    {
        const AccountWish &wish = m_wishes[m_settings.tenant.accounts.size()];
        resolveSecret(wish.password, m_keychain, this, [this, user = wish.user](Result<Secret> secret) {
            if (!secret)
                return m_context.finish(m_context.fail(secret.error()));
            PracticeAccount account;
            account.user = user;
            account.password = *secret;
            m_settings.tenant.accounts.push_back(std::move(account));
            start();
        });
    }

    void makeUpAccount()
    {
        const auto &domains = m_settings.tenant.acceptedDomains;
        m_madeUpUser =
            QStringLiteral("scanner@") + (domains.empty() ? QStringLiteral("contoso.com") : domains.front().toAscii());
        m_madeUpPassword = QString::number(QRandomGenerator::system()->generate64(), 36);
        PracticeAccount account;
        account.user = m_madeUpUser;
        account.password = Secret::fromText(m_madeUpPassword);
        m_settings.tenant.accounts.push_back(std::move(account));
    }

    void serve()
    {
        const PracticeMethod method = m_settings.method;
        m_server = std::make_unique<PracticeServer>(std::move(m_settings), m_clock);
        if (const auto started = m_server->start(); !started)
            return m_context.finish(m_context.fail(started.error()));
        if (!m_caOut.isEmpty()) {
            if (const auto written = writeFile(m_caOut, m_server->authorityPem()); !written)
                return m_context.finish(m_context.fail(written.error()));
        }
        connect(m_server.get(), &PracticeServer::messageReceived, this, [this](const ReceivedMessage &message) {
            m_context.say(QStringLiteral("received: %1 octets from %2, message %3")
                              .arg(message.octets)
                              .arg(toPath(message.envelope.sender), message.messageId));
        });
        announce(method);
        onInterrupt(this, [this] {
            m_server->stop();
            m_context.finish(Done);
        });
    }

    void announce(PracticeMethod method)
    {
        m_context.say(QStringLiteral("listening: %1").arg(m_server->address().toString()));
        m_context.say(QStringLiteral("method: %1").arg(toString(method)));
        m_context.say(m_caOut.isEmpty() ? QStringLiteral("ca: (made at start; --ca-out FILE saves it)\n%1")
                                              .arg(QString::fromLatin1(m_server->authorityPem()).trimmed())
                                        : QStringLiteral("ca: %1").arg(m_caOut));
        if (!m_madeUpUser.isEmpty())
            m_context.say(QStringLiteral("account: %1 password %2").arg(m_madeUpUser, m_madeUpPassword));
        m_context.say(
            QStringLiteral("This is a practice Exchange Online; nothing leaves this computer. Ctrl+C ends it."));
        QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.rehearse/1")},
                         {QStringLiteral("listening"), m_server->address().toString()},
                         {QStringLiteral("method"), toString(method)},
                         {QStringLiteral("caPem"), QString::fromLatin1(m_server->authorityPem())}};
        if (!m_madeUpUser.isEmpty())
            json.insert(QStringLiteral("account"), QJsonObject{{QStringLiteral("user"), m_madeUpUser},
                                                               {QStringLiteral("password"), m_madeUpPassword}});
        m_context.print(json);
    }

    Context &m_context;
    PracticeSettings m_settings;
    std::vector<AccountWish> m_wishes;
    DayClock m_clock;
    QString m_caOut;
    QString m_madeUpUser;
    QString m_madeUpPassword; // of the practice server only, made to be shown
    KeychainSecretStore m_keychain;
    std::unique_ptr<PracticeServer> m_server;
};

Result<std::optional<QDate>> dayOf(const std::string &text)
{
    if (text.empty())
        return std::optional<QDate>();
    const QDate day = QDate::fromString(QString::fromStdString(text), Qt::ISODate);
    if (!day.isValid())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" is not a date. Write it as 2027-01-05.").arg(QString::fromStdString(text)));
    return std::optional<QDate>(day);
}

std::optional<int> runRehearse(const RehearseOptions &options, Context &context)
{
    const auto method = parsePracticeMethod(QString::fromStdString(options.method));
    if (!method)
        return context.fail({ErrorKind::InvalidInput,
                             QStringLiteral("--method must be client-submission, direct-send or connector-relay.")});
    const auto listen = Endpoint::parse(QString::fromStdString(options.listen));
    if (!listen)
        return context.fail(listen.error());
    const auto day = dayOf(options.today);
    if (!day)
        return context.fail(day.error());
    auto tenant = tenantOf(options, context.knowledge);
    if (!tenant)
        return context.fail(tenant.error());
    std::vector<AccountWish> wishes;
    for (const std::string &text : options.accounts) {
        auto wish = parseAccount(text);
        if (!wish)
            return context.fail(wish.error());
        wishes.push_back(std::move(*wish));
    }
    PracticeSettings settings{*method, *listen, std::move(*tenant), std::nullopt};
    (new Rehearsal(std::move(settings), std::move(wishes), *day, QString::fromStdString(options.caOut), context))
        ->start();
    return std::nullopt;
}

} // namespace

void addRehearseCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<RehearseOptions>();
    CLI::App *rehearse = app.add_subcommand("rehearse", "A practice Exchange Online on this computer");
    rehearse->add_option("--method", options->method, "client-submission, direct-send or connector-relay")
        ->capture_default_str();
    rehearse->add_option("--listen", options->listen, "HOST:PORT; port 0 takes any free one")->capture_default_str();
    rehearse->add_option("--account", options->accounts, "USER=REF, a mailbox that may sign in; may be repeated")
        ->expected(1)
        ->take_all();
    rehearse->add_option("--ca-out", options->caOut, "Save the certificate authority that clients must trust");
    rehearse->add_option("--today", options->today, "Behave as on this day, YYYY-MM-DD");
    rehearse->add_flag("--reject-direct-send", options->rejectDirectSend, "The tenant refuses direct send");
    rehearse->add_option("SITE", options->site, "Take domains and switches from this *.relaywright file");
    rehearse->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runRehearse(*options, context); }; });
}

} // namespace relaywright::cli
