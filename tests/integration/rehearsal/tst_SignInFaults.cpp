// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/EntraCodes.h"
#include "tests/integration/rehearsal/SignInFixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

/// What the practice sign-in service does wrong on request, and what it says while somebody is awaited.
class tst_SignInFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_shared = std::make_unique<SignInFixture>(); }
    void cleanupTestCase() { m_shared.reset(); }
    void everyKnownCodeIsARefusalOfEntras_data();
    void everyKnownCodeIsARefusalOfEntras();
    void aRefusalHasEntrasForm();
    void aRefusalThatPassesSaysWhen();
    void aNewKeySignsAfterSoManyTokens();
    void aNewKeySignsEachToken();
    void aPollThatWaitsIsNoRefusal();

private:
    [[nodiscard]] static QStringList publishedKeys(SignInFixture &fixture);
    [[nodiscard]] static QString signerOf(const Secret &token);
    [[nodiscard]] static QStringList signersOf(SignInFixture &fixture, int tokens);

    std::unique_ptr<SignInFixture> m_shared; ///< a key takes a while to make, and all codes can do with one
};

QStringList tst_SignInFaults::publishedKeys(SignInFixture &fixture)
{
    QUrl url = fixture.service().baseUrl();
    url.setPath(u'/' + fixture.service().directory().tenantId + QStringLiteral("/discovery/v2.0/keys"));
    const HttpAnswer answer = fixture.browse(url);
    QStringList ids;
    const QJsonObject keys = QJsonDocument::fromJson(answer.body.reveal().toByteArray()).object();
    for (const QJsonValue &key : keys.value(u"keys").toArray())
        ids += key.toObject().value(u"kid").toString();
    return ids;
}

QString tst_SignInFaults::signerOf(const Secret &token)
{
    const auto parsed = JsonWebToken::parse(token);
    return parsed ? parsed->header.value(u"kid").toString() : QString();
}

QStringList tst_SignInFaults::signersOf(SignInFixture &fixture, int tokens)
{
    QStringList signers;
    for (int i = 0; i < tokens; ++i)
        signers += signerOf(tokenIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{})).accessToken);
    return signers;
}

void tst_SignInFaults::everyKnownCodeIsARefusalOfEntras_data()
{
    QTest::addColumn<int>("code");
    const auto codes = entraCodes(Knowledge::builtIn());
    QVERIFY(codes.size() >= 28);
    for (const EntraCode &code : codes)
        QTest::newRow(qPrintable(entraCodeText(code.number))) << code.number;
}

void tst_SignInFaults::everyKnownCodeIsARefusalOfEntras()
{
    QFETCH(int, code);
    SignInFixture &fixture = *m_shared;
    PracticeWebFaults faults;
    QVERIFY(addWebFault(faults, QStringLiteral("refuse-sign-in=") + entraCodeText(code)));
    fixture.service().setFaults(faults);
    const int refused = fixture.service().counts().refused;
    const TokenTrouble trouble = troubleIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{}));
    const auto &errors = Knowledge::builtIn().errors();
    const auto entry = std::find_if(errors.begin(), errors.end(),
                                    [&](const ErrorEntry &one) { return one.phraseFits(entraCodeText(code)); });
    QCOMPARE_EQ(trouble.entryId, entry->id);
    QCOMPARE_EQ(trouble.entraCode, QString::number(code));
    QCOMPARE_EQ(trouble.kind, entry->retry ? TokenTrouble::Kind::Wait : TokenTrouble::Kind::Act);
    const bool isOfTheClient = trouble.error == QLatin1String("invalid_client");
    const QList<int> statuses = entry->retry ? QList<int>{429, 503} : QList<int>{isOfTheClient ? 401 : 400};
    QVERIFY2(statuses.contains(trouble.status), qPrintable(QString::number(trouble.status)));
    // Entra's words, not those in which we explain them.
    QVERIFY2(!trouble.description.contains(entry->title), qPrintable(trouble.description));
    QCOMPARE_EQ(fixture.service().counts().refused, refused + 1);
    fixture.service().setFaults({});
    QVERIFY(!tokenIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{})).accessToken.isEmpty());
}

