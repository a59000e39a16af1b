// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/PracticeRoom.h"

#include <QFile>
#include <QRandomGenerator>

namespace relaywright {

namespace {

/// A password that nobody confuses with a real one and anybody can type into a device.
Secret makePassword()
{
    static constexpr char kAlphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
    QByteArray octets("practice-");
    for (int i = 0; i < 8; ++i)
        octets += kAlphabet[QRandomGenerator::system()->bounded(static_cast<quint32>(sizeof kAlphabet - 1))];
    return Secret(std::move(octets));
}

} // namespace

PracticeRoom::PracticeRoom(const Clock &clock, QObject *parent)
    : QObject(parent), m_clock(clock), m_password(makePassword())
{
}

PracticeRoom::~PracticeRoom() = default;

Result<void> PracticeRoom::start(PracticeMethod method, const std::vector<Domain> &domains)
{
    m_server.reset();
    m_method = method;
    m_user =
        QStringLiteral("scanner@%1").arg(domains.empty() ? QStringLiteral("contoso.com") : domains.front().toAscii());
    PracticeSettings settings;
    settings.method = method;
    settings.tenant.acceptedDomains = domains;
    settings.tenant.accounts = {{.user = m_user, .password = m_password, .accessToken = {}, .sendAs = {}}};
    settings.tenant.connectorNetworks = {IpNetwork::of(IpAddress::fromV4(0x7f000000), 8)};
    auto server = std::make_unique<PracticeServer>(std::move(settings), m_clock);
    const Result<void> started = server->start();
    if (started) {
        m_server = std::move(server);
        connect(m_server.get(), &PracticeServer::messageReceived, this, &PracticeRoom::messageReceived);
    }
    Q_EMIT stateChanged();
    return started;
}

void PracticeRoom::stop()
{
    if (m_server)
        m_server->stop();
    Q_EMIT stateChanged();
}

bool PracticeRoom::isRunning() const
{
    return m_server && m_server->isRunning();
}

Endpoint PracticeRoom::address() const
{
    return m_server ? m_server->address() : Endpoint{Host::of(IpAddress::fromV4(0x7f000001)), 0};
}

QByteArray PracticeRoom::authorityPem() const
{
    return m_server ? m_server->authorityPem() : QByteArray();
}

Result<QString> PracticeRoom::authorityFile()
{
    QFile file(m_folder.filePath(QStringLiteral("authority.pem")));
    const QByteArray pem = authorityPem();
    if (m_folder.isValid() && file.open(QIODevice::WriteOnly) && file.write(pem) == pem.size())
        return file.fileName();
    return failure(
        ErrorKind::Storage,
        QStringLiteral("The practice server's certificate could not be written to a temporary file: %1. Make room on "
                       "the disk and try again.")
            .arg(file.errorString()));
}

const std::deque<ReceivedMessage> &PracticeRoom::messages() const
{
    static const std::deque<ReceivedMessage> none;
    return m_server ? m_server->messages() : none;
}

} // namespace relaywright
