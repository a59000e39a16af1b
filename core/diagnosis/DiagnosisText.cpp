// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/DiagnosisText.h"

#include "core/base/Text.h"

#include <QRegularExpression>

namespace relaywright {

namespace {

constexpr qsizetype kMaxValueChars = 320;

QString safe(const QString &value)
{
    return printable(value.toUtf8(), kMaxValueChars);
}

QString named(const QString &value, const QString &words)
{
    return value.isEmpty() ? words : words + u' ' + safe(value);
}

/// What it answered to, with a blank before it: "What the server answered{where} is not SMTP."
QString whereOf(const DiagnosisContext &context)
{
    switch (context.stage.value_or(Stage::Connect)) {
    case Stage::Connect: return {};
    case Stage::Greeting: return QStringLiteral(" in its greeting");
    case Stage::Ehlo: return context.saysHelo ? QStringLiteral(" to HELO") : QStringLiteral(" to EHLO");
    case Stage::Tls: return QStringLiteral(" to STARTTLS");
    case Stage::Auth: return QStringLiteral(" to the sign-in");
    case Stage::Mail: return QStringLiteral(" to MAIL FROM");
    case Stage::Rcpt: return QStringLiteral(" to RCPT TO");
    case Stage::Data: return context.beforeContent ? QStringLiteral(" to DATA") : QStringLiteral(" to the message");
    case Stage::Quit: return QStringLiteral(" to QUIT");
    }
    Q_UNREACHABLE();
}

QString valueOf(QStringView placeholder, const DiagnosisContext &context)
{
    if (placeholder == u"server")
        return context.server.isEmpty() ? QStringLiteral("the server") : safe(context.server);
    if (placeholder == u"user")
        return context.user.isEmpty() ? QStringLiteral("the account") : safe(context.user);
    if (placeholder == u"sender")
        return named(context.sender, QStringLiteral("the sender"));
    if (placeholder == u"where")
        return whereOf(context);
    return named(context.recipient, QStringLiteral("the recipient"));
}

/// The class of RFC 3463 §3 by the enhanced code's subject, else the second digit's of RFC 5321 §4.2.1.
QString topicOf(const Reply &reply)
{
    const auto enhanced = reply.enhanced();
    switch (enhanced ? enhanced->subject : 0) {
    case 1: return QStringLiteral("The code says that it is about an address.");
    case 2: return QStringLiteral("The code says that it is about a mailbox.");
    case 3: return QStringLiteral("The code says that it is about the receiving mail system.");
    case 4: return QStringLiteral("The code says that it is about the network or the routing.");
    case 5: return QStringLiteral("The code says that it is about the order or form of the commands.");
    case 6: return QStringLiteral("The code says that it is about the content of the message.");
    case 7: return QStringLiteral("The code says that it is about security or policy.");
    default: break;
    }
    switch (reply.code / 10 % 10) {
    case 0: return QStringLiteral("The code says that a command or its form was not understood.");
    case 1: return QStringLiteral("The code says that it is information.");
    case 2: return QStringLiteral("The code says that it is about the connection.");
    case 3: return QStringLiteral("The code says that it is about the sign-in.");
    default: return QStringLiteral("The code says that it is about the mailbox or the mail system.");
    }
}

} // namespace

QString fill(const QString &text, const DiagnosisContext &context)
{
    static const QRegularExpression placeholder(QStringLiteral("\\{(server|user|sender|recipient|where)\\}"));
    QString filled;
    qsizetype from = 0;
    for (auto matches = placeholder.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        filled += QStringView(text).mid(from, match.capturedStart() - from);
        filled += valueOf(match.capturedView(1), context);
        from = match.capturedEnd();
    }
    filled += QStringView(text).mid(from);
    if (text.startsWith(u'{') && filled.startsWith(QLatin1String("the ")))
        filled[0] = u'T'; // our own word begins the sentence; a host name keeps its letters
    return filled;
}

Diagnosis meaningOfClass(const Reply &reply, const DiagnosisContext &context)
{
    Diagnosis diagnosis;
    diagnosis.source = {QStringLiteral("RFC 5321, section 4.2.1"),
                        QStringLiteral("https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1")};
    const QString unknown =
        QStringLiteral("This reply is not in the catalogue; what is said here follows from its code alone.");
    if (reply.isPositive()) {
        diagnosis.title = fill(QStringLiteral("{server} accepted the command."), context);
        diagnosis.causes = {Cause{unknown}};
        diagnosis.remedies = {QStringLiteral("Nothing need be done.")};
        return diagnosis;
    }
    diagnosis.retryHelps = reply.isTransient();
    diagnosis.causes = {Cause{topicOf(reply)}, Cause{unknown}};
    diagnosis.testAgainFrom = context.stage;
    if (reply.isTransient()) {
        diagnosis.title = fill(QStringLiteral("{server} refused for the moment."), context);
        diagnosis.remedies = {
            QStringLiteral("Wait and try again; the same message may be taken later."),
            QStringLiteral("Read the reply's own words, and ask who runs the server where it goes on.")};
    } else {
        diagnosis.title = fill(QStringLiteral("{server} refused, and the same try would be refused again."), context);
        diagnosis.remedies = {QStringLiteral("Read the reply's own words; they name the cause."),
                              QStringLiteral("Change what they name, or ask who runs the server.")};
    }
    return diagnosis;
}

Diagnosis meaningOfStatus(const ServiceAnswer &answer)
{
    Diagnosis diagnosis;
    diagnosis.source = {QStringLiteral("RFC 9110, section 15"),
                        QStringLiteral("https://www.rfc-editor.org/rfc/rfc9110#section-15")};
    diagnosis.causes = {
        Cause{QStringLiteral("This answer is not in the catalogue; what is said here follows from its status alone.")}};
    diagnosis.retryHelps = answer.status >= 500 || answer.status == 429;
    if (answer.status >= 200 && answer.status < 300)
        diagnosis.title = QStringLiteral("The service did what was asked.");
    else if (answer.status >= 500)
        diagnosis.title = QStringLiteral("The service failed on its own side.");
    else
        diagnosis.title = QStringLiteral("The service refused what was asked.");
    diagnosis.remedies = {diagnosis.retryHelps ? QStringLiteral("Wait and try again.")
                                               : QStringLiteral("Read the answer's own words; they name the cause.")};
    return diagnosis;
}

} // namespace relaywright
