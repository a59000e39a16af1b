// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prove/SetUpProof.h"

#include "core/prove/GraphTest.h"
#include "core/session/SmtpClient.h"
#include "core/site/SiteDocument.h"

#include <QSysInfo>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

using End = ProofFinding::End;

constexpr std::uint16_t kImplicitTlsPort = 465; // RFC 8314 §3.3

/// An entry of the catalogue says that a right decides.
bool isOfRights(const QString &entryId, const Knowledge &knowledge)
{
    const auto entry = std::ranges::find(knowledge.errors(), entryId, &ErrorEntry::id);
    return !entryId.isEmpty() && entry != knowledge.errors().end() && entry->permissions;
}

Method methodOf(TokenUse use)
{
    return use == TokenUse::HighVolumeEmail ? Method::HighVolumeEmail : Method::ClientSubmission;
}

Result<Endpoint> submissionServer(const TokenAccount &account, const Knowledge &knowledge)
{
    const bool isHighVolume = account.use == TokenUse::HighVolumeEmail;
    const Fact *host =
        knowledge.find(isHighVolume ? QStringLiteral("hve.host")
                                    : QStringLiteral("client-submission.host.%1").arg(toString(account.cloud)));
    const auto port =
        knowledge.number(isHighVolume ? QStringLiteral("hve.port") : QStringLiteral("client-submission.port"));
    if (!host)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("It is not known which server takes the mail in this cloud. Name it."));
    return Endpoint::parse(QStringLiteral("%1:%2").arg(host->value.toString()).arg(port));
}

QString sentenceOf(const Diagnosis &diagnosis)
{
    QStringList sentences{diagnosis.title, diagnosis.causes.front().text};
    sentences += diagnosis.allRemedies().mid(0, 1);
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

/// Nobody refused anything for good: another try may do.
bool isPassing(const Finish &finish)
{
    switch (finish.outcome) {
    case Outcome::ConnectionFailed:
    case Outcome::ConnectionLost:
    case Outcome::TimedOut: return true;
    case Outcome::RefusedByServer: return finish.reply && finish.reply->code < 500;
    default: return false;
    }
}

TestRequest shortMessage(const EmailAddress &mailbox, const ProofByGraph &graph)
{
    TestRequest request{.connection = {.server = {Host::of(IpAddress::fromV4(0)), 0}}, .message = {.from = mailbox}};
    request.graph = TestByGraph{.mailbox = mailbox, .service = graph.service.value_or(QUrl())};
    request.envelope = {mailbox, {graph.recipient}};
    request.message.to = {graph.recipient};
    request.message.subject = QStringLiteral("Relaywright can send through Microsoft Graph");
    request.message.text =
        QStringLiteral("This message proves that %1 can send through Microsoft Graph. Nothing needs to be "
                       "done, and it may be deleted.\n")
            .arg(mailbox.toString());
    return request;
}

} // namespace

class SetUpProof::Private : public QObject {
public:
    Private(ProofWish wish, TokenKeeping keeping, Pauses pauses, SetUpProof *proof)
        : m_wish(std::move(wish)), m_keeping(std::move(keeping)), m_pauses(pauses), m_pause(pauses.first), q(proof)
    {
        m_again.setSingleShot(true);
        connect(&m_again, &QTimer::timeout, this, [this] { tryOnce(); });
        if (!m_wish.changedAt)
            m_wish.changedAt = m_keeping.clock.now();
        m_until = *m_wish.changedAt + rightsSpreadIn(m_keeping.knowledge);
    }

    void tryOnce();
    [[nodiscard]] TimePoint until() const { return m_until; }

private:
    [[nodiscard]] bool isFresh() const { return m_keeping.clock.now() < m_until; }
    [[nodiscard]] End endOfRefusal(bool ofRights) const { return ofRights && isFresh() ? End::NotYet : End::Refused; }
    void onToken(const TokenAnswer &answer);
    [[nodiscard]] bool isGood(const GrantedToken &token);
    void signIn(const ProofBySmtp &smtp, const Secret &token);
    void onSignedIn(const Finish &finish);
    void sendBy(const ProofByGraph &graph, const Secret &token);
    void onSent(const GraphOutcome &outcome);
    void conclude(End end, const QString &sentence);

