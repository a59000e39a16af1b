// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/AccountTokens.h"
#include "app/cli/SayRemarks.h"
#include "app/cli/SendRuns.h"
#include "app/cli/Terminal.h"

#include "core/oauth/AccountBook.h"
#include "core/prove/GraphTest.h"

#include <QJsonArray>

namespace relaywright::cli {

namespace {

constexpr qint64 kMaxAuthorities = 4 << 20;

tl::unexpected<Error> invalid(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

/// The account that signs in, and what is to be sent with it.
Result<GraphTestWish> wishOf(TestRequest request, const BookedAccount &account, const SendOptions &options)
{
    if (account.account.use != TokenUse::Graph)
        return invalid(
            QStringLiteral("The account %1 is for %2. Add one for Microsoft Graph with: relaywright-cli oauth "
                           "login ACCOUNT --method graph.")
                .arg(account.name, toString(account.account.use)));
    const QString user = options.user.empty() ? account.name : QString::fromStdString(options.user);
    const auto mailbox = EmailAddress::parse(user);
    if (!mailbox)
        return invalid(
            QStringLiteral(
                "The account \"%1\" does not have the name of a mailbox. Name the one that sends with --user ADDRESS.")
                .arg(account.name));
    GraphTestWish wish{.request = std::move(request), .mailbox = *mailbox, .cloud = account.account.cloud};
    wish.saveToSentItems = !options.noSentCopy;
    if (!options.graphService.empty()) {
        wish.service = QUrl(QString::fromStdString(options.graphService), QUrl::StrictMode);
        if (const auto service = GraphService::at(*wish.service); !service)
            return tl::unexpected<Error>(service.error());
    }
    if (!options.caFile.empty()) {
        const auto authorities = readFile(QString::fromStdString(options.caFile), kMaxAuthorities);
        if (!authorities)
            return tl::unexpected<Error>(authorities.error());
        wish.authoritiesPem = *authorities;
    }
    return wish;
}

QJsonObject troubleJson(const GraphTrouble &trouble)
{
    QJsonObject json{{QStringLiteral("kind"), toString(trouble.kind)}, {QStringLiteral("title"), trouble.title},
                     {QStringLiteral("cause"), trouble.cause},         {QStringLiteral("remedy"), trouble.remedy},
                     {QStringLiteral("status"), trouble.status},       {QStringLiteral("code"), trouble.code},
                     {QStringLiteral("message"), trouble.message},     {QStringLiteral("requestId"), trouble.requestId},
                     {QStringLiteral("entry"), trouble.entryId}};
    if (trouble.wait)
        json.insert(QStringLiteral("waitSeconds"), static_cast<qint64>(trouble.wait->count()));
    return json;
}

/// One message through Graph. Belongs to the context.
class GraphSending : public QObject {
public:
    GraphSending(GraphTestWish wish, QString account, Context &context)
        : QObject(&context), m_context(context), m_wish(std::move(wish)), m_account(std::move(account))
    {
    }

    void start()
    {
        onInterrupt(this, [this] {
            m_context.complain(
                QStringLiteral("It was interrupted. What had been handed over may be sent all the same."));
            m_context.finish(Environment);
        });
        m_tokens.get(m_account, this, [this](const Result<Secret> &token) {
            if (!token)
                return m_context.finish(m_context.fail(token.error()));
            open(*token);
        });
    }

private:
    void open(const Secret &token)
    {
        m_test = std::make_unique<GraphTest>(m_wish, token, m_context.clock, m_context.knowledge);
        connect(m_test.get(), &GraphTest::composed, this, [this](quint64 octets) {
            m_context.say(QStringLiteral("%1 sends %2 octets through Microsoft Graph.")
                              .arg(m_wish.mailbox.toString())
                              .arg(octets));
        });
        connect(m_test.get(), &GraphTest::answered, this, [this](GraphStep step, int status) {
            m_context.say(QStringLiteral("%1  %2").arg(
                toString(step).leftJustified(18), status > 0 ? QString::number(status) : QStringLiteral("no answer")));
            m_steps.append(QJsonObject{{QStringLiteral("step"), toString(step)}, {QStringLiteral("status"), status}});
        });
        connect(m_test.get(), &GraphTest::failedToStart, this,
                [this](const Error &error) { m_context.finish(m_context.fail(error)); });
        connect(m_test.get(), &GraphTest::finished, this, &GraphSending::report);
        m_test->start();
    }

    void report(const GraphTestResult &result)
    {
        sayRemarks(result.remarks, m_context);
        QJsonArray recipients;
        for (const EmailAddress &one : m_wish.request.envelope.recipients)
            recipients.append(one.toString());
        QJsonObject document{{QStringLiteral("schema"), QStringLiteral("relaywright.send-graph/1")},
                             {QStringLiteral("accepted"), result.accepted()},
                             {QStringLiteral("mailbox"), m_wish.mailbox.toString()},
                             {QStringLiteral("recipients"), recipients},
                             {QStringLiteral("messageId"), result.messageId},
                             {QStringLiteral("octets"), static_cast<qint64>(result.octets)},
                             {QStringLiteral("steps"), m_steps},
                             {QStringLiteral("remarks"), toJson(result.remarks)}};
        int code = Done;
        if (const auto *sent = std::get_if<GraphSent>(&result.outcome))
            saySent(*sent, result, document);
        else
            code = sayTrouble(std::get<GraphTrouble>(result.outcome), document);
        m_context.print(document);
        m_context.finish(code);
    }

    void saySent(const GraphSent &sent, const GraphTestResult &result, QJsonObject &document)
    {
        for (const QString &remark : sent.remarks)
            m_context.say(remark);
        m_context.say(
            QStringLiteral("Microsoft Graph took the message (request %1). That is no proof of delivery: Exchange "
                           "Online delivers or bounces it.")
                .arg(sent.requestId));
        TestRecord known{.request = m_wish.request};
        known.messageId = result.messageId;
        if (const QString trace = traceCommand(known); !trace.isEmpty())
            m_context.say(QStringLiteral("find it:   %1").arg(trace));
        document.insert(QStringLiteral("requestId"), sent.requestId);
        document.insert(QStringLiteral("changes"), QJsonArray::fromStringList(sent.remarks));
    }

    /// A refusal is an answer; no answer, and a service that asks for a pause, are none.
    int sayTrouble(const GraphTrouble &trouble, QJsonObject &document)
    {
        m_context.complain(trouble.sentence());
        document.insert(QStringLiteral("trouble"), troubleJson(trouble));
        const bool isAnswer =
            trouble.kind == GraphTrouble::Kind::SignInRefused || trouble.kind == GraphTrouble::Kind::MessageRefused;
        return isAnswer ? AnswerIsNo : Environment;
    }

    Context &m_context;
    GraphTestWish m_wish;
    QString m_account;
    KeychainSecretStore m_keychain;
    AccountTokens m_tokens{m_context, m_keychain};
    std::unique_ptr<GraphTest> m_test;
    QJsonArray m_steps;
};

} // namespace

std::optional<int> runGraph(TestRequest request, const SendOptions &options, Context &context)
{
    if (options.account.empty())
        return context.fail({ErrorKind::InvalidInput,
                             QStringLiteral("Microsoft Graph takes access tokens only. Name an account with --account; "
                                            "\"relaywright-cli oauth status\" lists them.")});
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return context.fail(book.error());
    const QString name = QString::fromStdString(options.account);
    const BookedAccount *account = findAccount(*book, name);
    if (!account)
        return context.fail(noSuchAccount(name));
    auto wish = wishOf(std::move(request), *account, options);
    if (!wish)
        return context.fail(wish.error());
    (new GraphSending(std::move(*wish), name, context))->start();
    return std::nullopt;
}

} // namespace relaywright::cli
