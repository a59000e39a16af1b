// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Overloaded.h"
#include "core/smtp/ClientSession.h"

#include <QStringList>
#include <QTest>

namespace relaywright::test {

/// A conversation as text, to be read like one. Events are what happens to the session:
///
///     @start  @tls  @tls-failed  @sent  @timeout  @lost  @rubbish  @quit  @cancel
///     @submit [SIZE] [8bit] [binary] [utf8] [notify=WORD,...] [ret=full|hdrs] [envid=ID] [from ADDRESS] to ADDRESS...
///     @chunk OCTETS [last]
///     S: 250 mx.example.com|STARTTLS           a reply, its lines divided by |
///
/// and the lines after an event are exactly what the session must answer to it:
///
///     C: EHLO console.example   C: AUTH PLAIN (secret)   > tls   > message   > empty-message   > ready
///     > read-chunk   > chunk   > note TEXT
///     > done OUTCOME@STAGE [CODE] [in-doubt] [rcpt CODE...]      > finish OUTCOME@STAGE [CODE]
///
/// Waiting for replies is checked on the side: every command ends in it.
class SessionScript {
public:
    explicit SessionScript(ClientSettings settings) : m_session(std::move(settings)) {}

    /// Empty, or the first difference.
    [[nodiscard]] QString play(const QString &script)
    {
        QStringList answered;
        QStringList expected;
        QString event;
        const QStringList lines = script.split(u'\n', Qt::SkipEmptyParts);
        for (const QString &untrimmed : lines) {
            const QString line = untrimmed.trimmed();
            if (line.isEmpty())
                continue;
            if (!line.startsWith(u'@') && !line.startsWith(QLatin1String("S: "))) {
                expected += line;
                continue;
            }
            if (answered != expected)
                return difference(event, expected, answered);
            event = line;
            expected.clear();
            answered = rendered(happen(line));
        }
        return answered == expected ? m_fault : difference(event, expected, answered);
    }
    [[nodiscard]] ClientSession &session() { return m_session; }
    /// Every octet that went to the server.
    [[nodiscard]] const QByteArray &wire() const { return m_wire; }
    /// What a transcript shows of it.
    [[nodiscard]] const QString &shown() const { return m_shown; }
    [[nodiscard]] const std::vector<TransactionResult> &results() const { return m_results; }
    [[nodiscard]] const QString &detail() const { return m_detail; }

    [[nodiscard]] static EmailAddress address(const QString &text) { return *EmailAddress::parse(text); }

private:
    static QString difference(const QString &event, const QStringList &expected, const QStringList &answered)
    {
        return QStringLiteral("after \"%1\"\nexpected:\n  %2\ngot:\n  %3")
            .arg(event, expected.join(QLatin1String("\n  ")), answered.join(QLatin1String("\n  ")));
    }

    Actions happen(const QString &event)
    {
        if (event.startsWith(QLatin1String("S: ")))
            return m_session.onReply({QStringView(event).mid(3, 3).toInt(), event.mid(7).toUtf8().split('|')});
        if (event.startsWith(QLatin1String("@submit")))
            return submit(event.split(u' ').mid(1));
        if (event.startsWith(QLatin1String("@chunk "))) {
            const QStringList words = event.split(u' ');
            return m_session.onChunkRead(words[1].toULongLong(), words.size() > 2);
        }
        if (event == QLatin1String("@start"))
            return m_session.start();
        if (event == QLatin1String("@tls"))
            return m_session.onTlsEstablished();
        if (event == QLatin1String("@tls-failed"))
            return m_session.onTlsFailed(QStringLiteral("no"));
        if (event == QLatin1String("@sent"))
            return m_session.onMessageSent();
        if (event == QLatin1String("@timeout"))
            return m_session.onTimedOut();
        if (event == QLatin1String("@lost"))
            return m_session.onConnectionLost({});
        if (event == QLatin1String("@rubbish"))
            return m_session.onProtocolViolation(QStringLiteral("rubbish"));
        if (event == QLatin1String("@quit"))
            return m_session.quit();
        if (event == QLatin1String("@cancel"))
            return m_session.cancel();
        m_fault = QStringLiteral("the script has an unknown event: ") + event;
        return {};
    }

