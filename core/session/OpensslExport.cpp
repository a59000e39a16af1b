// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandExport.h"
#include "core/session/CommandWords.h"
#include "core/session/TlsConfiguration.h"

// The options are those of openssl-s_client(1) and openssl-passphrase-options(1) of OpenSSL 3.0.

namespace relaywright {

namespace {

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

void addCiphers(CommandWords &words, const TlsSettings &tls)
{
    const CipherLists ciphers = cipherLists(tls.ciphers);
    const QString older = ciphers.older.join(u':');
    if (lowestVersion(tls) < TlsVersion::Tls12) // OpenSSL 3 speaks them at security level 0 only
        words.add("-cipher", (older.isEmpty() ? QStringLiteral("DEFAULT") : older) + QStringLiteral(":@SECLEVEL=0"));
    else
        words.addIf("-cipher", older);
    words.addIf("-ciphersuites", ciphers.suites.join(u':'));
}

void addTls(CommandWords &words, const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    const QString expected = tls.expectedName.isEmpty() ? handshakeName(request) : tls.expectedName;
    if (const QString name = handshakeName(request); isAddress(name))
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
    addCiphers(words, tls);
    words.addIf("-CAfile", request.caFile);
    words.addIf("-cert", request.certificate.certificateFile);
    words.addIf("-key", request.certificate.keyFile);
}

void addNetwork(CommandWords &words, QStringList &notes, const ConnectionSettings &connection)
{
    if (connection.family == IpFamily::V4)
        words.add("-4");
    if (connection.family == IpFamily::V6)
        words.add("-6");
    if (connection.source)
        words.add("-bind", Endpoint{Host::of(*connection.source), 0}.toString());
    if (!connection.proxy)
        return;
    if (connection.proxy->kind != ProxySettings::Kind::HttpConnect) {
        notes += QStringLiteral("openssl s_client speaks no SOCKS; the command connects directly.");
        return;
    }
    words.add("-proxy", connection.proxy->proxy.toString());
    if (connection.proxy->user.isEmpty())
        return;
    words.add("-proxy_user", connection.proxy->user);
    words.add("-proxy_pass", QStringLiteral("env:PROXY_PASSWORD"));
    notes += QStringLiteral("Put the password for the proxy into the environment variable PROXY_PASSWORD first.");
}

void noteCertificates(QStringList &notes, const TestRequest &request)
{
    if (!request.certificate.pkcs12File.isEmpty())
        notes += QStringLiteral(
                     "openssl s_client reads no PKCS#12 file: turn %1 into PEM with \"openssl pkcs12\" first, and "
                     "name it with -cert.")
                     .arg(request.certificate.pkcs12File);
    if (request.caFile.isEmpty() && !request.connection.tls.caCertificatesPem.isEmpty())
        notes += QStringLiteral("The authority of this test is in no file: save it and name it with -CAfile.");
}

} // namespace

Result<CommandExport> asOpensslSClient(const TestRequest &request)
{
    const ConnectionSettings &connection = request.connection;
    if (request.graph)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("This test goes through Microsoft Graph over HTTPS, where openssl s_client would "
                                      "show no conversation of mail."));
    if (connection.smtp.tls == TlsPolicy::None)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("openssl s_client speaks TLS only, and this test goes without. Use swaks."));
    CommandExport out;
    CommandWords words(QStringLiteral("openssl"));
    words.add("s_client");
    words.add("-connect", connection.server.toString());
    if (connection.smtp.tls != TlsPolicy::Implicit) {
        words.add("-starttls", QStringLiteral("smtp"));
        words.addIf("-name", QString::fromUtf8(connection.smtp.ehloName));
    }
    words.add("-crlf");
    words.add("-showcerts");
    addNetwork(words, out.notes, connection);
    addTls(words, request);
    noteCertificates(out.notes, request);
    if (connection.smtp.tls == TlsPolicy::Opportunistic)
        out.notes += QStringLiteral("openssl s_client ends where the server offers no STARTTLS; the test would go on.");
    out.notes +=
        QStringLiteral("It shows TLS, the chain and what is offered inside, and sends no message; type the rest by "
                       "hand without the first part.");
    // s_client takes Q and R at the beginning of a line for itself, and ends with its input: so it is fed slowly.
    const QString ehlo = shellQuoted(QStringLiteral("EHLO %1").arg(QString::fromUtf8(connection.smtp.ehloName)));
    out.command = QStringLiteral("(sleep 2; echo %1; sleep 2; echo quit; sleep 1) | %2").arg(ehlo, words.line());
    return out;
}

} // namespace relaywright
