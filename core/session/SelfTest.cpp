// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SelfTest.h"

#include "core/base/Endpoint.h"
#include "core/base/Text.h"
#include "core/session/AttackConversation.h"
#include "core/smtp/Capabilities.h"

#include <QJsonArray>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <utility>

namespace relaywright {

namespace {

constexpr std::size_t kShownReplies = 10;
/// A server that says nothing for so long waits for TLS to begin (RFC 8314 §3.3).
constexpr std::chrono::milliseconds kGreetingPatience{3000};

bool isChosen(const Attack &attack, const SelfTestSettings &settings)
{
    if (attack.slow && !settings.slow)
        return false;
    return settings.only.isEmpty() || attack.id == settings.only || attack.id.startsWith(settings.only + u'.');
}

SelfTestCheck checkOf(const Attack &attack, const AttackSeen &seen)
{
    const AttackJudgement judgement = judge(attack, seen);
    SelfTestCheck check{.id = attack.id,
                        .title = attack.title,
                        .verdict = judgement.verdict,
                        .reason = judgement.reason,
                        .took = seen.took};
    const std::size_t at = seen.replies.empty() ? 0 : seen.replies.size() - 1;
    if (at < attack.steps.size())
        check.sent = attackText(attack.steps[at].octets);
    if (!seen.replies.empty()) {
        for (const Reply &reply : seen.replies.back()) {
            if (static_cast<std::size_t>(check.seen.size()) < kShownReplies)
                check.seen += reply.toString();
        }
    } else if (seen.greeting) {
        check.seen += seen.greeting->toString();
    }
    if (judgement.verdict == AttackVerdict::NotWithstood)
        check.remedy = attack.remedy;
    return check;
}

void hasten(Attack &attack, std::chrono::milliseconds limit)
{
    constexpr int kDrips = 10;
    for (AttackStep &step : attack.steps) {
        if (step.wait != AttackStep::Wait::Drip || step.limit <= limit)
            continue;
        step.limit = limit;
        step.pause = std::min(step.pause, limit / kDrips);
    }
}

/// A look that a device could take: EHLO, MAIL and RCPT, and no message.
Attack lookAround(const AttackEnvelope &envelope)
{
    constexpr auto kGoOn = AttackStep::Refusal::GoOn;
    return {.id = QStringLiteral("look"),
            .title = QStringLiteral("A first look"),
            .steps = {{.octets = "EHLO selftest.invalid\r\n", .refusal = kGoOn},
                      {.octets = "MAIL FROM:<" + envelope.sender + ">\r\n", .refusal = kGoOn},
                      {.octets = "QUIT\r\n", .refusal = kGoOn}}};
}

/// The same where a message may come inside TLS only: is that all that is missing?
Attack lookInsideTls(const AttackEnvelope &envelope)
{
    Attack attack = lookAround(envelope);
    attack.steps.insert(
        attack.steps.begin() + 1,
        {{.octets = "STARTTLS\r\n"}, {.wait = AttackStep::Wait::Handshake}, {.octets = "EHLO selftest.invalid\r\n"}});
    return attack;
}

/// What MAIL, the last step but one of a look, was answered; empty when that was yes, or when it was not said.
QString refusalOfMail(const AttackSeen &seen, const Attack &look)
{
    const std::size_t mail = look.steps.size() - 2;
    if (seen.replies.size() <= mail || seen.replies[mail].empty() || seen.replies[mail].front().isPositive())
        return {};
    return seen.replies[mail].front().toString();
}

ListenerLook lookOf(const AttackSeen &seen, bool implicitTls)
{
    ListenerLook look{.greeting = seen.greeting->toString(), .implicitTls = implicitTls};
    if (seen.replies.empty() || seen.replies[0].empty())
        return look;
    const Capabilities capabilities = parseCapabilities(seen.replies[0].front());
    look.keywords = capabilities.keywords;
    look.startTls = capabilities.startTls;
    look.barred = refusalOfMail(seen, lookAround({}));
    look.mailNeedsTls = look.barred.startsWith(QLatin1String("530")) && look.startTls;
    return look;
}

/// May anybody send? That shows only at the greeting and at MAIL, and only to somebody who may not.
SelfTestCheck strangersCheck(const ListenerLook &look, bool greeted)
{
    SelfTestCheck check{.id = QStringLiteral("open-relay.strangers"),
                        .title = QStringLiteral("Are strangers turned away?"),
                        .seen = {look.greeting}};
    if (!greeted) {
        check.verdict = AttackVerdict::Withstood;
        check.reason =
            QStringLiteral("It turned this computer away at the greeting, so nothing else can be tried from here. Run "
                           "this on a computer that may send.");
    } else if (look.barred.startsWith(QLatin1String("530"))) {
        check.verdict = AttackVerdict::Withstood;
        check.seen = {look.barred};
        check.reason = QStringLiteral(
            "It takes no mail from somebody who is not signed in, so what is behind MAIL cannot be tried.");
    } else {
        check.reason = QStringLiteral(
            "This computer may send, so what the relay says to others cannot be seen from here. Run this "
            "on a computer outside its networks, too.");
    }
    return check;
}

} // namespace

class SelfTest::Private {
public:
    Private(SelfTest *owner, SelfTestSettings &&ownSettings) : q(owner), settings(std::move(ownSettings)) {}

