// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/TestRun.h"

#include <QFile>
#include <QFileInfo>
#include <QMimeDatabase>
#include <QSysInfo>
#include <QThreadPool>
#include <QUuid>

namespace relaywright {

namespace {

constexpr qint64 kMaxAttachmentOctets = 150ll << 20; // what Exchange Online announces at most

Result<Attachment> readAttachment(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorKind::NotFound,
                       QStringLiteral("The attachment %1 cannot be read: %2. Remove it or choose another one.")
                           .arg(path, file.errorString()));
    }
    if (file.size() > kMaxAttachmentOctets) {
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The attachment %1 is over 150 MB, more than Exchange Online takes. Choose a smaller one.")
                .arg(path));
    }
    return Attachment{QFileInfo(path).fileName(), QMimeDatabase().mimeTypeForFile(path).name().toLatin1(),
                      file.readAll()};
}

Result<ComposedMessage> composeWith(MessageDraft draft, const QStringList &paths, TimePoint now,
                                    const QByteArray &token)
{
    for (const QString &path : paths) {
        auto attachment = readAttachment(path);
        if (!attachment)
            return tl::unexpected(attachment.error());
        draft.attachments.push_back(std::move(*attachment));
    }
    return compose(draft, now, token);
}

QString serverText(const TestDraft &draft)
{
    return draft.server.trimmed() + u':' + draft.port.trimmed();
}

/// The catalogue's title where it knows the reply; otherwise what was refused, to whom, in the server's words.
QString refusalSentence(const std::optional<Diagnosis> &diagnosis, const Finish &finish,
                        const DiagnosisContext &context)
{
    if (!diagnosis)
        return finish.detail;
    const bool reply = !diagnosis->seen.isEmpty() && finish.outcome == Outcome::RefusedByServer;
    if (!diagnosis->entryId.isEmpty() || !reply)
        return diagnosis->title;
    switch (context.stage.value_or(Stage::Connect)) {
    case Stage::Connect:
    case Stage::Greeting:
    case Stage::Ehlo:
    case Stage::Quit:
        return TestRun::tr("%1 refused the connection (%2).").arg(context.server, diagnosis->seen);
    case Stage::Tls:
        return TestRun::tr("%1 refused encryption (%2).").arg(context.server, diagnosis->seen);
    case Stage::Auth:
        return TestRun::tr("%1 refused the sign-in of %2 (%3).").arg(context.server, context.user, diagnosis->seen);
    case Stage::Mail:
        return TestRun::tr("%1 refused the sender %2 (%3).").arg(context.server, context.sender, diagnosis->seen);
    case Stage::Rcpt:
        return TestRun::tr("%1 refused the recipient %2 (%3).").arg(context.server, context.recipient, diagnosis->seen);
    case Stage::Data:
        return TestRun::tr("%1 refused the message (%2).").arg(context.server, diagnosis->seen);
    }
    Q_UNREACHABLE();
}

} // namespace

TestRun::TestRun(TestDraft draft, Secret password, const Knowledge &knowledge, const Clock &clock, QObject *parent)
    : QObject(parent), m_draft(std::move(draft)), m_password(std::move(password)), m_knowledge(knowledge),
      m_clock(clock)
{
}

TestRun::~TestRun() = default;

void TestRun::start()
{
    const auto message = toMessage(m_draft);
    if (!message) {
        end({Verdict::Wrong, message.error().detail, {}, {}});
        return;
    }
    // Attachments may lie on a slow share: read and encode them on a worker and come back as a value.
    const QByteArray token = QUuid::createUuid().toByteArray(QUuid::Id128);
    const QPointer<TestRun> self(this);
    QThreadPool::globalInstance()->start([self, draft = *message, paths = m_draft.attachments, now = m_clock.now(),
                                          token] {
        Result<ComposedMessage> composed = composeWith(draft, paths, now, token);
        QMetaObject::invokeMethod(qApp, [self, composed = std::move(composed)] {
            if (!self || self->m_done)
                return;
            if (composed)
                self->send(*composed);
            else
                self->end({Verdict::Wrong, composed.error().detail, {}, {}});
        }, Qt::QueuedConnection);
    });
}

