// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/PracticeRoom.h"

#include "core/oauth/AccessToken.h"
#include "core/oauth/TokenAuthorities.h"

#include <QFile>
#include <QRandomGenerator>

#include <algorithm>

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
    : QObject(parent), m_clock(clock), m_madeUpPassword(makePassword()), m_password(m_madeUpPassword)
{
    m_choice.tenant = tenantOf(Site{}, Knowledge::builtIn());
}

PracticeRoom::~PracticeRoom() = default;

void PracticeRoom::choose(const PracticeChoice &choice)
{
    if (!isRunning())
        m_choice = choice;
}

Result<void> PracticeRoom::start(const PracticeChoice &chosen)
{
    const PracticeChoice choice = chosen; // it may be our own
    const bool staysThere = isRunning() && choice.listen == m_choice.listen;
    const Endpoint before = address();
    m_server.reset();
    m_choice = choice;
    m_clock.setDay(choice.day);
    const auto &domains = choice.tenant.acceptedDomains;
    m_sender =
        QStringLiteral("scanner@%1").arg(domains.empty() ? QStringLiteral("contoso.com") : domains.front().toAscii());
    m_user = m_sender;
    if (choice.method == PracticeMethod::AzureCommunicationServices)
        m_user = QStringLiteral("practice|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000002");
    PracticeSettings settings{.method = choice.method, .listen = choice.listen, .tenant = choice.tenant};
    settings.identity = m_identity;
    settings.faults = choice.faults;
    settings.clientAuthoritiesPem = choice.clientAuthoritiesPem;
    addOwnAccount(settings.tenant.accounts);
    Result<void> started = serveWeb(settings.tenant);
    if (!started) {
        m_web.reset();
        Q_EMIT stateChanged();
        return started;
    }
    if (m_web)
        settings.tokenJudge = m_web->signIn().judge();
    started = failure(ErrorKind::Unreachable, {});
    if (staysThere) {
        settings.listen = before;
        started = serve(settings);
    }
    if (!started) { // it may be taken by now
        settings.listen = choice.listen;
        started = serve(settings);
    }
    if (!started)
        m_web.reset();
    Q_EMIT stateChanged();
    return started;
}

Result<void> PracticeRoom::serveWeb(const PracticeTenant &tenant)
{
    const bool staysThere =
        m_web && m_choice.signIn && m_choice.listen.host == m_webHost && m_choice.graph == (m_web->graph() != nullptr);
    if (staysThere) {
        m_web->follow(tenant, m_choice.webFaults);
        return {};
    }
    m_web.reset();
    if (!m_choice.signIn)
        return {};
    m_webHost = m_choice.listen.host;
    const Endpoint anyPort{m_webHost, 0};
    PracticeWebChoice choice{.signIn = anyPort, .faults = m_choice.webFaults};
    if (m_choice.graph)
        choice.graph = anyPort;
    m_web = std::make_unique<PracticeWeb>(choice, tenant, m_identity, m_clock, Knowledge::builtIn());
    connect(&m_web->signIn(), &PracticeSignInService::requestAnswered, this,
            [this](const QString &line) { onRequestAnswered(false, line); });
    if (PracticeGraphService *graph = m_web->graph()) {
        connect(graph, &PracticeGraphService::requestAnswered, this,
                [this](const QString &line) { onRequestAnswered(true, line); });
        connect(graph, &PracticeGraphService::messageReceived, this, [this](const ReceivedMessage &message) {
            if (m_server)
                m_server->take(message);
        });
    }
    return m_web->start();
}

void PracticeRoom::onRequestAnswered(bool isGraph, const QString &line)
{
    // Method, path, status; then a code where there is one, and the word waiting where it is.
    const QStringList words = line.split(u' ');
    m_requests.push_back({.time = m_clock.now(),
                          .isGraph = isGraph,
                          .method = words.value(0),
                          .path = words.value(1),
                          .status = words.value(2).toInt(),
                          .entraCode = entraErrorCode(words.value(3)),
                          .isWaiting = words.mid(3).contains(QLatin1String("waiting")),
                          .number = ++m_requestsSeen});
    if (m_requests.size() > kKeptRequests)
        m_requests.pop_front();
    Q_EMIT requestAnswered();
}

