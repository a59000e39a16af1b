// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AccountTokens.h"
#include "app/cli/SayRemarks.h"
#include "app/cli/SendRequest.h"
#include "app/cli/SendRuns.h"
#include "app/cli/SendVerdict.h"
#include "app/cli/Terminal.h"
#include "core/oauth/AccessToken.h"
#include "core/session/PrivateFile.h"
#include "core/session/TestMessage.h"
#include "core/verify/MessageCheck.h"
#include "core/verify/MessageLook.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QPointer>

namespace relaywright::cli {

namespace {

class OneTest : public QObject {
public:
    OneTest(SendJob job, Known known, SendOptions options, Context &context)
        : QObject(&context), m_context(context), m_job(std::move(job)), m_known(std::move(known)),
          m_options(std::move(options))
    {
    }

    void start(const SecretPlaces &places)
    {
        if (m_options.dns) {
            auto dns = Resolver::create({.nameservers = m_context.nameservers});
            if (!dns)
                return end(dns.error());
            m_dns = std::move(*dns);
        }
        fetchSecrets(places, m_keychain, m_accounts, this, [this](Result<TestSecrets> secrets) {
            if (!secrets)
                return end(secrets.error());
            open(std::move(*secrets));
        });
    }

private:
    void open(TestSecrets secrets)
    {
        readToken(secrets.password);
        m_run = std::make_unique<SendRun>(m_job.request, std::move(secrets), m_context.clock);
        connect(m_run.get(), &SendRun::lineAdded, this, [this](const TranscriptLine &line) {
            m_context.say(toText(line)
                          + (line.decoded.isEmpty() ? QString() : QStringLiteral("   (%1)").arg(line.decoded)));
        });
        connect(m_run.get(), &SendRun::composed, this, &OneTest::onComposed);
        connect(m_run.get(), &SendRun::failedToStart, this, &OneTest::end);
        connect(m_run.get(), &SendRun::finished, this, [this](const TestRecord &record) {
            m_record = record;
            if (record.outcome() == Outcome::Cancelled)
                delete m_check;
            if (!m_check) // else it is waited for, a few seconds at most
                report(record);
        });
        onInterrupt(this, [this] { m_run->cancel(); });
        m_run->start();
    }

    void onComposed()
    {
        m_remarks = m_run->remarks();
        sayRemarks(m_remarks, m_context);
        m_known.besides.headerFrom = headerFromOf(m_run->senders());
        if (!m_dns)
            return;
        m_check = new MessageCheck(m_run->senders(), lintEnvelopeOf(m_job.request), *m_dns, this);
        connect(m_check, &MessageCheck::finished, this, &OneTest::onChecked);
        m_check->start(MessageLook::kMostForDns);
    }

    void onChecked(const std::vector<LintRemark> &more)
    {
        sayRemarks(more, m_context);
        m_remarks.insert(m_remarks.end(), more.begin(), more.end());
        m_known.besides.mxHosts = m_check->mxHosts();
        m_check->deleteLater();
        m_check.clear();
        if (m_record)
            report(*m_record);
    }

    /// A token is looked at here and goes nowhere but to the server.
    void readToken(const Secret &password)
    {
        const auto &credentials = m_job.request.connection.smtp.credentials;
        if (!credentials || !takesToken(credentials->mechanism))
            return;
        const auto claims = readAccessToken(password);
        if (!claims)
            return m_context.say(QStringLiteral("token      attention: ") + claims.error().detail);
        m_known.besides.token = *claims;
        sayToken(*claims, m_job.request, m_known, m_context);
    }

    void end(const Error &error)
    {
        const bool badValue = error.kind == ErrorKind::InvalidInput || error.kind == ErrorKind::NotFound;
        m_context.complain(error.detail);
        m_context.finish(badValue ? InvalidInput : m_context.fail(error));
    }

    void report(const TestRecord &record)
    {
        const auto diagnosis = explain(record, m_known, m_context);
        sayVerdict(record, diagnosis, m_context);
        m_context.print(verdictJson(record, diagnosis, m_remarks));
        const bool saved = saveTest(record, m_options, m_context);
        m_context.finish(saved ? exitCode(record) : Environment);
    }

    Context &m_context;
    SendJob m_job;
    Known m_known;
    SendOptions m_options;
    KeychainSecretStore m_keychain;
    AccountTokens m_accounts{m_context, m_keychain};
    std::unique_ptr<Resolver> m_dns; ///< null: nobody is asked
    std::unique_ptr<SendRun> m_run;
    QPointer<MessageCheck> m_check;
    std::vector<LintRemark> m_remarks;
    std::optional<TestRecord> m_record;
};

bool save(const std::string &file, const QByteArray &content, const Context &context)
{
    if (file.empty())
        return true;
    const auto written = writePrivateFile(QString::fromStdString(file), content);
    if (!written)
        context.complain(written.error().detail);
    return written.has_value();
}

} // namespace

Result<void> preparePlaces(const SendOptions &options)
{
    for (const std::string &file : {options.transcriptFile, options.recordFile}) {
        if (file.empty())
            continue;
        if (const auto ready = prepareFolder(QFileInfo(QString::fromStdString(file)).absolutePath()); !ready)
            return ready;
    }
    return {};
}

bool saveTest(const TestRecord &record, const SendOptions &options, const Context &context)
{
    const bool transcript = save(options.transcriptFile, toText(record.transcript).toUtf8(), context);
    return save(options.recordFile, QJsonDocument(toJson(record)).toJson(), context) && transcript;
}

void runOne(SendJob job, Known known, const SendOptions &options, Context &context)
{
    const auto error = job.obstacle;
    const auto places = error ? Result<SecretPlaces>(tl::unexpected(*error)) : secretPlaces(job.request, options);
    if (!places)
        return context.finish(context.fail(places.error()));
    if (const auto ready = preparePlaces(options); !ready)
        return context.finish(context.fail(ready.error()));
    (new OneTest(std::move(job), std::move(known), options, context))->start(*places); // owned by the context
}

} // namespace relaywright::cli
