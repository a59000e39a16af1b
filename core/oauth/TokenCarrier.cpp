// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenCarrier.h"

#include "core/base/Text.h"

#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QNetworkReply>
#include <QPointer>
#include <QSslConfiguration>
#include <QTimer>

#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kMaxReasonChars = 200;

/// The system's choice for each address (environment, desktop settings), not the application's.
class SystemProxy : public QNetworkProxyFactory {
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override { return systemProxyForQuery(query); }
};

QString reasonOf(const QString &text)
{
    return printable(text.toUtf8(), kMaxReasonChars);
}

Error noAnswer(QNetworkReply::NetworkError error, const QString &host, const QString &reason)
{
    switch (error) {
    case QNetworkReply::HostNotFoundError:
        return {ErrorKind::NotFound, QStringLiteral("The name %1 could not be found.").arg(host)};
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorKind::Unreachable, QStringLiteral("%1 refused the connection.").arg(host)};
    case QNetworkReply::RemoteHostClosedError:
        return {ErrorKind::Unreachable, QStringLiteral("%1 closed the connection before it had answered.").arg(host)};
    case QNetworkReply::SslHandshakeFailedError:
        return {ErrorKind::TlsFailed, QStringLiteral("TLS with %1 failed: %2.").arg(host, reason)};
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyTimeoutError:
        return {ErrorKind::Unreachable, QStringLiteral("The system's proxy could not be reached: %1.").arg(reason)};
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return {ErrorKind::Denied,
                QStringLiteral("The system's proxy wants a sign-in of its own, which is not done here. Let "
                               "it pass %1 without one.")
                    .arg(host)};
    default: return {ErrorKind::Unreachable, QStringLiteral("No answer came from %1: %2.").arg(host, reason)};
    }
}

/// One question on its way. Deletes itself behind its end.
class Errand : public QObject {
public:
    using End = std::function<void(Result<TokenHttpAnswer>)>;

    Errand(QNetworkReply *reply, QObject *context, std::chrono::milliseconds patience, End end, QObject *parent)
        : QObject(parent), m_reply(reply), m_context(context), m_end(std::move(end)), m_patience(patience)
    {
        m_body.reserve(kMaxTokenAnswerOctets + 1); // growing would leave pieces of a token behind
        m_reply->setParent(this);
        m_reply->setReadBufferSize(kMaxTokenAnswerOctets + 1);
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, [this] { onTimeout(); });
        connect(context, &QObject::destroyed, this, [this] { drop(); });
        connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
            for (const QSslError &error : errors)
                m_tlsFaults += error.errorString();
        });
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { read(); });
        connect(m_reply, &QNetworkReply::finished, this, [this] { onFinished(); });
        m_timer.start(patience);
    }
    ~Errand() override
    {
        m_reply->disconnect(this); // aborting tells its end
        m_reply->abort();
        wipe(m_body);
    }

private:
    void read()
    {
        const QByteArray piece = m_reply->read(kMaxTokenAnswerOctets + 1 - m_body.size());
        m_body += piece;
        if (m_body.size() > kMaxTokenAnswerOctets)
            answer();
    }
    void onFinished()
    {
        const bool answered = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
        const QNetworkReply::NetworkError error = m_reply->error();
        // Every status of HTTP is an error to Qt; half an answer is none.
        const bool cutOff = error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
        if (answered && !cutOff) {
            read();
            return answer();
        }
        m_tlsFaults.removeDuplicates();
        const QString reason = m_tlsFaults.isEmpty() ? m_reply->errorString() : m_tlsFaults.join(QStringLiteral("; "));
        end(tl::unexpected(noAnswer(error, host(), reasonOf(reason))));
    }
    void onTimeout()
    {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_patience).count();
        end(failure(ErrorKind::Timeout, QStringLiteral("%1 did not answer within %2 s.").arg(host()).arg(seconds)));
    }
    void answer()
    {
        TokenHttpAnswer whole{.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
                              .contentType = m_reply->rawHeader("Content-Type"),
                              .date = m_reply->rawHeader("Date"),
                              .retryAfter = m_reply->rawHeader("Retry-After")};
        whole.body = Secret(std::exchange(m_body, {}));
        end(std::move(whole));
    }
    void end(Result<TokenHttpAnswer> result)
    {
        const bool isWanted = m_context;
        const End call = std::exchange(m_end, nullptr);
        drop();
        if (call && isWanted)
            call(std::move(result));
    }
    void drop()
    {
        m_timer.stop();
        m_end = nullptr;
        m_reply->disconnect(this);
        deleteLater(); // this may be a slot of the reply
    }
    [[nodiscard]] QString host() const { return m_reply->url().host(); }

    QNetworkReply *m_reply;
    QPointer<QObject> m_context;
    End m_end;
    std::chrono::milliseconds m_patience;
    QByteArray m_body;
    QStringList m_tlsFaults;
    QTimer m_timer;
};

} // namespace

class TokenCarrier::Private {
public:
    Private(Settings given, const Clock &clockIn, const Knowledge &knowledgeIn)
        : settings(std::move(given)), clock(clockIn), knowledge(knowledgeIn)
    {
        if (settings.systemProxy)
            network.setProxyFactory(new SystemProxy);
        else
            network.setProxy(QNetworkProxy::NoProxy);
    }

    [[nodiscard]] QNetworkRequest httpRequest(const QUrl &url) const
    {
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray(kFormContentType));
        request.setRawHeader("Accept", "application/json");
        request.setRawHeader("Accept-Encoding", "identity"); // nothing that grows when it is unpacked
        request.setRawHeader("User-Agent", "relaywright");
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
        request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
        if (!settings.authoritiesPem.isEmpty()) {
            QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
            tls.addCaCertificates(QSslCertificate::fromData(settings.authoritiesPem));
            request.setSslConfiguration(tls);
        }
        return request;
    }

    /// `Answer` is read from what came, or is the trouble that nothing came.
    template <class Answer, class Read>
    void carry(const TokenRequest &request, QObject *context, Read read, std::function<void(Answer)> done)
    {
        QNetworkReply *reply = network.post(httpRequest(request.url), request.body.reveal().toByteArray());
        const TimePoint askedAt = clock.now();
        new Errand(
            reply, context, settings.patience,
            [this, request, askedAt, read, done = std::move(done)](Result<TokenHttpAnswer> answer) {
                if (!answer)
                    return done(troubleWithoutAnswer(answer.error()));
                done(read(*answer, TokenExchange{request, askedAt, clock.now()}, knowledge));
            },
            &errands);
    }

    Settings settings;
    const Clock &clock;
    const Knowledge &knowledge;
    QNetworkAccessManager network;
    QObject errands; // last: they end before the rest goes
};

TokenCarrier::TokenCarrier(Settings settings, const Clock &clock, const Knowledge &knowledge, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), clock, knowledge))
{
}

TokenCarrier::~TokenCarrier() = default;

void TokenCarrier::ask(const TokenRequest &request, QObject *context, Done done)
{
    d->carry<TokenAnswer>(request, context, &readTokenAnswer, std::move(done));
}

void TokenCarrier::askForDeviceCode(const TokenRequest &request, QObject *context, CodeDone done)
{
    d->carry<DeviceCodeAnswer>(request, context, &readDeviceCodeAnswer, std::move(done));
}

} // namespace relaywright
