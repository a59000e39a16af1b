// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/DkimSigner.h"
#include "core/smtp/DotStuffing.h"

#include <QFile>
#include <QHash>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

// Messages as devices make them, signed by us, and then read by verifiers that others wrote.

namespace {

const QByteArray kUsual = "From: Scanner <scanner@print.contoso.com>\r\nTo: megan@example.com\r\nSubject: Scan\r\n"
                          "Date: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@contoso.com>\r\n\r\n";

struct Sample {
    const char *name;
    QByteArray octets; ///< as the device sent them
};

std::vector<Sample> samples()
{
    return {
        {"usual", kUsual + "Hello.\r\n"},
        {"no-body", kUsual},
        {"empty-line-missing", kUsual.chopped(2)},
        {"no-last-line-end", kUsual + "Hello."},
        {"blank-lines-at-the-end", kUsual + "Hello.\r\n\r\n \t\r\n\r\n"},
        {"only-blank-lines", kUsual + "\r\n\r\n \r\n"},
        {"blanks-in-lines", kUsual + " two  blanks\tand a tab \t \r\n\r\n\r\n  x\r\n"},
        {"dots", kUsual + ".\r\n..\r\n.x\r\n"},
        {"bare-line-feeds", QByteArray(kUsual).replace("\r\n", "\n") + "Hello.\nWorld\n\n"},
        {"bare-carriage-returns", QByteArray(kUsual).replace("\r\n", "\r") + "Hello.\rWorld\r\r"},
        {"mixed-line-ends", kUsual + "a\rb\nc\r\nd\r\r\ne\n\rf"},
        {"folded", "Received: by x;\r\n\tFri\r\n"
                       + QByteArray(kUsual).replace("Subject: Scan", "SUBJECT:\r\n  a  \r\n\tb ") + "x\r\n"},
        {"fields-twice", "To: a@example.com\r\nSubject: first\r\nTo:b@example.com\r\n" + kUsual + "x\r\n"},
        {"mime", QByteArray(kUsual).chopped(2)
                     + "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nReply-To: "
                       "x@y.example\r\n\r\nb\r\n"},
        {"eight-bit", QByteArray(kUsual).replace("Scanner", "M\xc3\xa4x")
                          + "gr\xc3\xbc\xc3\x9f"
                            "e\r\n"},
        {"large", kUsual + QByteArray("0123456789 \t  abcdef\r\n").repeated(20'000)},
    };
}

DkimSigner signer(DkimAlgorithm algorithm, const char *selector)
{
    return {*Domain::parse(QStringLiteral("contoso.com")), QString::fromLatin1(selector),
            *DkimKeyPair::generate(algorithm)};
}

QByteArray onTheWire(const QByteArray &octets)
{
    QByteArray wire;
    DotStuffer stuffer(WireForm::Chunk);
    stuffer.append(octets, wire);
    stuffer.finish(wire);
    return wire;
}

} // namespace

class tst_DkimVerifiers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void dkimpyTakesThem();
    void mailDkimTakesThem();

private:
    [[nodiscard]] QByteArray sign(const QByteArray &octets) const;
    void write(const QString &name, const QByteArray &octets);
    [[nodiscard]] QHash<QString, QStringList> verify(const QString &program, const QString &script);
    void expect(const QHash<QString, QStringList> &results, const QString &ed25519, const QString &spoiltEd25519);

    QTemporaryDir m_dir;
    QStringList m_files;
    const DkimSigner m_rsa = signer(DkimAlgorithm::Rsa, "rsa1");
    const DkimSigner m_ed25519 = signer(DkimAlgorithm::Ed25519, "ed1");
};

/// With both algorithms, RSA on top, as it goes out.
QByteArray tst_DkimVerifiers::sign(const QByteArray &octets) const
{
    DkimReader reader;
    for (qsizetype at = 0; at < octets.size(); at += 1000) // cut where it comes
        reader.add(QByteArrayView(octets).sliced(at, std::min<qsizetype>(1000, octets.size() - at)));
    reader.finish();
    QByteArray fields;
    for (const DkimSigner *one : {&m_rsa, &m_ed25519}) {
        const auto field = dkimSignature(reader.header(), reader.bodyHash(), *one, SystemClock().now());
        if (!field)
            return field.error().detail.toUtf8();
        fields += *field;
    }
    return fields + onTheWire(octets);
}

void tst_DkimVerifiers::write(const QString &name, const QByteArray &octets)
{
    QFile file(m_dir.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(octets), octets.size());
    m_files += file.fileName();
}

void tst_DkimVerifiers::initTestCase()
{
    for (const Sample &sample : samples()) {
        const QByteArray good = sign(sample.octets);
        QVERIFY2(good.startsWith("DKIM-Signature: v=1;"), good.left(200).constData());
        for (const QByteArray &line : good.left(good.indexOf("\r\n\r\n")).split('\n'))
            QVERIFY2(!line.startsWith("DKIM") || line.size() <= 79, line.constData());
        write(QLatin1String(sample.name), good);
    }
    // What must not be possible with a message that we signed.
    const QByteArray good = sign(samples().front().octets);
    const qsizetype from = good.indexOf("From:");
    write(QStringLiteral("spoilt-body-longer"), good + "and more\r\n");
    write(QStringLiteral("spoilt-body-changed"), QByteArray(good).replace("Hello.", "Hallo."));
    write(QStringLiteral("spoilt-second-subject"), QByteArray(good).insert(from, "Subject: Pay\r\n"));
    write(QStringLiteral("spoilt-second-from"), QByteArray(good).insert(from, "From: boss@contoso.com\r\n"));
    write(QStringLiteral("spoilt-cc-added"), QByteArray(good).insert(from, "Cc: x@example.com\r\n"));
    write(QStringLiteral("spoilt-reply-to-added"), QByteArray(good).insert(from, "Reply-To: x@example.com\r\n"));
    write(QStringLiteral("spoilt-date"), QByteArray(good).replace("11 Jul", "12 Jul"));
    QFile zone(m_dir.filePath(QStringLiteral("zone")));
    QVERIFY(zone.open(QIODevice::WriteOnly));
    for (const DkimSigner *one : {&m_rsa, &m_ed25519})
        zone.write(one->selector.toLatin1() + "._domainkey.contoso.com\t" + one->key.record() + '\n');
}

QHash<QString, QStringList> tst_DkimVerifiers::verify(const QString &program, const QString &script)
{
    QProcess process;
    process.start(program, QStringList{QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/integration/mail/") + script,
                                       m_dir.filePath(QStringLiteral("zone"))}
                               + m_files);
    QHash<QString, QStringList> results;
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) {
        qWarning("%s", process.readAllStandardError().constData());
        return results;
    }
    for (const QString &line : QString::fromUtf8(process.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts))
        results.insert(line.section(u'\t', 0, 0), line.section(u'\t', 1).split(u'\t'));
    return results;
}