void tst_SignInFaults::aRefusalHasEntrasForm()
{
    SignInFixture fixture;
    fixture.service().setFaults({.refuseSignIn = 7000222});
    QSignalSpy answered(&fixture.service(), &PracticeSignInService::requestAnswered);
    QUrl url = fixture.service().baseUrl();
    url.setPath(u'/' + fixture.service().directory().tenantId + QStringLiteral("/oauth2/v2.0/token"));
    const HttpAnswer answer = fixture.browse(url, "grant_type=client_credentials&client_id=one-of-ours");
    QCOMPARE_EQ(answer.status, 401);
    const QJsonObject json = QJsonDocument::fromJson(answer.body.reveal().toByteArray()).object();
    QCOMPARE_EQ(json.value(u"error").toString(), QStringLiteral("invalid_client"));
    QCOMPARE_EQ(json.value(u"error_codes").toArray(), QJsonArray{7000222});
    static const QRegularExpression form(QStringLiteral(
        "^AADSTS7000222: The provided client secret keys for app 'one-of-ours' are expired\\. Trace ID: [0-9a-f-]{36} "
        "Correlation ID: [0-9a-f-]{36} Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$"));
    const QString description = json.value(u"error_description").toString();
    QVERIFY2(form.match(description).hasMatch(), qPrintable(description));
    for (const char *name : {"timestamp", "trace_id", "correlation_id"})
        QVERIFY2(description.contains(json.value(QLatin1String(name)).toString()), name);
    QTRY_COMPARE(answered.size(), 1);
    QVERIFY(answered.front().front().toString().endsWith(QLatin1String("/oauth2/v2.0/token 401 AADSTS7000222")));
}

void tst_SignInFaults::aRefusalThatPassesSaysWhen()
{
    SignInFixture fixture;
    fixture.service().setFaults({.retryAfter = 17s, .refuseSignIn = 90055});
    const TokenTrouble trouble = troubleIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{}));
    QCOMPARE_EQ(trouble.status, 429);
    QCOMPARE_EQ(trouble.wait, std::optional<std::chrono::seconds>(17s));
    // What does not pass has no such field.
    fixture.service().setFaults({.retryAfter = 17s, .refuseSignIn = 700016});
    QVERIFY(!troubleIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{})).wait);
}

void tst_SignInFaults::aNewKeySignsAfterSoManyTokens()
{
    SignInFixture fixture;
    fixture.service().setFaults({.rotateKeyAfter = 2});
    const QStringList cached = publishedKeys(fixture);
    QCOMPARE_EQ(cached.size(), 1);
    QCOMPARE_EQ(signersOf(fixture, 2), (QStringList{cached.front(), cached.front()}));
    // Whoever looked at the keys at any time before does not know the next signer.
    QCOMPARE_EQ(publishedKeys(fixture), cached);
    const QStringList next = signersOf(fixture, 2);
    QVERIFY(!cached.contains(next.front()));
    QCOMPARE_EQ(next.front(), next.back());
    QCOMPARE_EQ(publishedKeys(fixture), (QStringList{next.front(), cached.front()}));
    const QStringList third = signersOf(fixture, 1);
    QCOMPARE_EQ(publishedKeys(fixture), (QStringList{third.front(), next.front(), cached.front()}));
    fixture.service().setFaults({});
    QCOMPARE_EQ(signersOf(fixture, 3), (QStringList{third.front(), third.front(), third.front()}));
}

void tst_SignInFaults::aNewKeySignsEachToken()
{
    SignInFixture fixture;
    fixture.service().setFaults({.rotateKeyAfter = 2, .newKeyEachToken = true});
    const QStringList signers = signersOf(fixture, 3);
    QCOMPARE_EQ(QSet<QString>(signers.begin(), signers.end()).size(), 3);
}

void tst_SignInFaults::aPollThatWaitsIsNoRefusal()
{
    SignInFixture fixture;
    GrantRules rules;
    rules.pollInterval = 60s;
    fixture.service().grants().setRules(rules);
    const auto answer = fixture.askForDeviceCode(fixture.publicClient());
    const auto *offer = std::get_if<DeviceCodeOffer>(&answer);
    QVERIFY(offer);
    QSignalSpy answered(&fixture.service(), &PracticeSignInService::requestAnswered);
    const DeviceCodeGrant grant{offer->deviceCode};
    QCOMPARE_EQ(troubleIn(fixture.ask(fixture.publicClient(), grant)).error, QStringLiteral("authorization_pending"));
    QCOMPARE_EQ(troubleIn(fixture.ask(fixture.publicClient(), grant)).error, QStringLiteral("slow_down"));
    QCOMPARE_EQ(fixture.service().counts(), (SignInCounts{.requests = 3, .waiting = 2}));
    QTRY_COMPARE(answered.size(), 2);
    QVERIFY(answered[0].front().toString().endsWith(QLatin1String("/token 400 AADSTS70016 waiting")));
    QVERIFY(answered[1].front().toString().endsWith(QLatin1String("/token 400 waiting")));
    QCOMPARE_EQ(troubleIn(fixture.ask(fixture.publicClient(), DeviceCodeGrant{Secret(QByteArray("no-code"))})).error,
                QStringLiteral("bad_verification_code"));
    QCOMPARE_EQ(fixture.service().counts(), (SignInCounts{.requests = 4, .refused = 1, .waiting = 2}));
}

QTEST_GUILESS_MAIN(tst_SignInFaults)
#include "tst_SignInFaults.moc"
