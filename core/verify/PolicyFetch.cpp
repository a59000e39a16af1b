// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/PolicyFetch.h"

#include "core/base/Text.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kMaxOctets = 64 * 1024;
constexpr size_t kMaxAddresses = 4;
constexpr qsizetype kMaxWords = 300;

QString hostOf(const Domain &domain)
{
    return QStringLiteral("mta-sts.") + domain.toAscii();
}

QString words(const QList<QSslError> &errors)
{
    QStringList texts;
    for (const QSslError &error : errors)
        texts += error.errorString();
    texts.removeDuplicates();
    return printable(texts.join(QStringLiteral("; ")).toUtf8(), kMaxWords);
}

} // namespace

class PolicyFetch::Private {
public:
    Private(PolicyFetch *owner, const Domain &domain, const Settings &given, DnsClient &client,
            std::function<void(const PolicyOutcome &)> whenDone)
        : q(owner), host(hostOf(domain)), settings(given), dns(client), done(std::move(whenDone))
    {
        network.setProxy(QNetworkProxy::NoProxy);
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, q, [this] { end({.kind = PolicyOutcome::Kind::TimedOut}); });
    }

    ~Private() { drop(); }

    void start()
    {
        timer.start(settings.limit);
        resolve(DnsType::A);
    }

private:
    void resolve(DnsType type)
    {
        dns.ask(host, type, q, [this, type](const DnsAnswer &answer) {
            if (!done)
                return;
            if (answer.status == DnsAnswer::Status::TimedOut || answer.status == DnsAnswer::Status::Failed)
                return end({.kind = PolicyOutcome::Kind::Failed, .text = answer.detail});
            addresses = answer.addresses;
            if (addresses.empty() && type == DnsType::A)
                return resolve(DnsType::Aaaa);
            if (addresses.empty())
                return end({.kind = PolicyOutcome::Kind::NoAddress});
            addresses.erase(addresses.begin() + static_cast<std::ptrdiff_t>(std::min(addresses.size(), kMaxAddresses)),
                            addresses.end());
            get();
        });
    }

    /// The URL has the address, so that nobody but our resolver is asked; the certificate, SNI and Host have the name.
    QNetworkRequest request() const
    {
        QUrl url;
        url.setScheme(QStringLiteral("https"));
        url.setHost(address);
        url.setPort(settings.port);
        url.setPath(QStringLiteral("/.well-known/mta-sts.txt"));
        QNetworkRequest request(url);
        request.setPeerVerifyName(host);
        request.setRawHeader("Host", host.toLatin1());
        request.setRawHeader("User-Agent", "relaywright");
        request.setRawHeader("Accept-Encoding", "identity"); // nothing that grows when it is unpacked
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false); // it would name the address, not the host
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.addCaCertificates(QSslCertificate::fromData(settings.authorities));
        request.setSslConfiguration(tls);
        return request;
    }

    void get()
    {
        address = addresses.front().toString();
        addresses.erase(addresses.begin());
        drop();
        body.clear();
        tlsErrors.clear();
        reply = network.get(request());
        reply->setReadBufferSize(kMaxOctets + 1);
        QObject::connect(reply, &QNetworkReply::sslErrors, q,
                         [this](const QList<QSslError> &errors) { tlsErrors = errors; });
        QObject::connect(reply, &QNetworkReply::readyRead, q, [this] { onReadyRead(); });
        QObject::connect(reply, &QNetworkReply::finished, q, [this] { onFinished(); });
    }

    void onReadyRead()
    {
        body += reply->read(kMaxOctets + 1 - body.size());
        if (body.size() > kMaxOctets)
            end({.kind = PolicyOutcome::Kind::TooLarge});
    }

    void onFinished()
    {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status >= 300 && status < 400)
            return end({.kind = PolicyOutcome::Kind::Redirected,
                        .text = printable(reply->rawHeader("Location"), kMaxWords),
                        .status = status});
        if (status > 0 && status != 200)
            return end({.kind = PolicyOutcome::Kind::HttpStatus,
                        .text = printable(reply->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toByteArray(),
                                          kMaxWords),
                        .status = status});
        if (reply->error() != QNetworkReply::NoError)
            return onError(reply->error(), status);
        onReadyRead();
        if (done)
            end({.kind = PolicyOutcome::Kind::Fetched,
                 .body = body,
                 .contentType = printable(reply->rawHeader("Content-Type"), kMaxWords),
                 .status = status});
    }

    void onError(QNetworkReply::NetworkError error, int status)
    {
        if (!tlsErrors.isEmpty()) // what is not trusted at one address does not become so at the next
            return end({.kind = PolicyOutcome::Kind::BadCertificate, .text = words(tlsErrors)});
        const bool connected = status > 0;
        if (!connected && !addresses.empty()) {
            QTimer::singleShot(0, q, [this] { done ? get() : void(); }); // not within the reply's own signal
            return;
        }
        switch (error) {
        case QNetworkReply::ConnectionRefusedError: return end({.kind = PolicyOutcome::Kind::Refused});
        case QNetworkReply::TimeoutError: return end({.kind = PolicyOutcome::Kind::TimedOut});
        default:
            return end({.kind = PolicyOutcome::Kind::Failed,
                        .text = printable(reply->errorString().toUtf8(), kMaxWords),
                        .status = status});
        }
    }

    void drop()
    {
        if (!reply)
            return;
        QObject::disconnect(reply, nullptr, q, nullptr);
        reply->abort();
        reply->deleteLater();
        reply = nullptr;
    }

    void end(PolicyOutcome outcome)
    {
        if (!done)
            return;
        timer.stop();
        outcome.address = address;
        if (reply)
            QObject::disconnect(reply, nullptr, q, nullptr);
        // The handler of a reply's signal must not destroy the reply: the news go through the event loop.
        QMetaObject::invokeMethod(
            q, [call = std::exchange(done, nullptr), outcome] { call(outcome); }, Qt::QueuedConnection);
    }

    PolicyFetch *q;
    QString host;
    Settings settings;
    DnsClient &dns;
    std::function<void(const PolicyOutcome &)> done;
    std::vector<IpAddress> addresses; // still to try
    QString address;                  // tried now
    QByteArray body;
    QList<QSslError> tlsErrors;
    QTimer timer;
    QNetworkAccessManager network;
    QNetworkReply *reply = nullptr; // the manager's child
};

PolicyFetch::PolicyFetch(const Domain &domain, const Settings &settings, DnsClient &dns,
                         std::function<void(const PolicyOutcome &)> done, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, domain, settings, dns, std::move(done)))
{
}

PolicyFetch::~PolicyFetch() = default;

void PolicyFetch::start()
{
    d->start();
}

QString PolicyFetch::address(const Domain &domain)
{
    return QStringLiteral("https://%1/.well-known/mta-sts.txt").arg(hostOf(domain));
}

} // namespace relaywright
