// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/PauseWish.h"
#include "app/cli/AccountTokens.h"
#include "app/cli/SayRemarks.h"
#include "app/cli/SendLimits.h"
#include "app/cli/SendRequest.h"
#include "app/cli/SendRuns.h"
#include "app/cli/SendVerdict.h"
#include "app/cli/Terminal.h"
#include "core/session/PrivateFile.h"
#include "core/session/RunFacts.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace relaywright::cli {

namespace {

QString fileName(const TestJob &job, int index, const TestRecord &record)
{
    const QString name = job.senderId.isEmpty() ? QStringLiteral("test-%1").arg(index + 1) : job.senderId;
    return QStringLiteral("%1-%2.json")
        .arg(name, toDateTime(record.startedAt).toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmsszzz'Z'")));
}

/// A line of the table: what became of one test.
struct Row {
    QString name, server, result, seconds, words;
};

Row rowOf(const TestJob &job, const TestJobResult &result)
{
    Row row{job.name, job.request.connection.server.toString(), QStringLiteral("not run"), {}, result.problem};
    if (!result.record)
        return row;
    const TestRecord &record = *result.record;
    row.result = shortEnd(record);
    const auto took = record.transcript.empty() ? std::chrono::milliseconds() : record.transcript.back().sinceStart;
    row.seconds = QString::number(static_cast<double>(took.count()) / 1000, 'f', 2);
    row.words = record.accepted() ? record.messageId
                : record.reply()  ? record.reply()->toString()
                                  : record.finish.detail;
    return row;
}

class SeveralTests : public QObject {
public:
    SeveralTests(std::vector<SendJob> jobs, Known known, SendOptions options, Context &context)
        : QObject(&context), m_context(context), m_waiting(std::move(jobs)), m_known(std::move(known)),
          m_options(std::move(options))
    {
    }

    /// Says what is to come, and ends the program where that is too much.
    void begin()
    {
        const bool anyRuns = std::ranges::any_of(m_waiting, [](const SendJob &job) { return !job.obstacle; });
        if (!anyRuns) { // then nothing goes on the wire, and each line says why
            m_perMinute = std::max(m_options.perMinute, 1);
            return prepareNext();
        }
        findLimits(m_waiting, size(), m_options.perMinute, m_context,
                   [this](const SeriesLimits &limits) { announce(limits); });
    }

private:
    [[nodiscard]] SeriesSize size() const
    {
        const auto count = static_cast<int>(m_waiting.size());
        return m_options.all ? SeriesSize{.senders = count, .each = 1} : SeriesSize{.senders = 1, .each = count};
    }

    void announce(const SeriesLimits &limits)
    {
        m_perMinute = m_options.perMinute > 0 ? m_options.perMinute : std::min(30, limits.bounds.perMinute);
        const auto sentence = relaywright::announce(size(), m_perMinute, limits.server, limits.bounds);
        if (!sentence)
            return m_context.finish(m_context.fail(sentence.error()));
        m_practice = limits.practice;
        m_context.say(*sentence);
        if (standardInputIsTerminal())
            m_context.say(QStringLiteral("Press p to pause and to go on, Ctrl+C to end."));
        prepareNext();
    }

    /// Fetches the secrets of one test after another, then begins.
    void prepareNext()
    {
        if (m_ready.size() == m_waiting.size())
            return start();
        SendJob &job = m_waiting[m_ready.size()];
        const auto places =
            job.obstacle ? Result<SecretPlaces>(tl::unexpected(*job.obstacle)) : secretPlaces(job.request, m_options);
        if (!places)
            return take(tl::unexpected(places.error()));
        // What was read from standard input cannot be read again.
        const bool fromInput = places->password && places->password->kind() == SecretRef::Kind::StandardInput;
        if (fromInput && m_fromInput)
            return take(*m_fromInput);
        fetchSecrets(*places, m_keychain, m_accounts, this,
                     [this, fromInput, account = places->account](Result<TestSecrets> secrets) {
                         if (fromInput && secrets)
                             m_fromInput = *secrets;
                         take(std::move(secrets), account);
                     });
    }

    /// `account`: whose access token is the password, which may end before its turn comes.
    void take(Result<TestSecrets> secrets, const std::optional<QString> &account = std::nullopt)
    {
        SendJob &job = m_waiting[m_ready.size()];
        TestJob ready{.senderId = job.request.senderId, .name = job.name, .request = job.request};
        if (secrets)
            ready.secrets = std::move(*secrets);
        else
            ready.obstacle = secrets.error();
        if (account)
            ready.freshPassword = [this, name = *account](QObject *context, std::function<void(Result<Secret>)> done) {
                m_accounts.get(name, context, std::move(done));
            };
        ready.onlyPractice = std::ranges::find(m_practice, job.request.connection.server) != m_practice.end();
        m_ready.push_back(std::move(ready));
        QMetaObject::invokeMethod(
            this, [this] { prepareNext(); }, Qt::QueuedConnection);
    }

    void start()
    {
        m_series = std::make_unique<TestSeries>(std::move(m_ready), m_perMinute, m_context.clock);
        connect(m_series.get(), &TestSeries::jobDone, this, &SeveralTests::onJobDone);
        connect(m_series.get(), &TestSeries::waiting, this, [this](const QDateTime &next) {
            m_context.say(QStringLiteral("        waiting until %1")
                              .arg(next.toLocalTime().toString(QStringLiteral("HH:mm:ss"))));
        });
        connect(m_series.get(), &TestSeries::finished, this, &SeveralTests::report);
        onInterrupt(this, [this] {
            m_interrupted = true;
            m_series->cancel();
        });
        onPauseWish(this, [this](PauseWish wish) { onWish(wish); });
        m_series->start();
    }

    void onWish(PauseWish wish)
    {
        const bool pause = wish == PauseWish::Either ? !m_series->isPaused() : wish == PauseWish::Pause;
        if (pause == m_series->isPaused())
            return;
        if (!pause) {
            m_context.say(QStringLiteral("        going on"));
            return m_series->resume();
        }
        m_series->pause();
        m_context.say(
            QStringLiteral("        paused after %1 of %2; a test under way is finished. p or SIGUSR2 goes on, Ctrl+C "
                           "ends")
                .arg(m_series->results().size())
                .arg(m_series->count()));
    }

    void onJobDone(int index, const TestJobResult &result)
    {
        const TestJob &job = m_series->job(index);
        const Row row = rowOf(job, result);
        m_context.say(QStringLiteral("%1 %2 %3 %4")
                          .arg(QStringLiteral("%1/%2").arg(index + 1).arg(m_series->count()).leftJustified(7),
                               row.name.leftJustified(24), row.result.leftJustified(18), row.words));
        sayNewRemarks(result.remarks);
        if (!result.record || m_options.recordFolder.empty())
            return;
        const QString path =
            QDir(QString::fromStdString(m_options.recordFolder)).filePath(fileName(job, index, *result.record));
        if (const auto written = writePrivateFile(path, QJsonDocument(toJson(*result.record)).toJson()); !written) {
            m_context.complain(written.error().detail);
            m_saved = false;
        }
    }

    /// Tests of a series are much alike: what was said of one message is not said of the next again.
    void sayNewRemarks(std::vector<LintRemark> remarks)
    {
        std::erase_if(remarks,
                      [this](const LintRemark &remark) { return m_said.contains(remark.id + remark.sentence); });
        sayRemarks(remarks, m_context);
        for (const LintRemark &remark : remarks)
            m_said.insert(remark.id + remark.sentence);
    }

    void report()
    {
        const auto &results = m_series->results();
        const auto accepted =
            std::ranges::count_if(results, [](const TestJobResult &r) { return r.record && r.record->accepted(); });
        QJsonArray rows;
        for (std::size_t i = 0; i < results.size(); ++i)
            rows.append(resultJson(m_series->job(static_cast<int>(i)), results[i]));
        m_context.say();
        m_context.say(
            QStringLiteral("%1 of %2 accepted%3.")
                .arg(accepted)
                .arg(m_series->count())
                .arg(m_interrupted ? QStringLiteral("; interrupted after %1").arg(results.size()) : QString()));
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.send-series/1")},
                         {QStringLiteral("count"), m_series->count()},
                         {QStringLiteral("perMinute"), m_perMinute},
                         {QStringLiteral("accepted"), static_cast<qint64>(accepted)},
                         {QStringLiteral("interrupted"), m_interrupted},
                         {QStringLiteral("results"), rows}});
        m_context.finish(!m_saved || m_interrupted ? Environment : worstOf(results));
    }

