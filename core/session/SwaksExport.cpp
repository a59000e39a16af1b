// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandExport.h"
#include "core/session/CommandWords.h"
#include "core/session/TlsConfiguration.h"

#include <QMimeDatabase>

#include <algorithm>

// The options are those of swaks 20201014 (its own manual, "swaks --help"). What a test has and the manual has no option for
// is told in a note.

namespace relaywright {

namespace {

QString addresses(const std::vector<EmailAddress> &list)
{
    QStringList texts;
    for (const EmailAddress &address : list)
        texts += address.toString();
    return texts.join(u',');
}

/// Versions are counted one by one: `tlsv1,tlsv1_1`.
QString versions(const TlsSettings &tls)
{
    if (!tls.minimum && !tls.maximum)
        return {};
    static const std::pair<TlsVersion, QLatin1String> kVersions[] = {
        {TlsVersion::Tls10, QLatin1String("tlsv1")},
        {TlsVersion::Tls11, QLatin1String("tlsv1_1")},
        {TlsVersion::Tls12, QLatin1String("tlsv1_2")},
        {TlsVersion::Tls13, QLatin1String("tlsv1_3")},
    };
    QStringList words;
    for (const auto &[version, word] : kVersions) {
        if (version >= lowestVersion(tls) && version <= tls.maximum.value_or(TlsVersion::Tls13))
            words += word;
    }
    return words.join(u',');
}

// --- where to -------------------------------------------------------------------------------------------------------

void addServer(CommandWords &words, QStringList &notes, const ConnectionSettings &connection)
{
    words.add("--server", connection.server.host.toString());
    words.add("--port", QString::number(connection.server.port));
    if (connection.family == IpFamily::V4)
        words.add("-4");
    if (connection.family == IpFamily::V6)
        words.add("-6");
    words.addIf("--local-interface", connection.source ? connection.source->toString() : QString());
    if (connection.proxy)
        notes += QStringLiteral("swaks goes through no proxy of this kind; the command connects directly.");
}

// --- TLS ------------------------------------------------------------------------------------------------------------

void addClientCertificate(CommandWords &words, QStringList &notes, const ClientCertificateFiles &files)
{
    if (!files.pkcs12File.isEmpty())
        notes +=
            QStringLiteral("swaks reads no PKCS#12 file: turn %1 into PEM with \"openssl pkcs12\" first, and name it "
                           "with --tls-cert and --tls-key.")
                .arg(files.pkcs12File);
    if (files.certificateFile.isEmpty())
        return;
    words.add("--tls-cert", files.certificateFile);
    // The one option demands the other; both often stand in one file.
    words.add("--tls-key", files.keyFile.isEmpty() ? files.certificateFile : files.keyFile);
    if (files.password)
        notes += QStringLiteral("swaks has no option for the passphrase of the key.");
}

void addTls(CommandWords &words, QStringList &notes, const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    switch (request.connection.smtp.tls) {
    case TlsPolicy::None: return;
    case TlsPolicy::Opportunistic: words.add("--tls-optional-strict"); break;
    case TlsPolicy::Required: words.add("--tls"); break;
    case TlsPolicy::Implicit: words.add("--tls-on-connect"); break;
    }
    const CipherLists ciphers = cipherLists(tls.ciphers);
    words.addIf("--tls-protocol", versions(tls));
    words.addIf("--tls-cipher", ciphers.older.join(u':'));
    if (!ciphers.suites.isEmpty())
        notes += QStringLiteral("swaks has no option for the suites of TLS 1.3, so %1 is left out.")
                     .arg(ciphers.suites.join(u':'));
    if (const QString name = handshakeName(request); !isAddress(name))
        words.add("--tls-sni", name);
    if (!tls.insecure) {
        words.add("--tls-verify");
        notes += QStringLiteral("swaks of 2020 checks who issued the certificate but not the name it is for.");
    }
    words.addIf("--tls-ca-path", request.caFile);
    if (request.caFile.isEmpty() && !tls.caCertificatesPem.isEmpty())
        notes += QStringLiteral("The authority of this test is in no file: save it and name it with --tls-ca-path.");
    addClientCertificate(words, notes, request.certificate);
}

// --- sign-in --------------------------------------------------------------------------------------------------------

/// Empty: swaks cannot do it.
QString mechanismWord(AuthMechanism mechanism)
{
    switch (mechanism) {
    case AuthMechanism::Plain:
    case AuthMechanism::Login:
    case AuthMechanism::CramMd5:
    case AuthMechanism::Ntlm: return QString::fromLatin1(toWire(mechanism));
    case AuthMechanism::Auto:
    case AuthMechanism::ScramSha1:
    case AuthMechanism::ScramSha256:
    case AuthMechanism::External:
    case AuthMechanism::XOAuth2:
    case AuthMechanism::OAuthBearer: return {};
    }
    Q_UNREACHABLE();
}

void addSignIn(CommandWords &words, QStringList &notes, const ClientSettings &smtp)
{
    if (!smtp.credentials)
        return;
    const Credentials &credentials = *smtp.credentials;
    const QString mechanism = mechanismWord(credentials.mechanism);
    if (mechanism.isEmpty() && credentials.mechanism != AuthMechanism::Auto) {
        notes += QStringLiteral("swaks cannot sign in with %1, so the command goes without a sign-in.")
                     .arg(QString::fromLatin1(toWire(credentials.mechanism)));
        return;
    }
    words.add("--auth");
    if (!mechanism.isEmpty())
        words.add(mechanism.toLatin1().constData());
    words.add("--auth-user", credentials.user);
    if (!credentials.realm.isEmpty())
        words.add("--auth-extra", QStringLiteral("domain=") + credentials.realm);
    words.add("--auth-hide-password");
    words.add("--protect-prompt");
    notes += QStringLiteral("swaks asks for the password.");
    if (!credentials.authorizationId.isEmpty())
        notes += QStringLiteral("swaks signs in as %1 only; it cannot act as %2.")
                     .arg(credentials.user, credentials.authorizationId);
    const bool mayLackTls = smtp.tls == TlsPolicy::None || smtp.tls == TlsPolicy::Opportunistic;
    if (mayLackTls && !smtp.allowAuthWithoutTls)
        notes +=
            QStringLiteral("Attention: where there is no TLS, swaks shows the password to everybody on the line; the "
                           "test would not.");
}

// --- the conversation -----------------------------------------------------------------------------------------------

/// Stages as swaks calls them; it stops after the answer to them.
QString stopWord(Stage stage, TlsPolicy tls)
{
    switch (stage) {
    case Stage::Connect: return QStringLiteral("CONNECT");
    case Stage::Greeting: return QStringLiteral("BANNER");
    case Stage::Ehlo: return QStringLiteral("FIRST-EHLO");
    case Stage::Tls: return tls == TlsPolicy::None ? QStringLiteral("FIRST-EHLO") : QStringLiteral("TLS");
    case Stage::Auth: return QStringLiteral("AUTH");
    case Stage::Mail: return QStringLiteral("MAIL");
    case Stage::Rcpt: return QStringLiteral("RCPT");
    case Stage::Data:
    case Stage::Quit: return {};
    }
    Q_UNREACHABLE();
}

void addConversation(CommandWords &words, QStringList &notes, const TestRequest &request)
{
    const ClientSettings &smtp = request.connection.smtp;
    words.addIf("--helo", QString::fromUtf8(smtp.ehloName));
    if (smtp.heloOnly)
        words.add("--protocol", QStringLiteral("SMTP"));
    if (smtp.pipelining)
        words.add("--pipeline");
    words.addIf("--quit-after", stopWord(smtp.stopAfter, smtp.tls));
    const auto patience = std::chrono::duration_cast<std::chrono::seconds>(request.connection.patience).count();
    words.add("--timeout", QString::number(std::max<qint64>(patience, 1)) + u's');
    if (!request.connection.stagePatience.empty())
        notes += QStringLiteral("swaks has one time-out for everything, not one for each stage.");
    if (smtp.chunking)
        notes += QStringLiteral("swaks sends the message with DATA, not in chunks.");
    if (smtp.claimedSize)
        notes += QStringLiteral("swaks has no option to say a size (SIZE) in MAIL FROM.");
    if (request.smtpUtf8)
        notes += QStringLiteral("swaks has no option to ask for SMTPUTF8.");
    if (request.dsn.asked)
        notes += QStringLiteral("swaks cannot ask for delivery reports (DSN).");
}

// --- the message ----------------------------------------------------------------------------------------------------

bool isAscii(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() < 0x80; });
}

