// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SpfCommands.h"

#include "core/base/Text.h"
#include "core/verify/SpfBatch.h"

#include <QFile>
#include <QJsonArray>

#include <cstdio>
#include <deque>

namespace relaywright::cli {

namespace {

struct BatchLine {
    qsizetype number = 0;
    SpfRequest request;
};

/// `IP HELO MAIL-FROM`, split at tabs, else at blanks; what is behind the second blank is the address, whole.
Result<SpfRequest> parseRequest(const QString &line)
{
    const QChar separator = line.contains(u'\t') ? u'\t' : u' ';
    QStringList fields = line.split(separator);
    if (separator == u' ') {
        fields = line.simplified().split(u' ');
        if (fields.size() > 3)
            fields = {fields[0], fields[1], fields.mid(2).join(u' ')};
    }
    if (fields.size() != 3)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" is not IP HELO MAIL-FROM, separated by tabs or blanks.").arg(quotable(line)));
    const auto ip = IpAddress::parse(fields[0].trimmed());
    if (!ip)
        return tl::unexpected(ip.error());
    return SpfRequest{.ip = *ip, .helo = fields[1].trimmed(), .mailFrom = fields[2].trimmed()};
}

Result<QByteArray> readInput(const QString &path)
{
    if (path != QLatin1String("-"))
        return readFile(path);
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return failure(ErrorKind::Storage, QStringLiteral("Standard input cannot be read."));
    return input.readAll();
}

/// Reads line by line, and says the verdicts as they come; ends the program through the context.
class BatchRun : public QObject {
public:
    BatchRun(const QByteArray &input, std::shared_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_context(context), m_input(input), m_dns(std::move(dns)),
          m_batch([this] { return next(); }, *m_dns)
    {
        connect(&m_batch, &SpfBatch::checked, this, &BatchRun::take);
        connect(&m_batch, &SpfBatch::finished, this, &BatchRun::report);
    }

    void start() { m_batch.start(); }

private:
    std::optional<SpfRequest> next()
    {
        while (m_position < m_input.size()) {
            const qsizetype found = m_input.indexOf('\n', m_position);
            const qsizetype end = found < 0 ? m_input.size() : found;
            QByteArray line = m_input.sliced(m_position, end - m_position);
            m_position = end + 1;
            ++m_number;
            if (line.endsWith('\r'))
                line.chop(1);
            if (line.trimmed().isEmpty() || line.startsWith(u'#'))
                continue;
            const auto request = parseRequest(QString::fromUtf8(line));
            if (request) {
                m_asked.push_back({m_number, *request});
                return *request;
            }
            m_context.complain(QStringLiteral("Line %1: %2").arg(m_number).arg(request.error().detail));
            m_problems.append(
                QJsonObject{{QStringLiteral("line"), m_number}, {QStringLiteral("sentence"), request.error().detail}});
        }
        return std::nullopt;
    }

    void take(const SpfVerdict &verdict)
    {
        const BatchLine asked = m_asked.front();
        m_asked.pop_front();
        const QString result = toString(verdict.result);
        m_allPass = m_allPass && verdict.result == SpfResult::Pass;
        m_anyTemporary = m_anyTemporary || verdict.result == SpfResult::TempError;
        if (!m_context.json)
            return m_context.say(QStringList{result, asked.request.ip.toString(), quotable(asked.request.helo, 255),
                                             quotable(asked.request.mailFrom, 320), verdict.reason}
                                     .join(u'\t'));
        m_results.append(QJsonObject{{QStringLiteral("line"), asked.number},
                                     {QStringLiteral("ip"), asked.request.ip.toString()},
                                     {QStringLiteral("helo"), asked.request.helo},
                                     {QStringLiteral("mailFrom"), asked.request.mailFrom},
                                     {QStringLiteral("result"), result},
                                     {QStringLiteral("reason"), verdict.reason},
                                     {QStringLiteral("matched"), verdict.matchedTerm},
                                     {QStringLiteral("explanation"), verdict.explanation},
                                     {QStringLiteral("lookups"), verdict.lookups},
                                     {QStringLiteral("voidLookups"), verdict.voidLookups}});
    }

    void report()
    {
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.spf-batch/1")},
                         {QStringLiteral("results"), m_results},
                         {QStringLiteral("problems"), m_problems}});
        if (!m_problems.isEmpty())
            return m_context.finish(InvalidInput);
        if (m_anyTemporary)
            return m_context.finish(Environment);
        m_context.finish(m_allPass ? Done : AnswerIsNo);
    }

    Context &m_context;
    QByteArray m_input;
    qsizetype m_position = 0;
    qsizetype m_number = 0;
    std::deque<BatchLine> m_asked;
    QJsonArray m_results;
    QJsonArray m_problems;
    bool m_allPass = true;
    bool m_anyTemporary = false;
    std::shared_ptr<Resolver> m_dns;
    SpfBatch m_batch; // last, so that it goes before what it uses
};

} // namespace

std::optional<int> runSpfBatch(const SpfOptions &options, Context &context)
{
    const auto input = readInput(QString::fromStdString(options.batch));
    if (!input)
        return context.fail(input.error());
    const auto dns = openResolver(context);
    if (!dns)
        return context.fail(dns.error());
    (new BatchRun(*input, *dns, context))->start(); // owned by the context
    return std::nullopt;
}

} // namespace relaywright::cli