    ProofWish m_wish;
    TokenKeeping m_keeping;
    Pauses m_pauses;
    std::chrono::milliseconds m_pause;
    TimePoint m_until{};
    SetUpProof *q;
    QTimer m_again;
    ProofFinding m_finding;
    std::unique_ptr<TokenKeeper> m_keeper;
    std::unique_ptr<SmtpClient> m_client;
    std::unique_ptr<GraphTest> m_test;
};

void SetUpProof::Private::tryOnce()
{
    m_finding = {};
    m_client.reset();
    m_test.reset();
    m_keeper = std::make_unique<TokenKeeper>(m_wish.account, m_keeping);
    Q_EMIT q->stepBegan(ProofStep::Token);
    m_keeper->get(this, [this](const TokenAnswer &answer) { onToken(answer); });
}

void SetUpProof::Private::onToken(const TokenAnswer &answer)
{
    if (const auto *trouble = std::get_if<TokenTrouble>(&answer)) {
        m_finding.tokenTrouble = *trouble;
        m_finding.wait = trouble->wait;
        const End end = trouble->kind == TokenTrouble::Kind::Wait
                            ? End::NoAnswer
                            : endOfRefusal(isOfRights(trouble->entryId, m_keeping.knowledge));
        return conclude(end, trouble->sentence());
    }
    const auto &token = std::get<GrantedToken>(answer);
    if (!isGood(token))
        return;
    m_finding.step = ProofStep::SignIn;
    Q_EMIT q->stepBegan(ProofStep::SignIn);
    if (const auto *smtp = std::get_if<ProofBySmtp>(&m_wish.way))
        signIn(*smtp, token.accessToken);
    else
        sendBy(std::get<ProofByGraph>(m_wish.way), token.accessToken);
}

/// Ends the try where the token says that it is of no use. Another service's tokens need not be readable.
bool SetUpProof::Private::isGood(const GrantedToken &token)
{
    const auto claims = readAccessToken(token.accessToken);
    if (!claims)
        return true;
    m_finding.claims = *claims;
    const TokenNeed need = needOf(m_wish.mailbox.toString(), m_wish.account);
    m_finding.remarks = judgeToken(*claims, need, m_keeping.knowledge, m_keeping.clock.now());
    const auto wrong = std::ranges::find(m_finding.remarks, TokenRemark::Level::Wrong, &TokenRemark::level);
    if (wrong == m_finding.remarks.end())
        return true;
    conclude(endOfRefusal(wrong->about == TokenRemark::About::Permission), wrong->sentence);
    return false;
}

void SetUpProof::Private::signIn(const ProofBySmtp &smtp, const Secret &token)
{
    ConnectionSettings settings{.server = smtp.server};
    settings.smtp.ehloName = QSysInfo::machineHostName().toUtf8();
    settings.smtp.tls = smtp.server.port == kImplicitTlsPort ? TlsPolicy::Implicit : TlsPolicy::Required;
    settings.smtp.credentials = Credentials{.user = m_wish.mailbox.toString(), .secret = token, .isToken = true};
    settings.smtp.stopAfter = Stage::Auth;
    settings.tls.caCertificatesPem = m_wish.authoritiesPem;
    settings.patience = std::chrono::minutes(1);
    m_client = std::make_unique<SmtpClient>(std::move(settings));
    connect(m_client.get(), &SmtpClient::lineAdded, q, &SetUpProof::lineAdded);
    connect(m_client.get(), &SmtpClient::finished, this, &Private::onSignedIn);
    m_client->open();
}

void SetUpProof::Private::onSignedIn(const Finish &finish)
{
    const auto &server = std::get<ProofBySmtp>(m_wish.way).server;
    if (finish.outcome == Outcome::StoppedAsAsked || finish.outcome == Outcome::Accepted)
        return conclude(End::Proven, QStringLiteral("%1 signed in to %2 with an access token.")
                                         .arg(m_wish.mailbox.toString(), server.toString()));
    DiagnosisContext context{.stage = finish.stage,
                             .method = methodOf(m_wish.account.use),
                             .server = server.toString(),
                             .user = m_wish.mailbox.toString()};
    context.tlsActive = m_client->tls().has_value();
    context.mechanism = toWire(AuthMechanism::XOAuth2);
    context.offeredMechanisms = m_client->capabilities().authMechanisms;
    context.token = m_finding.claims;
    context.permissionsChangedAt = m_wish.changedAt;
    context.now = m_keeping.clock.now();
    m_finding.diagnosis = diagnose(finish, std::nullopt, context, m_keeping.knowledge);
    const End end = isPassing(finish) ? End::NoAnswer : m_finding.diagnosis->notBefore ? End::NotYet : End::Refused;
    conclude(end, sentenceOf(*m_finding.diagnosis));
}

