// SPDX-License-Identifier: GPL-3.0-or-later
// What is left of a password or token in the program's memory after a sign-in that is over.
#include "core/smtp/ClientSession.h"
#include "core/smtp/SaslServer.h"
#include "core/smtp/SecretMask.h"
#include "core/smtp/ServerSession.h"
#include "tests/unit/smtp/HeapSearch.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// Plays the server that offers `mechanism` and always says yes; answers what the client said about it.
QStringList signIn(AuthMechanism mechanism, Secret secret)
{
    ClientSession session({.ehloName = "console.example",
                           .tls = TlsPolicy::Implicit,
                           .credentials = Credentials{.user = QStringLiteral("scanner@contoso.com"),
                                                      .secret = std::move(secret),
                                                      .mechanism = mechanism}});
    QStringList said;
    SecretMask mask;
    const auto follow = [&](const Actions &actions) {
        for (const Action &action : actions) {
            const auto *line = std::get_if<SendLine>(&action);
            if (!line)
                continue;
            said += displayText(*line);
            if (line->secret)
                mask.add(QByteArrayView(line->line).sliced(line->line.lastIndexOf(' ') + 1));
        }
    };
    follow(session.start());
    follow(session.onTlsEstablished());
    follow(session.onReply({220, {"mx"}}));
    follow(session.onReply({250, {"mx", "AUTH " + toWire(mechanism)}}));
    while (!session.isReady() && said.size() < 6) {
        const bool asks = mechanism == AuthMechanism::Login ? said.size() < 4 : !said.last().contains(hiddenSecret());
        follow(session.onReply(asks ? Reply{334, {QByteArrayLiteral("cXVlc3Rpb24=")}} : Reply{235, {"ok"}}));
    }
    return said;
}

/// Pieces of the needle, its beginning left out, on which the allocator writes when memory is freed; and what it looks
/// like in the base64 of a longer text, whatever stands in front.
QList<HiddenNeedle> formsOf(const HiddenNeedle &needle)
{
    QList<HiddenNeedle> forms{needle.piece(16, 24), needle.piece(needle.size() - 24, 24)};
    for (const qsizetype before : {0, 1, 2}) {
        QByteArray longer = QByteArray(before, 'x');
        longer.reserve(before + 8192);
        QByteArray plain = needle.reveal();
        longer.append(plain);
        wipe(plain);
        QByteArray base64 = longer.toBase64();
        wipe(longer);
        QByteArray inner = base64.mid(28, 28); // none of these characters depends on the neighbours
        wipe(base64);
        forms += HiddenNeedle::of(std::move(inner));
    }
    return forms;
}

} // namespace

class tst_SecretsInMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSearchFindsWhatWasNotWiped()
    {
        const HiddenNeedle needle = HiddenNeedle::letters(7, 40);
        QVERIFY2(findInHeap({needle}).isEmpty(), findInHeap({needle}).constData());
        QByteArray careless = needle.reveal();
        QVERIFY(!findInHeap({needle}).isEmpty());
        wipe(careless);
        QVERIFY2(findInHeap({needle}).isEmpty(), findInHeap({needle}).constData());
    }

    void nothingIsLeftAfterAClientHasSignedIn_data()
    {
        QTest::addColumn<AuthMechanism>("mechanism");
        QTest::addColumn<int>("octets");
        QTest::newRow("PLAIN") << AuthMechanism::Plain << 64;
        QTest::newRow("PLAIN, too long for the AUTH line") << AuthMechanism::Plain << 600;
        QTest::newRow("LOGIN") << AuthMechanism::Login << 64;
        QTest::newRow("CRAM-MD5") << AuthMechanism::CramMd5 << 60;
        QTest::newRow("CRAM-MD5, a key that is hashed first") << AuthMechanism::CramMd5 << 100;
        QTest::newRow("XOAUTH2, a token of two kilobytes") << AuthMechanism::XOAuth2 << 2000;
        QTest::newRow("OAUTHBEARER") << AuthMechanism::OAuthBearer << 200;
    }

    void nothingIsLeftAfterAClientHasSignedIn()
    {
        QFETCH(const AuthMechanism, mechanism);
        QFETCH(const int, octets);
        const HiddenNeedle needle =
            HiddenNeedle::letters(static_cast<unsigned>(mechanism) * 1000U + static_cast<unsigned>(octets), octets);
        const QStringList said = signIn(mechanism, Secret(needle.reveal()));
        QVERIFY2(said.join(u'\n').contains(hiddenSecret()), qPrintable(said.join(u'\n')));
        const QByteArray place = findInHeap(formsOf(needle));
        QVERIFY2(place.isEmpty(), place.constData());
    }

    void nothingIsLeftAfterAServerHasReadASignIn_data()
    {
        QTest::addColumn<bool>("token");
        QTest::addColumn<qsizetype>("pieceOctets");
        QTest::newRow("PLAIN in one piece") << false << qsizetype(100'000);
        QTest::newRow("PLAIN in pieces of 50 octets") << false << qsizetype(50);
        QTest::newRow("XOAUTH2 in one piece") << true << qsizetype(100'000);
        QTest::newRow("XOAUTH2 in pieces of 333 octets") << true << qsizetype(333);
    }

    void nothingIsLeftAfterAServerHasReadASignIn()
    {
        QFETCH(const bool, token);
        QFETCH(const qsizetype, pieceOctets);
        const HiddenNeedle needle = HiddenNeedle::letters(static_cast<unsigned>(pieceOctets) + (token ? 1 : 0), 1500);
        bool signedIn = false;
        {
            ServerSession session(
                {.authMechanisms = {AuthMechanism::Plain, AuthMechanism::XOAuth2}, .authOnlyInTls = false});
            session.start();
            session.receive("EHLO device.example\r\n");
            while (session.next())
                session.answer({250, {"ok"}});
            QByteArray response;
            response.reserve(4096);
            QByteArray plain = needle.reveal();
            response.append(token ? QByteArray("user=tim\1auth=Bearer ") : QByteArray("\0tim\0", 5)).append(plain);
            wipe(plain);
            response.append(token ? "\1\1" : "");
            QByteArray line;
            line.reserve(8192);
            QByteArray base64 = response.toBase64();
            wipe(response);
            line.append(token ? "AUTH XOAUTH2 " : "AUTH PLAIN ").append(base64).append("\r\n");
            wipe(base64);
            for (qsizetype at = 0; at < line.size(); at += pieceOctets) {
                session.receive(QByteArrayView(line).sliced(at, std::min(pieceOctets, line.size() - at)));
                while (const auto event = session.next())
                    signedIn = signedIn || std::holds_alternative<AuthReceived>(*event);
            }
            wipe(line);
            session.answerAuth(true);
        }
        QVERIFY(signedIn);
        const QByteArray place = findInHeap(formsOf(needle));
        QVERIFY2(place.isEmpty(), place.constData());
    }
};

QTEST_GUILESS_MAIN(tst_SecretsInMemory)
#include "tst_SecretsInMemory.moc"