void tst_DkimVerifiers::expect(const QHash<QString, QStringList> &results, const QString &ed25519,
                               const QString &spoiltEd25519)
{
    QVERIFY2(results.size() == m_files.size(), "The verifier is missing: installer/bootstrap.sh --tests installs it.");
    for (auto one = results.begin(); one != results.end(); ++one) {
        const bool spoilt = one.key().startsWith(QLatin1String("spoilt"));
        const QString found = one.key() + u' ' + one->join(u' ');
        QVERIFY2(one->size() == 2, qPrintable(found));
        QVERIFY2(one->at(0).startsWith(spoilt ? QLatin1String("fail") : QLatin1String("pass")), qPrintable(found));
        QVERIFY2(one->at(1).startsWith(spoilt ? spoiltEd25519 : ed25519), qPrintable(found));
    }
}

void tst_DkimVerifiers::dkimpyTakesThem()
{
    // The system's own Python has the system's packages.
    const QString own = QStringLiteral("/usr/bin/python3");
    expect(verify(QFile::exists(own) ? own : QStringLiteral("python3"), QStringLiteral("verify_dkim.py")),
           QStringLiteral("pass"), QStringLiteral("fail"));
}

void tst_DkimVerifiers::mailDkimTakesThem()
{
    expect(verify(QStringLiteral("perl"), QStringLiteral("verify_dkim.pl")), QStringLiteral("unknown"),
           QStringLiteral("unknown"));
}

QTEST_GUILESS_MAIN(tst_DkimVerifiers)
#include "tst_DkimVerifiers.moc"
