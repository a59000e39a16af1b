// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandExport.h"

#include "core/session/TlsConfiguration.h"

#include "core/base/Text.h"

#include <QRegularExpression>

namespace relaywright {

namespace {

/// Words of a command, quoted when it is written down.
class Words {
public:
    explicit Words(const QString &program) : m_words{program} {}
    void add(const char *option) { m_words += QLatin1String(option); }
    void add(const char *option, const QString &value)
    {
        add(option);
        m_words += value;
    }
    void addIf(const char *option, const QString &value)
    {
        if (!value.isEmpty())
            add(option, value);
    }
    [[nodiscard]] QString line() const
    {
        QStringList quoted;
        for (const QString &word : m_words)
            quoted += shellQuoted(word);
        return quoted.join(u' ');
    }

private:
    QStringList m_words;
};

QString nameFor(const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    return tls.serverName.isEmpty() ? request.connection.server.host.toString() : tls.serverName;
}

bool isAddress(const QString &name)
{
    return IpAddress::parse(name).has_value();
}

QString addresses(const std::vector<EmailAddress> &list)
{
    QStringList texts;
    for (const EmailAddress &address : list)
        texts += address.toString();
    return texts.join(u',');
}

// --- swaks ----------------------------------------------------------------------------------------------------------

/// swaks counts versions one by one: `tlsv1,tlsv1_1`.
QString swaksVersions(const TlsSettings &tls)
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

void addSwaksTls(Words &words, QStringList &notes, const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    switch (request.connection.smtp.tls) {
    case TlsPolicy::None: return;
    case TlsPolicy::Opportunistic: words.add("--tls-optional"); break;
    case TlsPolicy::Required: words.add("--tls"); break;
    case TlsPolicy::Implicit: words.add("--tls-on-connect"); break;
    }
    words.addIf("--tls-protocol", swaksVersions(tls));
    words.addIf("--tls-cipher", tls.ciphers);
    if (const QString name = nameFor(request); !isAddress(name))
        words.add("--tls-sni", name);
    if (!tls.insecure) {
        words.add("--tls-verify");
        notes += QStringLiteral("swaks of 2020 checks who issued the certificate but not the name it is for.");
    }
    words.addIf("--tls-ca-path", request.caFile);
    words.addIf("--tls-cert", request.certificate.certificateFile);
    words.addIf("--tls-key", request.certificate.keyFile);
    if (!request.certificate.pkcs12File.isEmpty())
        notes += QStringLiteral("swaks reads no PKCS#12 file: turn %1 into PEM with \"openssl pkcs12\" first.")
                     .arg(request.certificate.pkcs12File);
    if (request.caFile.isEmpty() && !tls.caCertificatesPem.isEmpty())
        notes += QStringLiteral("The authority of this test is in no file: save it and name it with --tls-ca-path.");
}

void addSwaksSignIn(Words &words, QStringList &notes, const ClientSettings &smtp)
{
    if (!smtp.credentials)
        return;
    const Credentials &credentials = *smtp.credentials;
    switch (credentials.mechanism) {
    case AuthMechanism::Auto: words.add("--auth"); break;
    case AuthMechanism::Plain:
    case AuthMechanism::Login:
    case AuthMechanism::CramMd5:
    case AuthMechanism::Ntlm: words.add("--auth", QString::fromLatin1(toWire(credentials.mechanism))); break;
    case AuthMechanism::ScramSha1:
    case AuthMechanism::ScramSha256:
    case AuthMechanism::External:
    case AuthMechanism::XOAuth2:
    case AuthMechanism::OAuthBearer:
        notes += QStringLiteral("swaks cannot sign in with %1, so the command goes without a sign-in.")
                     .arg(QString::fromLatin1(toWire(credentials.mechanism)));
        return;
    }
    words.add("--auth-user", credentials.user);
    words.add("--auth-hide-password");
    words.add("--protect-prompt");
    notes += QStringLiteral("swaks asks for the password.");
}

void addSwaksNetwork(Words &words, QStringList &notes, const ConnectionSettings &connection)
{
    if (connection.family == IpFamily::V4)
        words.add("-4");
    if (connection.family == IpFamily::V6)
        words.add("-6");
    words.addIf("--local-interface", connection.source ? connection.source->toString() : QString());
    if (connection.proxy)
        notes += QStringLiteral("swaks goes through no proxy of this kind; the command connects directly.");
}

/// Stages as swaks calls them; it stops after the answer to them.
QString swaksStop(Stage stage, TlsPolicy tls)
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

/// swaks takes \n for a line end in values that it puts into the message, @ in front for the name of a file, and what is
/// the name of a file as well.
QString swaksText(const QString &text)
{
    QString out = text;
    if (out.startsWith(u'@'))
        out.prepend(u'@');
    else if (!out.contains(u' ') && !out.contains(u'\n'))
        out += u'\n';
    out.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    return out.replace(u'\n', QLatin1String("\\n"));
}

void addSwaksMessage(Words &words, QStringList &notes, const TestRequest &request)
{
    if (!request.emlFile.isEmpty())
        return words.add("--data", u'@' + request.emlFile);
    const MessageDraft &draft = request.message;
    const QString from = draft.fromName.isEmpty()
                             ? draft.from.toString()
                             : QStringLiteral("\"%1\" <%2>").arg(draft.fromName, draft.from.toString());
    words.add("--h-From", from);
    words.add("--h-Subject", draft.subject);
    if (draft.replyTo)
        words.add("--add-header", QStringLiteral("Reply-To: ") + draft.replyTo->toString());
    words.add("--body", swaksText(draft.text));
    for (const QString &file : request.attachments)
        words.add("--attach", u'@' + file);
    if (request.quirks != MessageQuirks())
        notes += QStringLiteral("What is wrong with the message on purpose is not in the command.");
}

void addSwaksExtensions(Words &words, QStringList &notes, const TestRequest &request)
{
    const ClientSettings &smtp = request.connection.smtp;
    words.addIf("--helo", QString::fromUtf8(smtp.ehloName));
    if (smtp.heloOnly)
        words.add("--protocol", QStringLiteral("SMTP"));
    if (smtp.pipelining)
        words.add("--pipeline");
    if (smtp.chunking)
        notes += QStringLiteral("swaks sends the message with DATA, not in chunks.");
    if (request.dsn.asked)
        notes += QStringLiteral("swaks cannot ask for delivery reports (DSN).");
    words.addIf("--quit-after", swaksStop(smtp.stopAfter, smtp.tls));
}

// --- openssl --------------------------------------------------------------------------------------------------------

QString opensslVersion(TlsVersion version)
{
    switch (version) {
    case TlsVersion::Tls10: return QStringLiteral("TLSv1");
    case TlsVersion::Tls11: return QStringLiteral("TLSv1.1");
    case TlsVersion::Tls12: return QStringLiteral("TLSv1.2");
    case TlsVersion::Tls13: return QStringLiteral("TLSv1.3");
    }
    Q_UNREACHABLE();
}

void addOpensslTls(Words &words, const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    const QString expected = tls.expectedName.isEmpty() ? nameFor(request) : tls.expectedName;
    if (const QString name = nameFor(request); isAddress(name))
        words.add("-noservername");
    else
        words.add("-servername", name);
    if (!tls.insecure) {
        words.add(isAddress(expected) ? "-verify_ip" : "-verify_hostname", expected);
        words.add("-verify_return_error");
    }
    words.add("-min_protocol", opensslVersion(lowestVersion(tls)));
    if (tls.maximum)
        words.add("-max_protocol", opensslVersion(*tls.maximum));
    const bool old = lowestVersion(tls) < TlsVersion::Tls12;
    const QString ciphers = tls.ciphers.isEmpty() ? QStringLiteral("DEFAULT") : tls.ciphers;
    if (old) // OpenSSL 3 speaks them at security level 0 only
        words.add("-cipher", ciphers + QStringLiteral(":@SECLEVEL=0"));
    else
        words.addIf("-cipher", tls.ciphers);
    words.addIf("-CAfile", request.caFile);
    words.addIf("-cert", request.certificate.certificateFile);
    words.addIf("-key", request.certificate.keyFile);
}

void addOpensslNetwork(Words &words, QStringList &notes, const ConnectionSettings &connection)
{
    if (connection.family == IpFamily::V4)
        words.add("-4");
    if (connection.family == IpFamily::V6)
        words.add("-6");
    if (connection.source)
        words.add("-bind", Endpoint{Host::of(*connection.source), 0}.toString());
    if (connection.proxy && connection.proxy->kind == ProxySettings::Kind::HttpConnect)
        words.add("-proxy", connection.proxy->proxy.toString());
    else if (connection.proxy)
        notes += QStringLiteral("openssl s_client speaks no SOCKS; the command connects directly.");
}

} // namespace

QString shellQuoted(const QString &word)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    if (plain.match(word).hasMatch() && !word.endsWith(u'\n'))
        return word;
    QString inside = word;
    return u'\'' + inside.replace(u'\'', QLatin1String("'\\''")) + u'\'';
}