Result<void> PracticeRoom::serve(const PracticeSettings &settings)
{
    auto server = std::make_unique<PracticeServer>(settings, m_clock);
    const Result<void> started = server->start();
    if (!started)
        return started;
    m_server = std::move(server);
    if (!wasAt(address()))
        m_places.push_back(address());
    connect(m_server.get(), &PracticeServer::messageReceived, this, &PracticeRoom::onMessageReceived);
    connect(m_server.get(), &PracticeServer::deviceSeen, this, &PracticeRoom::onDeviceSeen);
    return started;
}

void PracticeRoom::addOwnAccount(std::vector<PracticeAccount> &accounts)
{
    m_password = m_madeUpPassword;
    const auto known = std::ranges::find_if(accounts, [this](const PracticeAccount &account) {
        return account.user.compare(m_user, Qt::CaseInsensitive) == 0;
    });
    if (known == accounts.end())
        accounts.insert(accounts.begin(), PracticeAccount{.user = m_user, .password = m_password});
    else if (!known->password.isEmpty())
        m_password = known->password;
}

void PracticeRoom::onMessageReceived(const ReceivedMessage &message)
{
    m_messages.push_back(message);
    if (m_messages.size() > PracticeServer::kKeptMessages)
        m_messages.pop_front();
    std::uint64_t octets = 0;
    for (auto kept = m_messages.rbegin(); kept != m_messages.rend(); ++kept) {
        octets += static_cast<std::uint64_t>(kept->content.size());
        if (octets > PracticeServer::kKeptOctets)
            kept->content.clear();
    }
    Q_EMIT messageReceived();
}

void PracticeRoom::onDeviceSeen(const DeviceProfile &profile)
{
    std::erase_if(m_devices, [&profile](const DeviceProfile &known) { return known.address == profile.address; });
    m_devices.push_back(profile);
    if (m_devices.size() > PracticeServer::kKeptDevices)
        m_devices.pop_front();
    Q_EMIT deviceSeen();
}

void PracticeRoom::stop()
{
    if (m_server)
        m_server->stop();
    m_web.reset();
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

bool PracticeRoom::wasAt(const Endpoint &server) const
{
    const auto isHere = [](const Host &host) {
        const auto &ip = host.address();
        return ip ? ip->isLoopback() : host.toString().compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0;
    };
    return std::ranges::any_of(m_places, [&](const Endpoint &place) {
        return place.port == server.port && (place.host == server.host || (isHere(place.host) && isHere(server.host)));
    });
}

Secret PracticeRoom::passwordFor(const QString &user) const
{
    if (user.compare(m_user, Qt::CaseInsensitive) == 0)
        return m_password;
    const auto &accounts = m_choice.tenant.accounts;
    const auto known = std::ranges::find_if(accounts, [&user](const PracticeAccount &account) {
        return account.user.compare(user, Qt::CaseInsensitive) == 0;
    });
    return known != accounts.end() && !known->password.isEmpty() ? known->password : m_madeUpPassword;
}

QByteArray PracticeRoom::authorityPem() const
{
    return m_server ? m_server->authorityPem() : QByteArray();
}

Result<QString> PracticeRoom::authorityFile()
{
    QFile file(m_folder.filePath(QString::fromLatin1(kPracticeAuthorityFile)));
    const QByteArray pem = authorityPem();
    if (m_folder.isValid() && file.open(QIODevice::WriteOnly) && file.write(pem) == pem.size())
        return file.fileName();
    return failure(
        ErrorKind::Storage,
        QStringLiteral("The practice server's certificate could not be written to a temporary file: %1. Make room on "
                       "the disk and try again.")
            .arg(file.errorString()));
}

bool PracticeRoom::issues(const TokenAccount &account) const
{
    return m_web && account.service == m_web->signIn().baseUrl();
}

} // namespace relaywright
