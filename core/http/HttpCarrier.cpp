// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/HttpCarrier.h"

#include "core/base/Overloaded.h"
#include "core/base/Text.h"

#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QNetworkReply>
#include <QPointer>
#include <QSslConfiguration>
#include <QTimer>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kMaxReasonChars = 200;

/// The system's choice for each address (environment, desktop settings), not the application's.
class SystemProxy : public QNetworkProxyFactory {
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override { return systemProxyForQuery(query); }
};

/// Content that is sent once. Qt Network asks a question again by itself when a connection ends without an answer, up to
/// three times, whatever its method: it goes back to the start of the content. This one lets itself not be taken back.
class OneWayContent : public QIODevice {
public:
    explicit OneWayContent(const HttpBody &body) : m_body(body)
    {
        std::visit(Overloaded{
                       [this](std::monostate) { m_size = 0; },
                       [this](const QByteArray &octets) { m_size = octets.size(); },
                       [this](const Secret &secret) { m_size = secret.reveal().size(); },
                       [this](QIODevice *device) { m_size = device->size() - device->pos(); },
                   },
                   m_body);
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    [[nodiscard]] bool isTakenWhole() const { return m_size > 0 && m_taken >= m_size; }

    [[nodiscard]] qint64 size() const override { return m_size; }
    [[nodiscard]] bool seek(qint64 pos) override { return pos == m_taken && QIODevice::seek(pos); }
    [[nodiscard]] bool reset() override { return false; }
    [[nodiscard]] bool atEnd() const override { return m_taken >= m_size; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 wanted = std::min(maxSize, m_size - m_taken);
        if (wanted <= 0)
            return -1;
        qint64 got = -1;
        if (auto *const *device = std::get_if<QIODevice *>(&m_body)) {
            got = (*device)->read(data, wanted);
        } else {
            const QByteArrayView octets = view();
            std::memcpy(data, octets.data() + m_taken, static_cast<std::size_t>(wanted));
            got = wanted;
        }
        m_taken += std::max<qint64>(got, 0);
        return got;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    [[nodiscard]] QByteArrayView view() const
    {
        if (const auto *secret = std::get_if<Secret>(&m_body))
            return secret->reveal();
        const auto *octets = std::get_if<QByteArray>(&m_body);
        return octets ? QByteArrayView(*octets) : QByteArrayView();
    }

    HttpBody m_body;
    qint64 m_size = 0;
    qint64 m_taken = 0;
};

Error noAnswer(QNetworkReply::NetworkError error, const QString &host, const QString &reason)
{
    switch (error) {
    case QNetworkReply::HostNotFoundError:
        return {ErrorKind::NotFound, QStringLiteral("The name %1 could not be found.").arg(host)};
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorKind::Unreachable, QStringLiteral("%1 refused the connection.").arg(host)};
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError: // it closed, and Qt would have asked again
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
class HttpErrand : public QObject {
public:
    struct Limits {
        qsizetype octets;
        std::chrono::milliseconds patience;
    };

    /// `content` may be nothing, and then belongs to nobody.
    HttpErrand(QNetworkReply *reply, OneWayContent *content, QObject *context, Limits limits, HttpCarrier::Done end,
               QObject *parent)
        : QObject(parent), m_reply(reply), m_content(content), m_context(context), m_end(std::move(end)),
          m_limits(limits)
    {
        m_body.reserve(m_limits.octets + 1); // growing would leave pieces of a token behind
        m_reply->setParent(this);
        if (m_content)
            m_content->setParent(m_reply);
        m_reply->setReadBufferSize(m_limits.octets + 1);
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, [this] { onTimeout(); });
        connect(context, &QObject::destroyed, this, [this] { drop(); });
        connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
            for (const QSslError &error : errors)
                m_tlsFaults += error.errorString();
        });
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { read(); });
        connect(m_reply, &QNetworkReply::finished, this, [this] { onFinished(); });
        m_timer.start(m_limits.patience);
    }
    ~HttpErrand() override
    {
        m_reply->disconnect(this); // aborting tells its end
        m_reply->abort();
        wipe(m_body);
    }