    void play(const Attack &attack, bool implicitTls, std::chrono::milliseconds patience,
              std::function<void(const AttackSeen &)> then);
    void pregreet();
    void lookAround(bool implicitTls);
    void onLook(const AttackSeen &seen, bool implicitTls);
    void begin(bool greeted);
    void next();
    void note(const Attack &attack, const AttackSeen &seen);
    void add(const SelfTestCheck &check);
    void end();

    SelfTest *q;
    SelfTestSettings settings;
    SelfTestReport report;
    std::deque<Attack> waiting;
    std::unique_ptr<AttackConversation> conversation;
};

void SelfTest::Private::play(const Attack &attack, bool implicitTls, std::chrono::milliseconds patience,
                             std::function<void(const AttackSeen &)> then)
{
    const AttackConversation::Server server{settings.address, settings.port, implicitTls};
    conversation = std::make_unique<AttackConversation>(
        server, attack, patience, [this, then = std::move(then)](const AttackSeen &seen) {
            QTimer::singleShot(settings.pace, q, [seen, then] { then(seen); });
        });
    conversation->start();
}

void SelfTest::Private::pregreet()
{
    const Attack attack = pregreetingAttack();
    if (!isChosen(attack, settings))
        return lookAround(false);
    play(attack, false, std::min(settings.patience, kGreetingPatience), [this, attack](const AttackSeen &seen) {
        if (seen.greeting) // what speaks TLS from the first octet cannot be tried so
            note(attack, seen);
        lookAround(false);
    });
}

void SelfTest::Private::lookAround(bool implicitTls)
{
    const auto patience = implicitTls ? settings.patience : std::min(settings.patience, kGreetingPatience);
    play(relaywright::lookAround(settings.envelope), implicitTls, patience,
         [this, implicitTls](const AttackSeen &seen) { onLook(seen, implicitTls); });
}

void SelfTest::Private::onLook(const AttackSeen &seen, bool implicitTls)
{
    if (!seen.greeting && !implicitTls && (seen.timedOut || seen.closed)) // some wait for TLS no longer than we do
        return lookAround(true);
    if (!seen.greeting) {
        Q_EMIT q->finished(
            failure(ErrorKind::Unreachable,
                    QStringLiteral("No mail server answers at %1. Check the address and whether the relay runs.")
                        .arg(report.server)));
        return;
    }
    report.look = lookOf(seen, implicitTls);
    if (!report.look.mailNeedsTls)
        return begin(seen.greeting->isPositive());
    const Attack inside = lookInsideTls(settings.envelope);
    play(inside, implicitTls, settings.patience, [this, inside](const AttackSeen &seenInside) {
        report.look.barred = refusalOfMail(seenInside, inside);
        begin(true);
    });
}

void SelfTest::Private::begin(bool greeted)
{
    add(strangersCheck(report.look, greeted));
    if (greeted) {
        std::ranges::copy_if(attacksOn(report.look, settings.envelope), std::back_inserter(waiting),
                             [this](const Attack &attack) { return isChosen(attack, settings); });
        waiting.push_back(stillThereAttack());
    }
    next();
}

void SelfTest::Private::next()
{
    if (waiting.empty())
        return end();
    Attack attack = std::move(waiting.front());
    waiting.pop_front();
    if (settings.slowLimit)
        hasten(attack, *settings.slowLimit);
    play(attack, report.look.implicitTls, settings.patience, [this, attack](const AttackSeen &seen) {
        note(attack, seen);
        next();
    });
}

void SelfTest::Private::note(const Attack &attack, const AttackSeen &seen)
{
    if (attack.endsData && seen.replies.size() == attack.steps.size() && !seen.replies.back().empty()
        && seen.replies.back().front().isPositive())
        ++report.messagesLeft;
    add(checkOf(attack, seen));
}

void SelfTest::Private::add(const SelfTestCheck &check)
{
    report.checks.push_back(check);
    Q_EMIT q->checkDone(check);
}

void SelfTest::Private::end()
{
    conversation.reset();
    Q_EMIT q->finished(report);
}

SelfTest::SelfTest(SelfTestSettings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings)))
{
    d->report.server = Endpoint{Host::of(d->settings.address), d->settings.port}.toString();
}

