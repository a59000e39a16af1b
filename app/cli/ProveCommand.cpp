// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/AccountTokens.h"
#include "app/cli/Context.h"
#include "app/cli/SayClaims.h"
#include "app/cli/SayDiagnosis.h"
#include "app/cli/Terminal.h"
#include "app/cli/TokenFetch.h"

#include "core/graph/GraphService.h"
#include "core/prove/SetUpProof.h"
#include "core/secrets/KeychainSecretStore.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <utility>

namespace relaywright::cli {

namespace {

constexpr qint64 kMaxAuthorities = 4 << 20;

struct ProveOptions {
    std::string name;
    std::string mailbox;
    std::string server;
    std::string to;
    std::string graphService;
    std::string caFile;
    std::string changed;
    bool wait = false;
};

Result<std::optional<EmailAddress>> addressOf(const std::string &option, const char *name)
{
    if (option.empty())
        return std::optional<EmailAddress>();
    const auto address = EmailAddress::parse(QString::fromStdString(option));
    if (!address)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1: %2").arg(QLatin1String(name), address.error().detail));
    return std::optional(*address);
}

/// What the options say of the server that takes the mail.
Result<void> takeServer(ProofWish &wish, const ProveOptions &options)
{
    const auto to = addressOf(options.to, "--to");
    if (!to)
        return tl::unexpected<Error>(to.error());
    if (auto *graph = std::get_if<ProofByGraph>(&wish.way)) {
        if (!options.server.empty())
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("This account sends through Microsoft Graph, so --server does not apply. Another "
                               "service than Microsoft's is named with --graph-service."));
        if (*to)
            graph->recipient = **to;
        if (options.graphService.empty())
            return {};
        graph->service = QUrl(QString::fromStdString(options.graphService), QUrl::StrictMode);
        const auto service = GraphService::at(*graph->service);
        return service ? Result<void>() : tl::unexpected<Error>(service.error());
    }
    if (*to || !options.graphService.empty())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("--to and --graph-service are for accounts that send through Microsoft Graph. This one "
                           "proves itself by signing in, and no message is sent."));
    if (options.server.empty())
        return {};
    const auto server = Endpoint::parse(QString::fromStdString(options.server));
    if (!server)
        return failure(ErrorKind::InvalidInput, QStringLiteral("--server: %1").arg(server.error().detail));
    std::get<ProofBySmtp>(wish.way).server = *server;
    return {};
}

Result<ProofWish> wishOf(const BookedAccount &account, const ProveOptions &options, const Context &context)
{
    const auto mailbox = addressOf(options.mailbox, "--mailbox");
    if (!mailbox)
        return tl::unexpected<Error>(mailbox.error());
    auto wish = proofOf(account, *mailbox, context.knowledge);
    if (!wish)
        return wish;
    if (const auto taken = takeServer(*wish, options); !taken)
        return tl::unexpected<Error>(taken.error());
    const auto changed = permissionsChange(options.changed);
    if (!changed)
        return tl::unexpected<Error>(changed.error());
    wish->changedAt = *changed;
    wish->patient = options.wait;
    if (!options.caFile.empty()) {
        const auto authorities = readFile(QString::fromStdString(options.caFile), kMaxAuthorities);
        if (!authorities)
            return tl::unexpected<Error>(authorities.error());
        wish->authoritiesPem = *authorities;
    }
    return wish;
}

QString timeWords(TimePoint moment)
{
    return toDateTime(moment).toLocalTime().toString(QStringLiteral("HH:mm:ss"));
}

/// One proof. Belongs to the context.
class Proving : public QObject {
public:
    Proving(BookedAccount account, ProofWish wish, Context &context)
        : QObject(&context), m_context(context), m_booked(std::move(account)), m_tokens(context, m_keychain),
          m_need(needOf(wish.mailbox.toString(), wish.account)), m_proof(std::move(wish), m_tokens.keeping(), {})
    {
        connect(&m_proof, &SetUpProof::stepBegan, this, [this](ProofStep step) { onStep(step); });
        connect(&m_proof, &SetUpProof::waits, this,
                [this](const ProofFinding &finding, TimePoint next) { onWait(finding, next); });
        connect(&m_proof, &SetUpProof::finished, this, [this](const ProofFinding &finding) { report(finding, false); });
    }

    void start()
    {
        onInterrupt(this, [this] {
            if (m_last)
                return report(*m_last, true);
            m_context.finish(Environment);
        });
        m_proof.start();
    }

private:
    void onStep(ProofStep step)
    {
        if (step == ProofStep::Token)
            ++m_tries;
    }

