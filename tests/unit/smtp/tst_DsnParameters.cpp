// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ClientSession.h"
#include "core/smtp/DsnParameters.h"

#include <QTest>

using namespace relaywright;

class tst_DsnParameters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsNotify_data();
    void readsNotify();
    void readsOriginalRecipients_data();
    void readsOriginalRecipients();
    void readsEnvelopeIds_data();
    void readsEnvelopeIds();
    void aReportIsSentOnFailureUnlessToldOtherwise();
    void passesOnWhatEachRecipientAskedFor();
    void asksNothingOfAServerThatDoesNotOfferIt();
};

void tst_DsnParameters::readsNotify_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("words"); // empty: refused
    QTest::newRow("never") << QByteArray("NEVER") << QByteArray("NEVER");
    QTest::newRow("several, without case") << QByteArray("delay,Success") << QByteArray("SUCCESS,DELAY");
    QTest::newRow("never and another") << QByteArray("NEVER,FAILURE") << QByteArray();
    QTest::newRow("unknown") << QByteArray("MAYBE") << QByteArray();
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("comma at the end") << QByteArray("FAILURE,") << QByteArray();
}

void tst_DsnParameters::readsNotify()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, words);
    const auto read = parseNotify(value);
    QCOMPARE(read.has_value(), !words.isEmpty());
    if (read)
        QCOMPARE(notifyWords(*read), words);
}

void tst_DsnParameters::readsOriginalRecipients_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("plain") << QByteArray("rfc822;bob@example.com") << true;
    QTest::newRow("xtext") << QByteArray("rfc822;Bob+2BSales+3Dx@example.com") << true;
    QTest::newRow("another type") << QByteArray("x400;/G=Bob/") << false; // = stands for nothing in xtext
    QTest::newRow("no type") << QByteArray(";bob@example.com") << false;
    QTest::newRow("no address") << QByteArray("rfc822;") << false;
    QTest::newRow("no semicolon") << QByteArray("bob@example.com") << false;
    QTest::newRow("line break") << QByteArray("rfc822;bob+0D+0ADATA") << false;
    QTest::newRow("octets over 127") << QByteArray("rfc822;bob+E4@example.com") << false;
    QTest::newRow("half an escape") << QByteArray("rfc822;bob+2") << false;
    QTest::newRow("lower-case digits") << QByteArray("rfc822;bob+2b") << false;
    QTest::newRow("too long") << QByteArray("rfc822;" + QByteArray(500, 'b')) << false;
}

void tst_DsnParameters::readsOriginalRecipients()
{
    QFETCH(QByteArray, value);
    QFETCH(bool, isTaken);
    QCOMPARE(parseOriginalRecipient(value, false).value_or(QByteArray()), isTaken ? value : QByteArray());
}

void tst_DsnParameters::readsEnvelopeIds_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("id"); // empty: refused
    QTest::newRow("plain") << QByteArray("QQ314159") << QByteArray("QQ314159");
    QTest::newRow("with a blank") << QByteArray("Scan+207+2B1") << QByteArray("Scan 7+1");
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("line break") << QByteArray("a+0Ab") << QByteArray();
    QTest::newRow("NUL") << QByteArray("a+00b") << QByteArray();
    QTest::newRow("too long") << QByteArray(101, 'x') << QByteArray();
}

void tst_DsnParameters::readsEnvelopeIds()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, id);
    QCOMPARE(parseEnvelopeId(value).value_or(QByteArray()), id);
    if (!id.isEmpty())
        QCOMPARE(toXtext(id), value);
}

void tst_DsnParameters::aReportIsSentOnFailureUnlessToldOtherwise()
{
    QVERIFY(DsnRecipient().wantsFailure());
    QVERIFY(!DsnRecipient{.never = true}.wantsFailure());
    QVERIFY(!DsnRecipient{.success = true}.wantsFailure());
    QVERIFY((DsnRecipient{.success = true, .failure = true}.wantsFailure()));
}

namespace {

/// The envelope's commands for two recipients, one of whom wants to hear of success.
QByteArrayList envelopeLines(const QByteArray &extension)
{
    ClientSession session({.ehloName = "console.example", .tls = TlsPolicy::None});
    (void)session.start();
    (void)session.onReply({220, {"mx.example ESMTP"}});
    (void)session.onReply({250, {"mx.example", "PIPELINING", extension}});
    const auto bob = *EmailAddress::parse(QStringLiteral("bob@example.com"));
    const auto eve = *EmailAddress::parse(QStringLiteral("eve@example.com"));
    SubmitOptions options{.dsn = {.asked = true, .returned = DsnRequest::Return::Headers, .envelopeId = "Scan 7"}};
    options.recipientDsn = {{.success = true, .originalRecipient = "rfc822;Bob+2B1@example.org"}, {}};
    QByteArrayList lines;
    for (const Action &action : session.submit({bob, {bob, eve}}, options)) {
        if (const auto *line = std::get_if<SendLine>(&action))
            lines += line->line;
    }
    return lines;
}

} // namespace

void tst_DsnParameters::passesOnWhatEachRecipientAskedFor()
{
    QCOMPARE(envelopeLines("DSN"),
             (QByteArrayList{"MAIL FROM:<bob@example.com> RET=HDRS ENVID=Scan+207",
                             "RCPT TO:<bob@example.com> NOTIFY=SUCCESS ORCPT=rfc822;Bob+2B1@example.org",
                             "RCPT TO:<eve@example.com>", "DATA"}));
}

void tst_DsnParameters::asksNothingOfAServerThatDoesNotOfferIt()
{
    QCOMPARE(envelopeLines("HELP"), (QByteArrayList{"MAIL FROM:<bob@example.com>", "RCPT TO:<bob@example.com>",
                                                    "RCPT TO:<eve@example.com>", "DATA"}));
}

QTEST_GUILESS_MAIN(tst_DsnParameters)
#include "tst_DsnParameters.moc"
