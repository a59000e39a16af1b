// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/IncomingRepair.h"

#include <QTest>

#include <algorithm>

using namespace relaywright;

namespace {

QByteArray through(IncomingRepair &repair, const QByteArray &message, qsizetype size)
{
    QByteArray out;
    for (qsizetype at = 0; at < message.size(); at += size)
        out += repair.append(QByteArrayView(message).sliced(at, std::min(size, message.size() - at)));
    return out + repair.finish();
}

} // namespace

class tst_IncomingRepair : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noEndOfDataIsMadeOfBareNewlines_data()
    {
        QTest::addColumn<QByteArray>("variant");
        for (const char *const text :
             {"\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r\r\n", "\n.\r", "\r.\r", "\r.\r\n", "\r\n.\r"})
            QTest::newRow(QByteArray(text).toHex(' ').constData()) << QByteArray(text);
        QTest::newRow("NUL") << QByteArray("\r\n\0.\r\n", 6);
    }
    void noEndOfDataIsMadeOfBareNewlines()
    {
        QFETCH(QByteArray, variant);
        const QByteArray message = "Subject: s\n\rX: y\r\n\nbody" + variant + "MAIL FROM:<evil@x.test>\r\n";
        QByteArray first;
        for (qsizetype size = 1; size <= message.size(); ++size) {
            IncomingRepair repair({.date = true, .bareNewlines = true, .longLines = true}, {"d", "<i>"});
            const QByteArray cured = through(repair, message, size);
            if (size == 1)
                first = cured;
            QCOMPARE(cured, first);
            QByteArray rest = cured;
            rest.replace("\r\n", "");
            QVERIFY(!rest.contains('\r') && !rest.contains('\n'));
            QVERIFY(cured.contains("MAIL FROM:<evil@x.test>")); // as text
            // What a smart host reads of it is one message with one end.
            QByteArray wire;
            DotStuffer stuffer;
            stuffer.append(cured, wire);
            stuffer.finish(wire);
            QCOMPARE(wire.count("\r\n.\r\n"), 1);
            QVERIFY(wire.endsWith("\r\n.\r\n"));
            QCOMPARE(repair.made(), (std::vector{Repair::Date, Repair::BareNewlines}));
        }
    }
    void nothingIsSaidOfWhatWasGood()
    {
        const QByteArray message("Date: d\r\n\r\n.\r\nbody\r\n");
        IncomingRepair repair(
            {.date = true, .messageId = false, .bareNewlines = true, .longLines = true, .displayName = true},
            {"d", "<i>"});
        QCOMPARE(through(repair, message, 3), message);
        QVERIFY(repair.made().empty());
    }
};

QTEST_GUILESS_MAIN(tst_IncomingRepair)
#include "tst_IncomingRepair.moc"