void TestRun::send(const ComposedMessage &message)
{
    const auto settings = toConnection(m_draft, m_password, QSysInfo::machineHostName());
    if (!settings) {
        end({Verdict::Wrong, settings.error().detail, {}, {}});
        return;
    }
    m_messageId = message.messageId;
    m_content.setData(message.octets);
    m_content.open(QIODevice::ReadOnly);
    m_client = std::make_unique<SmtpClient>(*settings);
    connect(m_client.get(), &SmtpClient::lineAdded, this, &TestRun::lineAdded);
    connect(m_client.get(), &SmtpClient::messageProgress, this, &TestRun::progressed);
    connect(m_client.get(), &SmtpClient::finished, this, &TestRun::onFinished);
    connect(m_client.get(), &SmtpClient::transactionDone, this, [this](const TransactionResult &result) {
        m_transaction = result;
    });
    connect(m_client.get(), &SmtpClient::ready, this, [this] {
        if (m_transaction) {
            m_client->quit();
            return;
        }
        const auto draft = toMessage(m_draft);
        m_client->submit({.envelope = {.sender = draft->from, .recipients = draft->to}, .content = &m_content});
    });
    m_client->open();
}

void TestRun::cancel()
{
    if (m_done)
        return;
    if (m_client)
        m_client->cancel();
    else
        end({Verdict::CouldNotTell, tr("You stopped the test before it began. Nothing was sent."), {}, {}});
}

void TestRun::onFinished(const Finish &finish)
{
    TestVerdict verdict;
    verdict.messageId = m_messageId;
    const QString server = serverText(m_draft);
    const bool accepted = m_transaction && m_transaction->outcome == Outcome::Accepted;
    int taken = 0;
    if (m_transaction) {
        taken = static_cast<int>(std::count_if(m_transaction->recipients.begin(), m_transaction->recipients.end(),
                                               [](const RecipientResult &result) { return result.accepted; }));
    }
    DiagnosisContext context{.stage = finish.stage,
                             .method = m_draft.method,
                             .server = server,
                             .user = m_draft.user.trimmed(),
                             .sender = m_draft.from.trimmed(),
                             .recipient = m_draft.to.trimmed()};
    if (m_transaction)
        context.stage = m_transaction->stage;
    if (accepted && taken == static_cast<int>(m_transaction->recipients.size())) {
        verdict.verdict = Verdict::Good;
        verdict.sentence = tr("%1 accepted the message for %n recipient(s).", nullptr, taken).arg(server);
        end(std::move(verdict));
        return;
    }
    verdict.diagnosis = diagnose(finish, m_transaction, context, m_knowledge);
    if (accepted) {
        verdict.verdict = Verdict::Attention;
        verdict.sentence =
            tr("%1 accepted the message for %n recipient(s) and refused the others.", nullptr, taken).arg(server);
    } else if (m_transaction && m_transaction->inDoubt) {
        verdict.verdict = Verdict::CouldNotTell;
        verdict.sentence = tr("The message was sent to %1 but no answer came back. It may have been taken: look in the "
                              "recipient’s mailbox before you send it again.").arg(server);
    } else if (finish.outcome == Outcome::Cancelled) {
        verdict.verdict = Verdict::CouldNotTell;
        verdict.diagnosis.reset();
        verdict.sentence = tr("You stopped the test. The message was not handed over.");
    } else {
        verdict.verdict = Verdict::Wrong;
        verdict.signInRefused = finish.outcome == Outcome::RefusedByServer && context.stage == Stage::Auth;
        verdict.sentence = refusalSentence(verdict.diagnosis, finish, context);
    }
    end(std::move(verdict));
}

void TestRun::end(TestVerdict verdict)
{
    if (std::exchange(m_done, true))
        return;
    Q_EMIT finished(verdict);
}

} // namespace relaywright