/// \n is a line end in values that go into the message, @ in front means a file, and so does what names one.
QString bodyWord(const QString &text)
{
    QString out = text;
    if (out.startsWith(u'@'))
        out.prepend(u'@');
    else if (!out.contains(u' ') && !out.contains(u'\n'))
        out += u'\n';
    out.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    return out.replace(u'\n', QLatin1String("\\n"));
}

/// Of HTML swaks makes base64 before it would read \n, so its line ends are real ones.
QString htmlWord(const QString &html)
{
    QString out = html;
    if (out.startsWith(u'@'))
        out.prepend(u'@');
    out.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    return out.endsWith(u'\n') ? out : out + u'\n';
}

void addFields(CommandWords &words, const TestRequest &request)
{
    const MessageDraft &draft = request.message;
    QStringList display{draft.fromName};
    if (request.quirks.addressInDisplayName)
        display += draft.from.toString();
    display.removeAll(QString());
    words.add("--h-From", display.isEmpty()
                              ? draft.from.toString()
                              : QStringLiteral("\"%1\" <%2>").arg(display.join(u' '), draft.from.toString()));
    if (draft.to != request.envelope.recipients && !draft.to.empty())
        words.add("--h-To", addresses(draft.to));
    words.add("--h-Subject", draft.subject);
    if (draft.sender)
        words.add("--add-header", QStringLiteral("Sender: ") + draft.sender->toString());
    if (draft.replyTo)
        words.add("--add-header", QStringLiteral("Reply-To: ") + draft.replyTo->toString());
    for (const auto &[name, value] : draft.headers)
        words.add("--add-header", QString::fromLatin1(name) + QStringLiteral(": ") + value);
}