    Actions submit(const QStringList &words)
    {
        Envelope envelope{.sender = std::nullopt, .recipients = {}};
        SubmitOptions options{.sizeOctets = 100};
        for (qsizetype i = 0; i < words.size(); ++i) {
            if (words[i] == QLatin1String("from"))
                envelope.sender = address(words[++i]);
            else if (words[i] == QLatin1String("8bit"))
                options.has8Bit = true;
            else if (words[i] == QLatin1String("binary"))
                options.binary = true;
            else if (words[i] == QLatin1String("utf8"))
                options.smtpUtf8 = true;
            else if (words[i].contains(u'='))
                askForReports(options.dsn, words[i].section(u'=', 0, 0), words[i].section(u'=', 1));
            else if (words[i].contains(u'@'))
                envelope.recipients.push_back(address(words[i]));
            else if (words[i] != QLatin1String("to"))
                options.sizeOctets = words[i].toULongLong();
        }
        return m_session.submit(envelope, options);
    }

    static void askForReports(DsnRequest &dsn, const QString &name, const QString &value)
    {
        dsn.asked = true;
        if (name == QLatin1String("ret"))
            dsn.returned = value == QLatin1String("full") ? DsnRequest::Return::Full : DsnRequest::Return::Headers;
        if (name == QLatin1String("envid"))
            dsn.envelopeId = value.toUtf8();
        if (name != QLatin1String("notify"))
            return;
        dsn.never = value.contains(QLatin1String("never"));
        dsn.success = value.contains(QLatin1String("success"));
        dsn.failure = value.contains(QLatin1String("failure"));
        dsn.delay = value.contains(QLatin1String("delay"));
    }

    QStringList rendered(const Actions &actions)
    {
        QStringList lines;
        bool waits = true;
        for (const Action &action : actions) {
            if (std::holds_alternative<AwaitReply>(action)) {
                waits = true;
                if (std::get<AwaitReply>(action).limit.count() <= 0)
                    m_fault = QStringLiteral("waits for no time");
                continue;
            }
            waits = !std::holds_alternative<SendLine>(action) && waits;
            lines += std::visit([this](const auto &what) { return text(what); }, action);
        }
        if (!waits)
            m_fault = QStringLiteral("a command without a wait for its answer");
        return lines;
    }

    QString text(const AwaitReply &) { return {}; }
    QString text(const StartTls &) { return QStringLiteral("> tls"); }
    QString text(const SendMessage &send)
    {
        return send.empty ? QStringLiteral("> empty-message") : QStringLiteral("> message");
    }
    QString text(const ReadChunk &) { return QStringLiteral("> read-chunk"); }
    QString text(const SendChunk &) { return QStringLiteral("> chunk"); }
    QString text(const Note &note) { return QStringLiteral("> note ") + note.text; }
    QString text(const Ready &) { return QStringLiteral("> ready"); }
    QString text(const SendLine &send)
    {
        m_wire += send.line + "\r\n";
        m_shown += displayText(send) + u'\n';
        const QString line = QString::fromUtf8(send.line);
        if (!send.secret)
            return (QStringLiteral("C: ") + line).trimmed(); // an empty answer too
        return line.startsWith(QLatin1String("AUTH ")) ? QStringLiteral("C: %1 (secret)").arg(line.section(u' ', 0, 1))
                                                       : QStringLiteral("C: (secret)");
    }
    QString text(const TransactionDone &done)
    {
        m_results.push_back(done.result);
        QString line = QStringLiteral("> done ") + end(done.result.outcome, done.result.stage, done.result.reply);
        if (done.result.inDoubt)
            line += QLatin1String(" in-doubt");
        QString codes;
        for (const RecipientResult &recipient : done.result.recipients)
            codes += recipient.reply ? QStringLiteral(" %1").arg(recipient.reply->code) : QStringLiteral(" -");
        return line + QLatin1String(" rcpt") + codes;
    }
    QString text(const Finish &finish)
    {
        m_detail = finish.detail;
        return QStringLiteral("> finish ") + end(finish.outcome, finish.stage, finish.reply);
    }
    static QString end(Outcome outcome, Stage stage, const std::optional<Reply> &reply)
    {
        QString text = QStringLiteral("%1@%2").arg(toString(outcome), toString(stage));
        return reply ? text + QStringLiteral(" %1").arg(reply->code) : text;
    }

    ClientSession m_session;
    QByteArray m_wire;
    QString m_shown;
    QString m_detail;
    QString m_fault;
    std::vector<TransactionResult> m_results;
};

} // namespace relaywright::test
