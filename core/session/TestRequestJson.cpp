// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"
#include "core/session/TestRequest.h"

#include <QJsonArray>

namespace relaywright {

namespace {

const QString kSchema = QStringLiteral("relaywright.test/1");
constexpr qint64 kLongestPatience = 1000LL * 60 * 60 * 24; // milliseconds
constexpr qint64 kLargestSize = 1LL << 50;                 // octets

/// Leaves out what is as always, so that a person who reads the document sees what was chosen.
class Writer {
public:
    void text(const char *key, const QString &value)
    {
        if (!value.isEmpty())
            object.insert(QLatin1String(key), value);
    }
    void flag(const char *key, bool value, bool usual)
    {
        if (value != usual)
            object.insert(QLatin1String(key), value);
    }
    void part(const char *key, const QJsonObject &value)
    {
        if (!value.isEmpty())
            object.insert(QLatin1String(key), value);
    }
    void list(const char *key, const QStringList &values)
    {
        if (!values.isEmpty())
            object.insert(QLatin1String(key), QJsonArray::fromStringList(values));
    }
    QJsonObject object;
};

QString word(std::optional<TlsVersion> version)
{
    return version ? toString(*version) : QString();
}

QStringList texts(const std::vector<EmailAddress> &addresses)
{
    QStringList texts;
    for (const EmailAddress &address : addresses)
        texts += address.toString();
    return texts;
}

QJsonObject tlsJson(const ConnectionSettings &connection)
{
    const TlsSettings &tls = connection.tls;
    Writer out;
    out.text("policy", toString(connection.smtp.tls));
    out.text("minimum", word(tls.minimum));
    out.text("maximum", word(tls.maximum));
    out.text("ciphers", tls.ciphers);
    out.text("serverName", tls.serverName);
    out.text("expectedName", tls.expectedName);
    out.text("authorities", QString::fromLatin1(tls.caCertificatesPem));
    out.flag("insecure", tls.insecure, false);
    return out.object;
}

QJsonObject certificateJson(const ClientCertificateFiles &files)
{
    Writer out;
    out.text("certificateFile", files.certificateFile);
    out.text("keyFile", files.keyFile);
    out.text("pkcs12File", files.pkcs12File);
    out.text("passphraseFrom", files.password ? files.password->toString() : QString());
    return out.object;
}

QJsonObject proxyJson(const std::optional<ProxySettings> &proxy)
{
    if (!proxy)
        return {};
    Writer out;
    out.text("kind", proxy->kind == ProxySettings::Kind::Socks5 ? QStringLiteral("socks5") : QStringLiteral("http"));
    out.text("server", proxy->proxy.toString());
    out.text("user", proxy->user);
    return out.object;
}

QJsonObject signInJson(const std::optional<Credentials> &credentials)
{
    if (!credentials)
        return {};
    Writer out;
    out.text("mechanism", toString(credentials->mechanism));
    out.text("user", credentials->user);
    out.text("actAs", credentials->authorizationId);
    out.text("realm", credentials->realm);
    return out.object;
}

QJsonObject graphJson(const std::optional<TestByGraph> &graph)
{
    if (!graph)
        return {};
    Writer out;
    out.text("mailbox", graph->mailbox.toString());
    out.text("service", graph->service.toString());
    out.flag("saveToSentItems", graph->saveToSentItems, true);
    return out.object;
}

QJsonObject patienceJson(const ConnectionSettings &connection)
{
    QJsonObject stages;
    for (const auto &[stage, limit] : connection.stagePatience)
        stages.insert(toString(stage), static_cast<qint64>(limit.count()));
    QJsonObject json{{QStringLiteral("all"), static_cast<qint64>(connection.patience.count())},
                     {QStringLiteral("connecting"), static_cast<qint64>(connection.connectPatience.count())}};
    if (!stages.isEmpty())
        json.insert(QStringLiteral("stages"), stages);
    return json;
}

QJsonObject conversationJson(const ClientSettings &smtp)
{
    Writer out;
    out.text("ehlo", QString::fromUtf8(smtp.ehloName));
    out.flag("heloOnly", smtp.heloOnly, false);
    out.flag("pipelining", smtp.pipelining, true);
    out.flag("chunking", smtp.chunking, false);
    out.flag("announceSize", smtp.announceSize, true);
    if (smtp.claimedSize)
        out.object.insert(QStringLiteral("claimedSize"), static_cast<qint64>(*smtp.claimedSize));
    out.flag("signInWithoutTls", smtp.allowAuthWithoutTls, false);
    if (smtp.stopAfter != Stage::Quit)
        out.text("stopAfter", toString(smtp.stopAfter));
    return out.object;
}

QJsonObject dsnJson(const DsnRequest &dsn)
{
    if (!dsn.asked)
        return {};
    Writer out;
    out.object.insert(QStringLiteral("asked"), true);
    out.flag("never", dsn.never, false);
    out.flag("success", dsn.success, false);
    out.flag("failure", dsn.failure, false);
    out.flag("delay", dsn.delay, false);
    out.text("return", dsn.returned == DsnRequest::Return::Full      ? QStringLiteral("full")
                       : dsn.returned == DsnRequest::Return::Headers ? QStringLiteral("headers")
                                                                     : QString());
    out.text("envelopeId", QString::fromUtf8(dsn.envelopeId));
    return out.object;
}

QJsonObject messageJson(const TestRequest &request)
{
    const MessageDraft &draft = request.message;
    Writer out;
    out.text("from", draft.from.toString());
    out.text("fromName", draft.fromName);
    out.list("to", texts(draft.to));
    out.text("replyTo", draft.replyTo ? draft.replyTo->toString() : QString());
    out.text("subject", draft.subject);
    out.text("text", draft.text);
    out.text("html", draft.html);
    if (draft.charset != "utf-8")
        out.text("charset", QString::fromLatin1(draft.charset));
    QJsonArray fields;
    for (const auto &[name, value] : draft.headers)
        fields.append(
            QJsonObject{{QStringLiteral("name"), QString::fromLatin1(name)}, {QStringLiteral("value"), value}});
    if (!fields.isEmpty())
        out.object.insert(QStringLiteral("headers"), fields);
    out.text("sender", draft.sender ? draft.sender->toString() : QString());
    out.list("attachments", request.attachments);
    if (request.fillOctets > 0)
        out.object.insert(QStringLiteral("fillOctets"), static_cast<qint64>(request.fillOctets));
    out.text("eml", request.emlFile);
    const MessageQuirks &quirks = request.quirks;
    out.flag("noDate", quirks.noDate, false);
    out.flag("noMessageId", quirks.noMessageId, false);
    out.flag("bareLineFeeds", quirks.bareLineFeeds, false);
    out.flag("addressInDisplayName", quirks.addressInDisplayName, false);
    return out.object;
}

// --- reading --------------------------------------------------------------------------------------------------------

template <class T, class Parse>
std::optional<T> word(JsonReader &in, QStringView key, Parse parse)
{
    if (!in.has(key))
        return std::nullopt;
    const QString text = in.string(key);
    const std::optional<T> value = parse(text);
    if (!value && !in.failed())
        in.fail(key, QStringLiteral("is \"%1\", a word that is not known here.").arg(text.left(40)));
    return value;
}

void readTls(JsonReader &in, ConnectionSettings &connection)
{
    TlsSettings &tls = connection.tls;
    connection.smtp.tls = word<TlsPolicy>(in, u"policy", parseTlsPolicy).value_or(TlsPolicy::Required);
    tls.minimum = word<TlsVersion>(in, u"minimum", parseTlsVersion);
    tls.maximum = word<TlsVersion>(in, u"maximum", parseTlsVersion);
    tls.ciphers = in.string(u"ciphers", {});
    tls.serverName = in.string(u"serverName", {});
    tls.expectedName = in.string(u"expectedName", {});
    tls.caCertificatesPem = in.string(u"authorities", {}).toLatin1();
    tls.insecure = in.boolean(u"insecure", false);
    in.finish();
}

void readCertificate(JsonReader &in, ClientCertificateFiles &files)
{
    files.certificateFile = in.string(u"certificateFile", {});
    files.keyFile = in.string(u"keyFile", {});
    files.pkcs12File = in.string(u"pkcs12File", {});
    files.password = in.parsed<SecretRef>(u"passphraseFrom", &SecretRef::parse);
    in.finish();
}

void readProxy(JsonReader &in, std::optional<ProxySettings> &proxy)
{
    using Kind = ProxySettings::Kind;
    const Kind kind = in.word(u"kind", Kind::Socks5, {{"socks5", Kind::Socks5}, {"http", Kind::HttpConnect}});
    const auto server = in.parsed<Endpoint>(u"server", [](const QString &text) { return Endpoint::parse(text); });
    const QString user = in.string(u"user", {});
    if (!server)
        in.fail(u"server", QStringLiteral("is missing."));
    else
        proxy = ProxySettings{kind, *server, user, {}};
    in.finish();
}

void readSignIn(JsonReader &in, std::optional<Credentials> &credentials)
{
    Credentials read;
    read.mechanism = word<AuthMechanism>(in, u"mechanism", parseAuthMechanism).value_or(AuthMechanism::Auto);
    read.user = in.string(u"user", {});
    read.authorizationId = in.string(u"actAs", {});
    read.realm = in.string(u"realm", {});
    in.finish();
    credentials = std::move(read);
}

void readGraph(JsonReader &in, std::optional<TestByGraph> &graph)
{
    const auto mailbox = in.parsed<EmailAddress>(u"mailbox", &EmailAddress::parse);
    const QUrl service(in.string(u"service", {}), QUrl::StrictMode);
    const bool saves = in.boolean(u"saveToSentItems", true);
    if (mailbox)
        graph = TestByGraph{*mailbox, service, saves};
    else
        in.fail(u"mailbox", QStringLiteral("is missing."));
    in.finish();
}

void readPatience(JsonReader &in, ConnectionSettings &connection)
{
    using std::chrono::milliseconds;
    connection.patience = milliseconds(in.integer(u"all", connection.patience.count(), 1, kLongestPatience));
    connection.connectPatience =
        milliseconds(in.integer(u"connecting", connection.connectPatience.count(), 1, kLongestPatience));
    in.object(u"stages", [&](JsonReader &stages) {
        for (const Stage stage : {Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Tls, Stage::Auth, Stage::Mail,
                                  Stage::Rcpt, Stage::Data, Stage::Quit}) {
            if (stages.has(toString(stage)))
                connection.stagePatience[stage] = milliseconds(stages.integer(toString(stage), 0, 1, kLongestPatience));
        }
        stages.finish();
    });
    in.finish();
}

void readConversation(JsonReader &in, ClientSettings &smtp)
{
    smtp.ehloName = in.string(u"ehlo", {}).toUtf8();
    smtp.heloOnly = in.boolean(u"heloOnly", false);
    smtp.pipelining = in.boolean(u"pipelining", true);
    smtp.chunking = in.boolean(u"chunking", false);
    smtp.announceSize = in.boolean(u"announceSize", true);
    if (in.has(u"claimedSize"))
        smtp.claimedSize = static_cast<std::uint64_t>(in.integer(u"claimedSize", 0, 0, kLargestSize));
    smtp.allowAuthWithoutTls = in.boolean(u"signInWithoutTls", false);
    smtp.stopAfter = word<Stage>(in, u"stopAfter", parseStage).value_or(Stage::Quit);
    in.finish();
}

void readDsn(JsonReader &in, DsnRequest &dsn)
{
    using Return = DsnRequest::Return;
    dsn.asked = in.boolean(u"asked", true);
    dsn.never = in.boolean(u"never", false);
    dsn.success = in.boolean(u"success", false);
    dsn.failure = in.boolean(u"failure", false);
    dsn.delay = in.boolean(u"delay", false);
    dsn.returned = in.word(u"return", Return::Unsaid, {{"full", Return::Full}, {"headers", Return::Headers}});
    dsn.envelopeId = in.string(u"envelopeId", {}).toUtf8();
    in.finish();
}

void readMessage(JsonReader &in, TestRequest &request)
{
    MessageDraft &draft = request.message;
    if (const auto from = in.parsed<EmailAddress>(u"from", &EmailAddress::parse))
        draft.from = *from;
    else
        in.fail(u"from", QStringLiteral("is missing."));
    draft.fromName = in.string(u"fromName", {});
    draft.to = in.parsedList<EmailAddress>(u"to", &EmailAddress::parse);
    draft.replyTo = in.parsed<EmailAddress>(u"replyTo", &EmailAddress::parse);
    draft.subject = in.string(u"subject", {});
    draft.text = in.string(u"text", {});
    draft.html = in.string(u"html", {});
    draft.charset = in.string(u"charset", QStringLiteral("utf-8")).toLatin1();
    in.array(u"headers", [&](JsonReader &field) {
        draft.headers.emplace_back(field.string(u"name").toLatin1(), field.string(u"value"));
        field.finish();
    });
    draft.sender = in.parsed<EmailAddress>(u"sender", &EmailAddress::parse);
    request.attachments = in.strings(u"attachments");
    request.fillOctets = static_cast<std::uint64_t>(in.integer(u"fillOctets", 0, 0, kLargestSize));
    request.emlFile = in.string(u"eml", {});
    request.quirks.noDate = in.boolean(u"noDate", false);
    request.quirks.noMessageId = in.boolean(u"noMessageId", false);
    request.quirks.bareLineFeeds = in.boolean(u"bareLineFeeds", false);
    request.quirks.addressInDisplayName = in.boolean(u"addressInDisplayName", false);
    in.finish();
}

IpFamily readFamily(JsonReader &in)
{
    return in.word(u"family", IpFamily::Any, {{"any", IpFamily::Any}, {"ipv4", IpFamily::V4}, {"ipv6", IpFamily::V6}});
}

} // namespace

QJsonObject toJson(const TestRequest &request)
{
    const ConnectionSettings &connection = request.connection;
    Writer out;
    out.text("schema", kSchema);
    out.text("server", connection.server.toString());
    out.part("tls", tlsJson(connection));
    out.text("caFile", request.caFile);
    out.part("clientCertificate", certificateJson(request.certificate));
    out.text("family", connection.family == IpFamily::V4   ? QStringLiteral("ipv4")
                       : connection.family == IpFamily::V6 ? QStringLiteral("ipv6")
                                                           : QString());
    out.text("source", connection.source ? connection.source->toString() : QString());
    out.part("proxy", proxyJson(connection.proxy));
    out.part("conversation", conversationJson(connection.smtp));
    out.part("signIn", signInJson(connection.smtp.credentials));
    out.text("account", request.account);
    out.part("graph", graphJson(request.graph));
    out.part("patienceMs", patienceJson(connection));
    out.object.insert(QStringLiteral("mailFrom"),
                      request.envelope.sender ? request.envelope.sender->toString() : QString());
    out.list("recipients", texts(request.envelope.recipients));
    out.part("dsn", dsnJson(request.dsn));
    out.flag("smtpUtf8", request.smtpUtf8, false);
    out.part("message", messageJson(request));
    out.text("sender", request.senderId);
    out.text("method", request.method);
    return out.object;
}

TestRequest testRequestFromJson(JsonReader &in)
{
    const Endpoint nowhere{Host::of(IpAddress::fromV4(0)), 0};
    TestRequest request{.connection = {.server = nowhere}, .message = {.from = anybody()}};
    if (in.string(u"schema") != kSchema)
        in.fail(u"schema", QStringLiteral("must be %1: this is no test of Relaywright.").arg(kSchema));
    if (const auto server = in.parsed<Endpoint>(u"server", [](const QString &text) { return Endpoint::parse(text); }))
        request.connection.server = *server;
    else
        in.fail(u"server", QStringLiteral("is missing."));
    in.object(u"tls", [&](JsonReader &part) { readTls(part, request.connection); });
    request.caFile = in.string(u"caFile", {});
    in.object(u"clientCertificate", [&](JsonReader &part) { readCertificate(part, request.certificate); });
    request.connection.family = readFamily(in);
    request.connection.source = in.parsed<IpAddress>(u"source", &IpAddress::parse);
    in.object(u"proxy", [&](JsonReader &part) { readProxy(part, request.connection.proxy); });
    in.object(u"conversation", [&](JsonReader &part) { readConversation(part, request.connection.smtp); });
    in.object(u"signIn", [&](JsonReader &part) { readSignIn(part, request.connection.smtp.credentials); });
    request.account = in.string(u"account", {});
    in.object(u"graph", [&](JsonReader &part) { readGraph(part, request.graph); });
    in.object(u"patienceMs", [&](JsonReader &part) { readPatience(part, request.connection); });
    if (const QString from = in.string(u"mailFrom"); !from.isEmpty())
        request.envelope.sender = in.parsed<EmailAddress>(u"mailFrom", &EmailAddress::parse);
    request.envelope.recipients = in.parsedList<EmailAddress>(u"recipients", &EmailAddress::parse);
    in.object(u"dsn", [&](JsonReader &part) { readDsn(part, request.dsn); });
    request.smtpUtf8 = in.boolean(u"smtpUtf8", false);
    in.object(u"message", [&](JsonReader &part) { readMessage(part, request); });
    request.senderId = in.string(u"sender", {});
    request.method = in.string(u"method", {});
    in.finish();
    return request;
}

Result<TestRequest> testRequestFromJson(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader in(json, error);
    TestRequest request = testRequestFromJson(in);
    if (error)
        return tl::unexpected(*error);
    return request;
}

EmailAddress anybody()
{
    return *EmailAddress::parse(QStringLiteral("anybody@relaywright.invalid"));
}

} // namespace relaywright
