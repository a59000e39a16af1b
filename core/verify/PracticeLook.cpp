// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/PracticeLook.h"

#include "core/session/PracticeGreeting.h"
#include "core/session/SmtpClient.h"

#include <QTimer>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kPatience{10};

ConnectionSettings lookOf(ConnectionSettings settings)
{
    settings.smtp.credentials.reset();
    settings.smtp.stopAfter = Stage::Greeting;
    settings.tls.insecure = true; // of implicit TLS: nothing secret is said
    settings.tls.identity.reset();
    settings.patience = std::min<std::chrono::milliseconds>(settings.patience, kPatience);
    settings.connectPatience = std::min(settings.connectPatience, settings.patience);
    return settings;
}

bool isPrivate(const QString &address)
{
    const auto parsed = IpAddress::parse(address);
    return parsed && parsed->isPrivate();
}

} // namespace

class PracticeLook::Private {
public:
    explicit Private(const ConnectionSettings &settings) : throughProxy(settings.proxy), client(lookOf(settings)) {}

    bool throughProxy;
    SmtpClient client;
    Transcript transcript;
    QString peerAddress;
};

PracticeLook::PracticeLook(const ConnectionSettings &settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(settings))
{
    connect(&d->client, &SmtpClient::lineAdded, this, [this](const TranscriptLine &line) {
        d->transcript.push_back(line);
        if (d->peerAddress.isEmpty())
            d->peerAddress = d->client.peerAddress(); // a closed socket has none
    });
    connect(&d->client, &SmtpClient::finished, this,
            [this] { Q_EMIT finished(isPrivate(d->peerAddress) && greetedByPracticeServer(d->transcript)); });
}

PracticeLook::~PracticeLook() = default;

void PracticeLook::start()
{
    if (d->throughProxy) {
        QTimer::singleShot(0, this, [this] { Q_EMIT finished(false); });
        return;
    }
    d->client.open();
}

} // namespace relaywright
