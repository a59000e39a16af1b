// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/AccountTokens.h"
#include "app/cli/SayRemarks.h"
#include "app/cli/SendRuns.h"
#include "app/cli/SendVerdict.h"
#include "app/cli/Terminal.h"

#include "core/oauth/AccountBook.h"
#include "core/prove/GraphTest.h"

#include <QJsonArray>

namespace relaywright::cli {

namespace {

/// What is to be sent with `account`, and where to.
struct GraphJob {
    TestRequest request;
    GraphService service;
};

Result<GraphJob> jobOf(TestRequest request, const BookedAccount &account, const SendOptions &options,
                       const Knowledge &knowledge)
{
    if (account.account.use != TokenUse::Graph)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The account %1 is for %2. Add one for Microsoft Graph with: relaywright-cli oauth "
                           "login ACCOUNT --method graph.")
                .arg(account.name, toString(account.account.use)));
    // Of an earlier test what it said stays, unless an option says otherwise.
    const QString earlier = request.graph ? request.graph->mailbox.toString() : account.name;
    const auto mailbox = EmailAddress::parse(options.user.empty() ? earlier : QString::fromStdString(options.user));
    if (!mailbox)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral(
                "The account \"%1\" does not have the name of a mailbox. Name the one that sends with --user ADDRESS.")
                .arg(account.name));
    TestByGraph way{.mailbox = *mailbox, .saveToSentItems = !options.noSentCopy};
    if (request.graph) {
        way.service = request.graph->service;
        way.saveToSentItems = request.graph->saveToSentItems && !options.noSentCopy;
    }
    if (!options.graphService.empty())
        way.service = QUrl(QString::fromStdString(options.graphService), QUrl::StrictMode);
    const auto service = graphServiceOf(way, account.account.cloud, knowledge);
    if (!service)
        return tl::unexpected<Error>(service.error());
    request.account = account.name;
    request.connection.smtp.credentials.reset(); // --user named the mailbox
    request.graph = way;
    return GraphJob{std::move(request), *service};
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
    GraphSending(GraphJob job, SendOptions options, Context &context)
        : QObject(&context), m_context(context), m_job(std::move(job)), m_options(std::move(options))
    {
    }

    void start()
    {
        onInterrupt(this, [this] {
            if (m_test)
                return m_test->cancel();
            m_context.complain(QStringLiteral("It was interrupted. Nothing was sent."));
            m_context.finish(Environment);
        });
        m_tokens.get(m_job.request.account, this, [this](const Result<Secret> &token) {
            if (!token)
                return m_context.finish(m_context.fail(token.error()));
            open(*token);
        });
    }

private:
    void open(const Secret &token)
    {
        m_test = std::make_unique<GraphTest>(m_job.request, m_job.service, token, m_context.clock, m_context.knowledge);
        connect(m_test.get(), &GraphTest::composed, this, [this](quint64 octets) {
            m_context.say(QStringLiteral("%1 sends %2 octets through Microsoft Graph.")
                              .arg(m_job.request.graph->mailbox.toString())
                              .arg(octets));
        });
        connect(m_test.get(), &GraphTest::lineAdded, this,
                [this](const TranscriptLine &line) { m_context.say(toText(line)); });
        connect(m_test.get(), &GraphTest::answered, this, [this](GraphStep step, int status) {
            m_steps.append(QJsonObject{{QStringLiteral("step"), toString(step)}, {QStringLiteral("status"), status}});
        });
        connect(m_test.get(), &GraphTest::failedToStart, this,
                [this](const Error &error) { m_context.finish(m_context.fail(error)); });
        connect(m_test.get(), &GraphTest::finished, this, &GraphSending::report);
        m_test->start();
    }

    void report(const TestRecord &record)
    {
        sayRemarks(m_test->remarks(), m_context);
        QJsonArray recipients;
        for (const EmailAddress &one : record.request.envelope.recipients)
            recipients.append(one.toString());
        QJsonObject document{{QStringLiteral("schema"), QStringLiteral("relaywright.send-graph/1")},
                             {QStringLiteral("accepted"), record.accepted()},
                             {QStringLiteral("mailbox"), record.request.graph->mailbox.toString()},
                             {QStringLiteral("recipients"), recipients},
                             {QStringLiteral("messageId"), record.messageId},
                             {QStringLiteral("octets"), static_cast<qint64>(record.messageOctets)},
                             {QStringLiteral("steps"), m_steps},
                             {QStringLiteral("remarks"), toJson(m_test->remarks())}};
        const int code = sayOutcome(record, document);
        m_context.print(document);
        const bool saved = saveTest(record, m_options, m_context);
        m_context.finish(saved ? code : Environment);
    }

    int sayOutcome(const TestRecord &record, QJsonObject &document)
    {
        const auto &outcome = m_test->outcome();
        if (!outcome) {
            const bool inDoubt = record.transaction && record.transaction->inDoubt;
            m_context.complain(
                inDoubt ? QStringLiteral("It was interrupted. What had been handed over may be sent all the same.")
                        : QStringLiteral("It was interrupted. Nothing was sent."));
            return Environment;
        }
        if (const auto *trouble = std::get_if<GraphTrouble>(&*outcome))
            return sayTrouble(*trouble, document);
        saySent(std::get<GraphSent>(*outcome), record, document);
        return Done;
    }

    void saySent(const GraphSent &sent, const TestRecord &record, QJsonObject &document)
    {
        m_context.say(
            QStringLiteral("Microsoft Graph took the message (request %1). That is no proof of delivery: Exchange "
                           "Online delivers or bounces it.")
                .arg(sent.requestId));
        if (const QString trace = traceCommand(record); !trace.isEmpty())
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
    GraphJob m_job;
    SendOptions m_options;
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
    const QString name = QString::fromStdString(options.account);
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return context.fail(book.error());
    const BookedAccount *account = findAccount(*book, name);
    if (!account)
        return context.fail(noSuchAccount(name));
    auto job = jobOf(std::move(request), *account, options, context.knowledge);
    if (!job)
        return context.fail(job.error());
    if (const auto ready = preparePlaces(options); !ready)
        return context.fail(ready.error());
    (new GraphSending(std::move(*job), options, context))->start();
    return std::nullopt;
}

} // namespace relaywright::cli