private:
    void read()
    {
        const QByteArray piece = m_reply->read(m_limits.octets + 1 - m_body.size());
        m_body += piece;
        if (m_body.size() > m_limits.octets)
            answer();
    }
    void onFinished()
    {
        const bool answered = status() != 0;
        const QNetworkReply::NetworkError error = m_reply->error();
        // Every status of HTTP is an error to Qt; half an answer is none.
        // A redirect that keeps the content would have Qt go back in it, even where redirects are not followed.
        const bool isRedirect = error == QNetworkReply::ContentReSendError && status() >= 300 && status() < 400;
        const bool cutOff =
            error != QNetworkReply::NoError && !isRedirect
            && (error < QNetworkReply::ContentAccessDenied || error == QNetworkReply::ContentReSendError);
        if (answered && !cutOff) {
            read();
            return answer();
        }
        m_tlsFaults.removeDuplicates();
        lose(noAnswer(error, host(),
                      reasonOf(m_tlsFaults.isEmpty() ? m_reply->errorString() : m_tlsFaults.join(u"; "))));
    }
    void onTimeout()
    {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_limits.patience).count();
        lose({ErrorKind::Timeout, QStringLiteral("%1 did not answer within %2 s.").arg(host()).arg(seconds)});
    }
    void answer()
    {
        HttpAnswer whole;
        whole.status = status();
        for (const auto &field : m_reply->rawHeaderPairs())
            whole.fields.push_back({field.first, field.second});
        whole.body = Secret(std::exchange(m_body, {}));
        end(std::move(whole));
    }
    void lose(Error error) { end(tl::unexpected<HttpLoss>(HttpLoss{std::move(error), maybeSentWhole()})); }
    [[nodiscard]] bool maybeSentWhole() const
    {
        if (status() != 0)
            return true; // part of an answer: all of the question had come
        if (m_content && m_content->size() > 0)
            return m_content->isTakenWhole();
        switch (m_reply->error()) { // of a head alone nothing tells how far it came
        case QNetworkReply::ConnectionRefusedError:
        case QNetworkReply::HostNotFoundError:
        case QNetworkReply::SslHandshakeFailedError:
        case QNetworkReply::ProxyConnectionRefusedError:
        case QNetworkReply::ProxyNotFoundError:
        case QNetworkReply::ProxyAuthenticationRequiredError: return false;
        default: return true;
        }
    }
    void end(HttpOutcome outcome)
    {
        const bool isWanted = m_context;
        const HttpCarrier::Done call = std::exchange(m_end, nullptr);
        drop();
        if (call && isWanted)
            call(std::move(outcome));
    }
    void drop()
    {
        m_timer.stop();
        m_end = nullptr;
        m_reply->disconnect(this);
        m_reply->abort(); // the device of the content may go now
        deleteLater();    // this may be a slot of the reply
    }
    [[nodiscard]] int status() const
    {
        return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); // 0: none came
    }
    [[nodiscard]] QString host() const { return m_reply->url().host(); }
    /// Qt may name the whole address, and an address may hold a secret.
    [[nodiscard]] QString reasonOf(QString text) const
    {
        const QUrl url = m_reply->url();
        text.replace(url.toString(), host());
        text.replace(url.toDisplayString(), host());
        text.replace(QString::fromLatin1(url.toEncoded()), host());
        return printable(text.toUtf8(), kMaxReasonChars);
    }

    QNetworkReply *m_reply;
    OneWayContent *m_content;
    QPointer<QObject> m_context;
    HttpCarrier::Done m_end;
    Limits m_limits;
    QByteArray m_body;
    QStringList m_tlsFaults;
    QTimer m_timer;
};

} // namespace

class HttpCarrier::Private {
public:
    explicit Private(Settings given) : settings(std::move(given)) {}

    /// Connections stay open for the next question, which may not trust whom this one trusts: each trust has its own.
    [[nodiscard]] QNetworkAccessManager &networkFor(const QByteArray &authoritiesPem)
    {
        std::unique_ptr<QNetworkAccessManager> &network = networks[authoritiesPem];
        if (network)
            return *network;
        network = std::make_unique<QNetworkAccessManager>();
        if (settings.systemProxy)
            network->setProxyFactory(new SystemProxy);
        else
            network->setProxy(QNetworkProxy::NoProxy);
        return *network;
    }

    [[nodiscard]] QNetworkRequest httpRequest(const HttpQuestion &question) const
    {
        QNetworkRequest request(question.url);
        request.setRawHeader("Accept", "application/json");
        request.setRawHeader("Accept-Encoding", "identity"); // nothing that grows when it is unpacked
        request.setRawHeader("User-Agent", "relaywright");
        for (const HttpField &field : question.fields)
            request.setRawHeader(field.name, field.value);
        if (!question.bearer.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + question.bearer.reveal().toByteArray());
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
        request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
        if (!settings.authoritiesPem.isEmpty() || !question.authoritiesPem.isEmpty()) {
            QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
            tls.addCaCertificates(QSslCertificate::fromData(settings.authoritiesPem));
            tls.addCaCertificates(QSslCertificate::fromData(question.authoritiesPem));
            request.setSslConfiguration(tls);
        }
        return request;
    }

    Settings settings;
    std::map<QByteArray, std::unique_ptr<QNetworkAccessManager>> networks; ///< by `HttpQuestion::authoritiesPem`
    QObject errands; // last: they end before the rest goes
};

HttpCarrier::HttpCarrier(Settings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings)))
{
}

HttpCarrier::~HttpCarrier() = default;

void HttpCarrier::ask(const HttpQuestion &question, QObject *context, Done done)
{
    if (const auto checked = checkQuestion(question); !checked) {
        // Later, as every answer; and not at all when the context or this has gone.
        auto *later = new QTimer(&d->errands);
        later->setSingleShot(true);
        connect(context, &QObject::destroyed, later, &QObject::deleteLater);
        connect(later, &QTimer::timeout, context, [later, done = std::move(done), error = checked.error()] {
            later->deleteLater();
            done(tl::unexpected<HttpLoss>(HttpLoss{error, false}));
        });
        return later->start(0);
    }
    const QNetworkRequest request = d->httpRequest(question);
    const bool hasContent = question.method != "GET" && question.method != "DELETE";
    OneWayContent *content = hasContent ? new OneWayContent(question.body) : nullptr;
    QNetworkAccessManager &network = d->networkFor(question.authoritiesPem);
    QNetworkReply *reply = hasContent ? network.sendCustomRequest(request, question.method, content)
                                      : network.sendCustomRequest(request, question.method);
    new HttpErrand(reply, content, context, {question.maxAnswerOctets, question.patience}, std::move(done),
                   &d->errands);
}

} // namespace relaywright
