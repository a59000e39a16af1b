// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/TestDraft.h"

#include "core/base/Size.h"
#include "core/base/Text.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace relaywright {

namespace {

struct TestText {
    Q_DECLARE_TR_FUNCTIONS(TestDraft)
};

std::optional<std::uint16_t> parsePort(const QString &text)
{
    bool ok = false;
    const int port = text.trimmed().toInt(&ok);
    return ok && port > 0 && port <= 65535 ? std::optional(static_cast<std::uint16_t>(port)) : std::nullopt;
}

std::optional<std::chrono::milliseconds> parseSeconds(const QString &text)
{
    bool ok = false;
    const int seconds = text.trimmed().toInt(&ok);
    return ok && seconds > 0 && seconds <= 3600 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

bool isPkcs12(const QString &file)
{
    const QString ending = QFileInfo(file).suffix().toLower();
    return ending == QLatin1String("p12") || ending == QLatin1String("pfx");
}

/// Lines of `Name: value`; what has no colon has a name and no value.
std::vector<std::pair<QByteArray, QString>> headersOf(const QString &text)
{
    std::vector<std::pair<QByteArray, QString>> headers;
    for (const QString &line : text.split(u'\n')) {
        const qsizetype colon = line.indexOf(u':');
        if (!line.trimmed().isEmpty())
            headers.emplace_back(line.left(colon).trimmed().toUtf8(),
                                 colon < 0 ? QString() : line.mid(colon + 1).trimmed());
    }
    return headers;
}

/// Collects what is wrong, field by field.
class Checker {
public:
    void server(const QString &text)
    {
        if (text.trimmed().isEmpty())
            add("server", TestText::tr("Type the server’s name or address, such as smtp.office365.com."));
        else if (const auto host = Host::parse(text.trimmed()); !host)
            add("server", host.error().detail);
    }
    void needed(const char *field, const QString &text, const QString &sentence)
    {
        if (text.trimmed().isEmpty())
            add(field, sentence);
        else
            address(field, text);
    }
    void address(const char *field, const QString &text)
    {
        if (text.trimmed().isEmpty())
            return;
        if (const auto address = EmailAddress::parse(text.trimmed()); !address)
            add(field, address.error().detail);
    }
    void throughGraph(const TestDraft &draft)
    {
        if (draft.account.isEmpty())
            add("account", TestText::tr("Choose the account that signs in. Microsoft Graph takes no password."));
        mailbox("mailbox", draft.mailbox, draft.account);
    }
    void bySmtp(const TestDraft &draft)
    {
        server(draft.server);
        if (!parsePort(draft.port))
            add("port", TestText::tr("Type a port from 1 to 65535; submission uses 587."));
        if (draft.user.trimmed().isEmpty())
            mailbox("user", {}, draft.account);
        if (!draft.nullReversePath && draft.from.trimmed().isEmpty())
            needed("envelopeFrom", draft.envelopeFrom,
                   TestText::tr("Type the envelope sender: the address that reports come back to."));
        else
            address("envelopeFrom", draft.envelopeFrom);
        size("claimedSize", draft.link.claimedSize);
        tls(draft.tlsDetails);
        link(draft.link);
    }
    void recipients(const QString &text)
    {
        const QStringList recipients = splitList(text);
        if (recipients.isEmpty())
            add("to", TestText::tr("Type at least one recipient’s address."));
        for (const QString &recipient : recipients) {
            if (const auto address = EmailAddress::parse(recipient); !address)
                return add("to", address.error().detail);
        }
    }
    void link(const LinkDraft &link)
    {
        if (const QString source = link.source.trimmed(); !source.isEmpty()) {
            if (const auto address = IpAddress::parse(source); !address)
                add("source", address.error().detail);
        }
        if (link.proxyKind) {
            if (const auto proxy = Endpoint::parse(link.proxy.trimmed(), 1080); !proxy)
                add("proxy", proxy.error().detail);
        }
        const QString sentence = TestText::tr("Type a number of seconds from 1 to 3600.");
        if (!parseSeconds(link.connectSeconds))
            add("connectSeconds", sentence);
        if (!parseSeconds(link.answerSeconds))
            add("answerSeconds", sentence);
    }
    void size(const char *field, const QString &text)
    {
        if (text.trimmed().isEmpty())
            return;
        if (const auto size = parseSize(text.trimmed()); !size)
            add(field, size.error().detail);
    }
    void tls(const TlsDraft &tls)
    {
        if (tls.minimum && tls.maximum && *tls.minimum > *tls.maximum)
            add("tls", TestText::tr("The oldest version is newer than the newest. Choose them the other way round."));
        if (tls.certificateFile.isEmpty() && !tls.keyFile.isEmpty())
            add("certificate", TestText::tr("The key alone shows nothing: choose the file of its certificate too."));
    }
    void headers(const QString &text)
    {
        if (text.trimmed().isEmpty())
            return;
        // The composer knows what may stand in a field, and which fields are its own.
        const MessageDraft alone{.from = anybody(), .to = {anybody()}, .headers = headersOf(text)};
        if (const auto composed = compose(alone, TimePoint(), "check"); !composed)
            add("headers", composed.error().detail);
    }
    /// A mailbox where an account signs in: the one that is typed, or whom the account is named after.
    void mailbox(const char *field, const QString &typed, const QString &account)
    {
        if (!typed.trimmed().isEmpty())
            address(field, typed);
        else if (!account.isEmpty() && !EmailAddress::parse(account))
            add(field, TestText::tr("Type the mailbox: the account “%1” is not named after one.").arg(account));
    }
    void add(const char *field, const QString &sentence) { m_problems.push_back({QLatin1String(field), sentence}); }
    [[nodiscard]] const Problems &problems() const { return m_problems; }

private:
    Problems m_problems;
};

std::optional<EmailAddress> addressOf(const QString &text)
{
    const auto address = EmailAddress::parse(text.trimmed());
    return address ? std::optional(*address) : std::nullopt;
}

std::vector<EmailAddress> addressesOf(const QString &text)
{
    std::vector<EmailAddress> addresses;
    for (const QString &each : splitList(text)) {
        if (const auto address = addressOf(each))
            addresses.push_back(*address);
    }
    return addresses;
}

std::optional<std::uint64_t> sizeOf(const QString &text)
{
    const auto size = parseSize(text.trimmed());
    return size ? std::optional(*size) : std::nullopt;
}

DsnRequest dsnOf(const LinkDraft &link)
{
    DsnRequest dsn{.never = link.notifyNever,
                   .success = link.notifySuccess && !link.notifyNever,
                   .failure = link.notifyFailure && !link.notifyNever,
                   .delay = link.notifyDelay && !link.notifyNever,
                   .returned = link.dsnReturn,
                   .envelopeId = link.dsnEnvelopeId.trimmed().toUtf8()};
    dsn.asked = !(dsn == DsnRequest());
    return dsn;
}

void setLink(ConnectionSettings &connection, const LinkDraft &link)
{
    connection.family = link.family;
    if (const auto source = IpAddress::parse(link.source.trimmed()); source)
        connection.source = *source;
    if (link.proxyKind)
        connection.proxy = ProxySettings{.kind = *link.proxyKind,
                                         .proxy = *Endpoint::parse(link.proxy.trimmed(), 1080),
                                         .user = link.proxyUser.trimmed()};
    connection.connectPatience = *parseSeconds(link.connectSeconds);
    connection.patience = *parseSeconds(link.answerSeconds);
    for (const auto &[stage, limit] : link.stageSeconds)
        connection.stagePatience[stage] = std::chrono::seconds(limit);
    connection.smtp.claimedSize = sizeOf(link.claimedSize);
    connection.smtp.heloOnly = link.heloOnly;
    connection.smtp.pipelining = link.pipelining;
    connection.smtp.chunking = link.chunking;
    connection.smtp.announceSize = link.announceSize;
    connection.smtp.stopAfter = link.stopAfter;
}

void setTls(TestRequest &request, const TlsDraft &tls)
{
    TlsSettings &settings = request.connection.tls;
    settings.minimum = tls.minimum;
    settings.maximum = tls.maximum;
    settings.ciphers = tls.ciphers.trimmed();
    settings.serverName = tls.serverName.trimmed();
    settings.expectedName = tls.expectedName.trimmed();
    settings.insecure = tls.insecure;
    request.caFile = tls.caFile;
    if (isPkcs12(tls.certificateFile))
        request.certificate.pkcs12File = tls.certificateFile;
    else
        request.certificate.certificateFile = tls.certificateFile;
    request.certificate.keyFile = tls.keyFile;
}

/// How it goes to a server, and who signs in there.
void setServer(TestRequest &request, const TestDraft &draft, const QString &hostName)
{
    ConnectionSettings &connection = request.connection;
    connection.server = {*Host::parse(draft.server.trimmed()), *parsePort(draft.port)};
    const QString name = draft.link.ehloName.trimmed();
    connection.smtp.ehloName = (name.isEmpty() ? hostName : name).toLatin1();
    connection.smtp.tls = draft.tls;
    connection.smtp.allowAuthWithoutTls = draft.signInWithoutTls;
    const QString typed = draft.user.trimmed();
    const QString user = typed.isEmpty() ? draft.account : typed;
    if (!user.isEmpty() || draft.mechanism == AuthMechanism::External)
        connection.smtp.credentials = Credentials{.user = user,
                                                  .mechanism = draft.mechanism,
                                                  .authorizationId = draft.actAs.trimmed(),
                                                  .realm = draft.realm.trimmed()};
    if (!draft.account.isEmpty() && !takesToken(draft.mechanism))
        connection.smtp.credentials->mechanism = AuthMechanism::XOAuth2;
    setLink(connection, draft.link);
    setTls(request, draft.tlsDetails);
    if (!draft.nullReversePath)
        request.envelope.sender =
            draft.envelopeFrom.trimmed().isEmpty() ? addressOf(draft.from) : addressOf(draft.envelopeFrom);
    request.dsn = dsnOf(draft.link);
    request.smtpUtf8 = draft.link.smtpUtf8;
}

void setGraph(TestRequest &request, const TestDraft &draft)
{
    const QString typed = draft.mailbox.trimmed();
    request.graph = TestByGraph{.mailbox = *EmailAddress::parse(typed.isEmpty() ? draft.account : typed),
                                .saveToSentItems = draft.saveToSentItems};
    request.envelope.sender = request.graph->mailbox; // Exchange Online makes it so
}

} // namespace

Problems check(const TestDraft &draft)
{
    Checker checker;
    if (draft.graph)
        checker.throughGraph(draft);
    else
        checker.bySmtp(draft);
    if (draft.extras.emlFile.isEmpty())
        checker.needed("from", draft.from, TestText::tr("Type the address that the device sends as."));
    else
        checker.address("from", draft.from);
    checker.recipients(draft.to);
    checker.address("sender", draft.extras.sender);
    checker.address("replyTo", draft.extras.replyTo);
    checker.size("fill", draft.extras.fill);
    checker.headers(draft.extras.headers);
    return checker.problems();
}

Result<TestRequest> toRequest(const TestDraft &draft, const QString &hostName)
{
    const Problems problems = check(draft);
    if (!problems.empty())
        return failure(ErrorKind::InvalidInput, problems.front().sentence);
    // A test through Graph learns its server when it begins.
    TestRequest request{.connection = {.server = {Host::of(IpAddress::fromV4(0)), 0}},
                        .message = {.from = addressOf(draft.from).value_or(anybody())}};
    request.account = draft.account;
    request.connection.tls.caCertificatesPem = draft.authorityPem;
    request.envelope.recipients = addressesOf(draft.to);
    if (draft.graph)
        setGraph(request, draft);
    else
        setServer(request, draft, hostName);
    MessageDraft &message = request.message;
    message.fromName = draft.extras.fromName.trimmed();
    message.to = request.envelope.recipients;
    message.subject = draft.subject;
    message.text = draft.text;
    message.sender = addressOf(draft.extras.sender);
    message.replyTo = addressOf(draft.extras.replyTo);
    message.html = draft.extras.html;
    message.headers = headersOf(draft.extras.headers);
    message.charset = draft.extras.charset;
    request.attachments = draft.attachments;
    request.fillOctets = sizeOf(draft.extras.fill).value_or(0);
    request.emlFile = draft.extras.emlFile;
    request.quirks = draft.extras.quirks;
    request.senderId = draft.senderId;
    request.method = draft.method ? toString(*draft.method) : QString();
    return request;
}

} // namespace relaywright