    void onWait(const ProofFinding &finding, TimePoint next)
    {
        m_last = finding;
        m_context.say(QStringLiteral("%1: %2").arg(toString(finding.end), finding.sentence));
        m_context.say(QStringLiteral("  Trying again at %1, and until %2 at most. Ctrl+C ends it.")
                          .arg(timeWords(next), timeWords(m_proof.until())));
    }

    void report(const ProofFinding &finding, bool interrupted)
    {
        QJsonObject document{{QStringLiteral("schema"), QStringLiteral("relaywright.oauth/1")},
                             {QStringLiteral("action"), QStringLiteral("prove")},
                             {QStringLiteral("name"), m_booked.name},
                             {QStringLiteral("end"), toString(finding.end)},
                             {QStringLiteral("step"), toString(finding.step)},
                             {QStringLiteral("sentence"), finding.sentence},
                             {QStringLiteral("tries"), m_tries},
                             {QStringLiteral("interrupted"), interrupted},
                             {QStringLiteral("until"), toDateTime(m_proof.until()).toUTC().toString(Qt::ISODate)}};
        if (finding.claims)
            sayClaims(*finding.claims, m_need, m_context, document);
        finding.end == ProofFinding::End::Proven ? m_context.say(finding.sentence) : sayTrouble(finding, document);
        m_context.print(document);
        m_context.finish(codeOf(finding.end));
    }

    void sayTrouble(const ProofFinding &finding, QJsonObject &document)
    {
        if (!finding.diagnosis || m_context.json) // which says it, too
            m_context.complain(finding.sentence);
        if (finding.tokenTrouble)
            document.insert(QStringLiteral("trouble"), troubleJson(*finding.tokenTrouble));
        if (finding.diagnosis) {
            sayDiagnosis(*finding.diagnosis, m_context);
            document.insert(QStringLiteral("diagnosis"), toJson(*finding.diagnosis));
        }
        if (finding.end == ProofFinding::End::NotYet && !m_waits)
            m_context.say(
                QStringLiteral("Rights that were given just now may not have spread yet: %1 Try again later, or with "
                               "--wait, which does it until %2.")
                    .arg(m_context.knowledge.fact(QStringLiteral("oauth.propagation")).statement,
                         timeWords(m_proof.until())));
    }

    [[nodiscard]] static int codeOf(ProofFinding::End end)
    {
        if (end == ProofFinding::End::Proven)
            return Done;
        return end == ProofFinding::End::NoAnswer ? Environment : AnswerIsNo;
    }

    Context &m_context;
    BookedAccount m_booked;
    KeychainSecretStore m_keychain;
    AccountTokens m_tokens;
    TokenNeed m_need;
    bool m_waits;
    SetUpProof m_proof;
    std::optional<ProofFinding> m_last;
    int m_tries = 0;
};

std::optional<int> runProve(const ProveOptions &options, Context &context)
{
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return context.fail(book.error());
    const QString name = QString::fromStdString(options.name);
    const BookedAccount *account = findAccount(*book, name);
    if (!account)
        return context.fail(noSuchAccount(name));
    auto wish = wishOf(*account, options, context);
    if (!wish)
        return context.fail(wish.error());
    (new Proving(*account, std::move(*wish), context))->start();
    return std::nullopt;
}

} // namespace

void addProveCommand(CLI::App &oauth, Command &chosen)
{
    const auto options = std::make_shared<ProveOptions>();
    CLI::App *prove = oauth.add_subcommand(
        "prove",
        "Show that an account can send: get a token, look at it, and sign in with it; through Graph a short message is "
        "sent");
    prove->add_option("ACCOUNT", options->name)->required();
    prove->add_option("--mailbox", options->mailbox, "The mailbox that signs in, where the account has another name");
    prove->add_option("--server", options->server, "HOST:PORT in place of Microsoft's server");
    prove->add_option("--to", options->to,
                      "Who gets the message of an account for Graph; the mailbox itself by default");
    prove->add_option("--graph-service", options->graphService, "Another Graph than Microsoft's: https://HOST:PORT");
    prove->add_option("--ca-file", options->caFile,
                      "Authorities (PEM) that are trusted besides the system's by server and Graph");
    prove->add_option("--permissions-changed", options->changed,
                      "When rights were given last, such as 2026-11-22T10:00:00Z; just now by default");
    prove->add_flag("--wait", options->wait,
                    "Try again while rights may not have spread yet, for two hours after they were given at most");
    prove->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runProve(*options, context); }; });
}

} // namespace relaywright::cli
