// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SayRemarks.h"
#include "app/cli/SendRuns.h"
#include "core/verify/MessageLook.h"

#include <QJsonArray>

namespace relaywright::cli {

namespace {

/// Looks at one message after another, and ends the program with what was found.
class CheckOnly : public QObject {
public:
    CheckOnly(std::vector<SendJob> jobs, std::unique_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_jobs(std::move(jobs)), m_dns(std::move(dns)), m_context(context)
    {
    }

    void next()
    {
        if (m_done == m_jobs.size())
            return report();
        const SendJob &job = m_jobs[m_done];
        if (job.obstacle)
            return take({.problem = job.obstacle->detail});
        auto *look = new MessageLook(job.request, m_context.clock, m_dns.get(), this);
        connect(look, &MessageLook::finished, this, &CheckOnly::take);
        look->start();
    }

private:
    void take(const MessageSeen &seen)
    {
        const SendJob &job = m_jobs[m_done++];
        QJsonObject row{{QStringLiteral("sender"), job.request.senderId}, {QStringLiteral("name"), job.name}};
        if (m_jobs.size() > 1)
            m_context.say(job.name);
        if (!seen.problem.isEmpty()) {
            m_context.complain(seen.problem);
            row.insert(QStringLiteral("problem"), seen.problem);
            m_couldNot = true;
        } else {
            sayRemarks(seen.remarks, m_context);
            if (seen.remarks.empty())
                m_context.say(
                    QStringLiteral("Nothing to remark: a receiver would dislike nothing about this message."));
            row.insert(QStringLiteral("octets"), static_cast<qint64>(seen.octets));
            row.insert(QStringLiteral("remarks"), toJson(seen.remarks));
            m_wrong = m_wrong || anyWrong(seen.remarks);
        }
        m_rows += row;
        QMetaObject::invokeMethod(
            this, [this] { next(); }, Qt::QueuedConnection);
    }

    void report()
    {
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.send-check/1")},
                         {QStringLiteral("messages"), m_rows}});
        m_context.finish(m_couldNot ? InvalidInput : m_wrong ? AnswerIsNo : Done);
    }

    std::vector<SendJob> m_jobs;
    std::unique_ptr<Resolver> m_dns;
    Context &m_context;
    std::size_t m_done = 0;
    QJsonArray m_rows;
    bool m_wrong = false;
    bool m_couldNot = false;
};

} // namespace

void runCheckOnly(std::vector<SendJob> jobs, const SendOptions &options, Context &context)
{
    std::unique_ptr<Resolver> dns;
    if (options.dns) {
        auto made = Resolver::create({.nameservers = context.nameservers});
        if (!made)
            return context.finish(context.fail(made.error()));
        dns = std::move(*made);
    }
    (new CheckOnly(std::move(jobs), std::move(dns), context))->next(); // owned by the context
}

} // namespace relaywright::cli