SelfTest::~SelfTest() = default;

void SelfTest::start()
{
    d->pregreet();
}

int SelfTestReport::count(AttackVerdict verdict) const
{
    return static_cast<int>(std::ranges::count(checks, verdict, &SelfTestCheck::verdict));
}

std::optional<QString> selfTestObstacle(const IpAddress &address)
{
    if (address.isPrivate() && !address.isAny())
        return std::nullopt;
    return QStringLiteral(
               "%1 is a public address. The self-test attacks what it is told to, so it goes to this computer and to "
               "private networks only.")
        .arg(address.toString());
}

bool selfTestNeedsConsent(const IpAddress &address)
{
    return !address.isLoopback();
}

int selfTestConnections(const SelfTestSettings &settings)
{
    const auto attacks = attacksOn({}, settings.envelope);
    const auto chosen =
        std::ranges::count_if(attacks, [&](const Attack &attack) { return isChosen(attack, settings); });
    return static_cast<int>(chosen) + 5; // before the greeting, one look or three, and whether it is still there
}

namespace {

QJsonObject toJson(const SelfTestCheck &check)
{
    return {{QStringLiteral("id"), check.id},
            {QStringLiteral("title"), check.title},
            {QStringLiteral("verdict"), toString(check.verdict)},
            {QStringLiteral("reason"), check.reason},
            {QStringLiteral("remedy"), check.remedy},
            {QStringLiteral("sent"), check.sent},
            {QStringLiteral("seen"), QJsonArray::fromStringList(check.seen)},
            {QStringLiteral("tookMs"), static_cast<qint64>(check.took.count())}};
}

QJsonObject toJson(const SelfTestReport &report)
{
    QJsonArray checks;
    for (const SelfTestCheck &check : report.checks)
        checks.append(toJson(check));
    QJsonArray keywords;
    for (const QByteArray &keyword : report.look.keywords)
        keywords.append(printable(keyword));
    return {{QStringLiteral("server"), report.server},
            {QStringLiteral("greeting"), report.look.greeting},
            {QStringLiteral("implicitTls"), report.look.implicitTls},
            {QStringLiteral("offers"), keywords},
            {QStringLiteral("mailRefused"), report.look.barred},
            {QStringLiteral("withstood"), report.count(AttackVerdict::Withstood)},
            {QStringLiteral("notWithstood"), report.count(AttackVerdict::NotWithstood)},
            {QStringLiteral("couldNotTell"), report.count(AttackVerdict::CouldNotTell)},
            {QStringLiteral("messagesLeft"), report.messagesLeft},
            {QStringLiteral("checks"), checks}};
}

} // namespace

QJsonObject toJson(const std::vector<SelfTestReport> &reports)
{
    QJsonArray listeners;
    bool withstood = true;
    for (const SelfTestReport &report : reports) {
        listeners.append(toJson(report));
        withstood = withstood && report.count(AttackVerdict::NotWithstood) == 0;
    }
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.relay-selftest/1")},
            {QStringLiteral("withstood"), withstood},
            {QStringLiteral("listeners"), listeners}};
}

} // namespace relaywright
