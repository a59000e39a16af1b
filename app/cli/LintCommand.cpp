// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/SayRemarks.h"

#include "core/mail/Lint.h"
#include "core/verify/MessageCheck.h"

#include <QFile>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

constexpr qint64 kPieceOctets = 64 * 1024;

struct LintOptions {
    std::string file;
    std::string mailFrom;
    bool mailFromGiven = false;
    bool noDns = false;
};

Result<LintEnvelope> envelopeOf(const LintOptions &options)
{
    LintEnvelope envelope{.known = options.mailFromGiven, .mailFrom = {}};
    const QString text = QString::fromStdString(options.mailFrom).trimmed();
    if (!options.mailFromGiven || text.isEmpty() || text == QLatin1String("<>"))
        return envelope;
    auto address = EmailAddress::parse(text);
    if (!address)
        return tl::unexpected<Error>(address.error());
    envelope.mailFrom = std::move(*address);
    return envelope;
}

/// Feeds a file in pieces, so that one of any size needs no memory of its size.
Result<void> readInto(MessageLint &lint, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::InvalidInput, QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString()));
    while (!file.atEnd()) {
        const QByteArray piece = file.read(kPieceOctets);
        if (piece.isEmpty())
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("%1 cannot be read to its end: %2.").arg(path, file.errorString()));
        lint.feed(piece);
    }
    return {};
}

int report(const QString &file, const std::vector<LintRemark> &remarks, Context &context)
{
    sayRemarks(remarks, context);
    const auto wrong = std::ranges::count(remarks, LintRemark::Level::Wrong, &LintRemark::level);
    if (remarks.empty())
        context.say(QStringLiteral("Nothing to remark: a receiver would dislike nothing about this message."));
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.lint/1")},
                   {QStringLiteral("file"), file},
                   {QStringLiteral("wrong"), qint64(wrong)},
                   {QStringLiteral("attention"), qint64(std::ssize(remarks) - wrong)},
                   {QStringLiteral("remarks"), toJson(remarks)}});
    return wrong > 0 ? AnswerIsNo : Done;
}

/// Asks the DNS about the message's domains, and ends the program with everything that was found.
class LintRun : public QObject {
public:
    LintRun(QString file, std::vector<LintRemark> remarks, std::unique_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_file(std::move(file)), m_remarks(std::move(remarks)), m_dns(std::move(dns)),
          m_context(context)
    {
    }

    void start(const LintedSenders &senders, const LintEnvelope &envelope)
    {
        auto *check = new MessageCheck(senders, envelope, *m_dns, this);
        connect(check, &MessageCheck::finished, this, [this](const std::vector<LintRemark> &more) {
            m_remarks.insert(m_remarks.end(), more.begin(), more.end());
            m_context.finish(report(m_file, m_remarks, m_context));
        });
        check->start();
    }

private:
    QString m_file;
    std::vector<LintRemark> m_remarks;
    std::unique_ptr<Resolver> m_dns;
    Context &m_context;
};

std::optional<int> runLint(const LintOptions &options, Context &context)
{
    const QString path = QString::fromStdString(options.file);
    const auto envelope = envelopeOf(options);
    if (!envelope)
        return context.fail(envelope.error());
    MessageLint lint;
    if (const auto read = readInto(lint, path); !read)
        return context.fail(read.error());
    std::vector<LintRemark> remarks = lint.finish();
    const auto more = compareSenders(lint.senders(), *envelope);
    remarks.insert(remarks.end(), more.begin(), more.end());
    if (options.noDns)
        return report(path, remarks, context);
    auto dns = Resolver::create({.nameservers = context.nameservers});
    if (!dns)
        return context.fail(dns.error());
    auto *run = new LintRun(path, std::move(remarks), std::move(*dns), context);
    run->start(lint.senders(), *envelope);
    return std::nullopt;
}

} // namespace

void addLintCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<LintOptions>();
    CLI::App *lint = app.add_subcommand("lint", "What a receiver would dislike about a message");
    lint->add_option("FILE", options->file, "The message as it is sent, for instance an .eml file")->required();
    CLI::Option *mailFrom =
        lint->add_option("--mail-from", options->mailFrom, "The envelope sender, to compare with From; <> for none");
    lint->add_flag("--no-dns", options->noDns, "Do not ask the DNS about the domains of the message");
    lint->callback([options, mailFrom, &chosen] {
        options->mailFromGiven = mailFrom->count() > 0;
        chosen = [options](Context &context) { return runLint(*options, context); };
    });
}

} // namespace relaywright::cli