    /// A refusal is an answer and counts more than a test that found no server; a test that could not be run says why.
    static int worstOf(const std::vector<TestJobResult> &results)
    {
        const auto codeOf = [](const TestJobResult &result) {
            return result.record ? exitCode(*result.record) : static_cast<int>(AnswerIsNo);
        };
        for (const ExitCode code : {AnswerIsNo, Environment}) {
            if (std::ranges::any_of(results, [&](const TestJobResult &result) { return codeOf(result) == code; }))
                return code;
        }
        return Done;
    }

    [[nodiscard]] QJsonObject resultJson(const TestJob &job, const TestJobResult &result) const
    {
        QJsonObject json{{QStringLiteral("sender"), job.senderId},
                         {QStringLiteral("name"), job.name},
                         {QStringLiteral("server"), job.request.connection.server.toString()}};
        if (!result.record) {
            json.insert(QStringLiteral("problem"), result.problem);
            return json;
        }
        Known known = m_known;
        known.besides.token = tokenOf(job.request, job.secrets.password);
        const auto diagnosis = explain(*result.record, known, m_context);
        QJsonObject verdict = verdictJson(*result.record, diagnosis, result.remarks);
        verdict.remove(QStringLiteral("schema"));
        for (auto it = verdict.begin(); it != verdict.end(); ++it)
            json.insert(it.key(), it.value());
        return json;
    }

    Context &m_context;
    std::vector<SendJob> m_waiting;
    std::vector<TestJob> m_ready;
    int m_perMinute = 1;
    std::vector<Endpoint> m_practice;
    Known m_known;
    SendOptions m_options;
    KeychainSecretStore m_keychain;
    AccountTokens m_accounts{m_context, m_keychain};
    std::optional<TestSecrets> m_fromInput;
    std::unique_ptr<TestSeries> m_series;
    QSet<QString> m_said; ///< remarks
    bool m_interrupted = false;
    bool m_saved = true;
};

} // namespace

Result<void> prepareFolder(const QString &folder)
{
    if (QDir().mkpath(folder) && QFileInfo(folder).isWritable())
        return {};
    return failure(ErrorKind::Storage,
                   QStringLiteral("The folder %1 cannot be written to, so nothing was sent. Choose another one.")
                       .arg(QDir::toNativeSeparators(folder)));
}

void runSeveral(std::vector<SendJob> jobs, Known known, const SendOptions &options, Context &context)
{
    const auto fail = [&context](const Error &error) { context.finish(context.fail(error)); };
    if (jobs.empty())
        return fail({ErrorKind::InvalidInput, QStringLiteral("The site has no senders. Add some first.")});
    if (!options.recordFolder.empty()) {
        if (const auto ready = prepareFolder(QString::fromStdString(options.recordFolder)); !ready)
            return fail(ready.error());
    }
    (new SeveralTests(std::move(jobs), std::move(known), options, context))->begin(); // owned by the context
}

} // namespace relaywright::cli