QString CommandExport::toText() const
{
    QString text;
    for (const QString &note : notes)
        text += QStringLiteral("# %1\n").arg(quotable(note, 400)); // on one line, or it would be a command
    return text + command + u'\n';
}

CommandExport asSwaks(const TestRequest &request)
{
    CommandExport out;
    Words words(QStringLiteral("swaks"));
    words.add("--server", request.connection.server.host.toString());
    words.add("--port", QString::number(request.connection.server.port));
    addSwaksNetwork(words, out.notes, request.connection);
    addSwaksTls(words, out.notes, request);
    addSwaksExtensions(words, out.notes, request);
    addSwaksSignIn(words, out.notes, request.connection.smtp);
    words.add("--from", request.envelope.sender ? request.envelope.sender->toString() : QStringLiteral("<>"));
    words.add("--to", addresses(request.envelope.recipients));
    addSwaksMessage(words, out.notes, request);
    const auto patience = std::chrono::duration_cast<std::chrono::seconds>(request.connection.patience).count();
    words.add("--timeout", QString::number(std::max<qint64>(patience, 1)) + u's');
    out.command = words.line();
    return out;
}

Result<CommandExport> asOpensslSClient(const TestRequest &request)
{
    const ConnectionSettings &connection = request.connection;
    if (connection.smtp.tls == TlsPolicy::None)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("openssl s_client speaks TLS only, and this test goes without. Use swaks."));
    CommandExport out;
    Words words(QStringLiteral("openssl"));
    words.add("s_client");
    words.add("-connect", connection.server.toString());
    if (connection.smtp.tls != TlsPolicy::Implicit) {
        words.add("-starttls", QStringLiteral("smtp"));
        words.addIf("-name", QString::fromUtf8(connection.smtp.ehloName));
    }
    words.add("-crlf");
    words.add("-showcerts");
    addOpensslNetwork(words, out.notes, connection);
    addOpensslTls(words, request);
    if (!request.certificate.pkcs12File.isEmpty())
        out.notes +=
            QStringLiteral("openssl s_client reads no PKCS#12 file: turn %1 into PEM with \"openssl pkcs12\" first.")
                .arg(request.certificate.pkcs12File);
    out.notes += QStringLiteral("It shows TLS, the chain and what is offered inside; type the rest by hand without the "
                                "first part.");
    // s_client takes Q and R at the beginning of a line for itself, and ends with its input: so it is fed slowly.
    const QString ehlo = shellQuoted(QStringLiteral("EHLO %1").arg(QString::fromUtf8(connection.smtp.ehloName)));
    out.command = QStringLiteral("(sleep 2; echo %1; sleep 2; echo quit; sleep 1) | %2").arg(ehlo, words.line());
    return out;
}

} // namespace relaywright