void addTexts(CommandWords &words, const MessageDraft &draft)
{
    if (draft.html.isEmpty())
        return words.add("--body", bodyWord(draft.text));
    if (!draft.text.isEmpty()) {
        words.add("--attach-type", QStringLiteral("text/plain"));
        words.add("--attach-body", bodyWord(draft.text));
    }
    words.add("--attach-type", QStringLiteral("text/html"));
    words.add("--attach-body", htmlWord(draft.html));
}

void noteMessage(QStringList &notes, const TestRequest &request)
{
    const MessageDraft &draft = request.message;
    if (request.fillOctets > 0)
        notes +=
            QStringLiteral("The attachment of %1 octets that say nothing is not in the command. Make such a file, and "
                           "name it with --attach @FILE.")
                .arg(request.fillOctets);
    if (draft.charset != "utf-8")
        notes += QStringLiteral("swaks does not turn text into %1; it goes out as the shell hands it over.")
                     .arg(QString::fromLatin1(draft.charset));
    const bool plain = isAscii(draft.fromName) && isAscii(draft.subject) && isAscii(draft.text) && isAscii(draft.html);
    if (!plain)
        notes +=
            QStringLiteral("swaks encodes neither header fields nor text: what is not ASCII goes out as it stands.");
    if (request.quirks.noDate)
        notes += QStringLiteral("The message of the test has no Date on purpose; that of swaks has one.");
    if (request.quirks.noMessageId)
        notes += QStringLiteral("The message of the test has no Message-ID on purpose; that of swaks has one.");
}

void addMessage(CommandWords &words, QStringList &notes, const TestRequest &request)
{
    if (request.quirks.bareLineFeeds)
        notes +=
            QStringLiteral("The lines of the test's message end with LF alone on purpose; swaks ends them with CRLF.");
    if (!request.emlFile.isEmpty()) {
        words.add("--data", u'@' + request.emlFile);
        notes += QStringLiteral("swaks puts its own words in place of those such as %DATE% in the file.");
        return;
    }
    addFields(words, request);
    addTexts(words, request.message);
    for (const QString &file : request.attachments) {
        words.add("--attach-type", QMimeDatabase().mimeTypeForFile(file, QMimeDatabase::MatchExtension).name());
        words.add("--attach", u'@' + file);
    }
    noteMessage(notes, request);
}

} // namespace

Result<CommandExport> asSwaks(const TestRequest &request)
{
    if (request.graph)
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("swaks speaks SMTP only, and this test goes through Microsoft Graph over HTTPS."));
    CommandExport out;
    CommandWords words(QStringLiteral("swaks"));
    addServer(words, out.notes, request.connection);
    addTls(words, out.notes, request);
    addConversation(words, out.notes, request);
    addSignIn(words, out.notes, request.connection.smtp);
    words.add("--from", request.envelope.sender ? request.envelope.sender->toString() : QStringLiteral("<>"));
    words.add("--to", addresses(request.envelope.recipients));
    addMessage(words, out.notes, request);
    out.command = words.line();
    return out;
}

} // namespace relaywright