void SetUpProof::Private::sendBy(const ProofByGraph &graph, const Secret &token)
{
    TestRequest request = shortMessage(m_wish.mailbox, graph);
    request.connection.tls.caCertificatesPem = m_wish.authoritiesPem;
    const auto service = graphServiceOf(*request.graph, m_wish.account.cloud, m_keeping.knowledge);
    if (!service)
        return conclude(End::Refused, service.error().detail);
    m_test = std::make_unique<GraphTest>(request, *service, token, m_keeping.clock, m_keeping.knowledge);
    connect(m_test.get(), &GraphTest::lineAdded, q, &SetUpProof::lineAdded);
    connect(m_test.get(), &GraphTest::finished, this, [this] { onSent(*m_test->outcome()); });
    connect(m_test.get(), &GraphTest::failedToStart, this,
            [this](const Error &error) { conclude(End::Refused, error.detail); });
    m_test->start();
}

void SetUpProof::Private::onSent(const GraphOutcome &outcome)
{
    const auto &recipient = std::get<ProofByGraph>(m_wish.way).recipient;
    const auto *trouble = std::get_if<GraphTrouble>(&outcome);
    if (!trouble)
        return conclude(End::Proven,
                        QStringLiteral("Microsoft Graph took a message of %1 to %2. Look whether it arrives.")
                            .arg(m_wish.mailbox.toString(), recipient.toString()));
    m_finding.graphTrouble = *trouble;
    m_finding.wait = trouble->wait;
    const End end = trouble->kind == GraphTrouble::Kind::Wait
                        ? End::NoAnswer // and never where the message may have been sent
                        : endOfRefusal(isOfRights(trouble->entryId, m_keeping.knowledge));
    conclude(end, trouble->sentence());
}

void SetUpProof::Private::conclude(End end, const QString &sentence)
{
    m_finding.end = end;
    m_finding.sentence = sentence;
    const bool mayPass = end == End::NotYet || end == End::NoAnswer;
    if (!m_wish.patient || !mayPass || !isFresh()) {
        const ProofFinding last = m_finding;
        Q_EMIT q->finished(last);
        return;
    }
    using std::chrono::milliseconds;
    const milliseconds asked = m_finding.wait.value_or(std::chrono::seconds(0));
    const auto left = std::chrono::duration_cast<milliseconds>(m_until - m_keeping.clock.now());
    const milliseconds pause = std::min(std::max(m_pause, asked), std::max(left, milliseconds(1)));
    m_pause = std::min(m_pause * 2, m_pauses.longest);
    m_again.start(pause);
    const ProofFinding seen = m_finding;
    Q_EMIT q->waits(seen, m_keeping.clock.now() + pause);
}

SetUpProof::SetUpProof(ProofWish wish, TokenKeeping keeping, Pauses pauses, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(wish), std::move(keeping), pauses, this))
{
}

SetUpProof::~SetUpProof() = default;

void SetUpProof::start()
{
    d->tryOnce();
}

TimePoint SetUpProof::until() const
{
    return d->until();
}

Result<ProofWish> proofOf(const BookedAccount &account, const std::optional<EmailAddress> &mailbox,
                          const Knowledge &knowledge)
{
    auto address = mailbox ? Result<EmailAddress>(*mailbox) : EmailAddress::parse(account.name);
    if (!address)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The account \"%1\" does not have the name of a mailbox. Name the mailbox that sends.")
                .arg(account.name));
    if (account.account.use == TokenUse::Graph)
        return ProofWish{account.account, *address, ProofByGraph{*address}};
    const auto server = submissionServer(account.account, knowledge);
    if (!server)
        return tl::unexpected<Error>(server.error());
    return ProofWish{account.account, *address, ProofBySmtp{*server}};
}

QString toString(ProofStep step)
{
    return step == ProofStep::Token ? QStringLiteral("token") : QStringLiteral("sign-in");
}

QString toString(End end)
{
    switch (end) {
    case End::Proven: return QStringLiteral("proven");
    case End::NotYet: return QStringLiteral("not-yet");
    case End::NoAnswer: return QStringLiteral("no-answer");
    case End::Refused: return QStringLiteral("refused");
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
