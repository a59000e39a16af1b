// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clients that send in chunks (RFC 3030), and lines that are longer than they may be: what the recording smart host has is
// what was sent, or what the relay is known to make of it.
#include "MatrixArrival.h"

#include "tests/support/EximServer.h"

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// Python's own client. Its arguments: host, port, the sizes of the chunks (the last one holds for the rest), and whether
/// it waits for each answer. The last chunk is an empty one.
const char *const kChunks = R"(
import smtplib, sys
message = sys.stdin.buffer.read()
sizes = [int(size) for size in sys.argv[3].split(",")]
pieces, at = [], 0
while at < len(message):
    size = sizes[min(len(pieces), len(sizes) - 1)]
    pieces.append(message[at:at + size])
    at += size
chunks = [b"BDAT %d\r\n" % len(piece) + piece for piece in pieces] + [b"BDAT 0 LAST\r\n"]
with smtplib.SMTP(sys.argv[1], int(sys.argv[2]), local_hostname="app.example.com") as smtp:
    smtp.ehlo()
    assert smtp.has_extn("chunking"), smtp.ehlo_resp
    assert smtp.mail("a@example.com", ["BODY=8BITMIME"])[0] == 250
    assert smtp.rcpt("b@example.com")[0] == 250
    if sys.argv[4] == "waits":
        for chunk in chunks:
            smtp.send(chunk)
            code, words = smtp.getreply()
            assert code == 250, (code, words)
    else:
        smtp.send(b"".join(chunks))
        answers = [smtp.getreply() for chunk in chunks]
        assert all(code == 250 for code, words in answers), [answer for answer in answers if answer[0] != 250]
)";

QByteArray everyOctet(int from, int to)
{
    QByteArray octets;
    for (int octet = from; octet <= to; ++octet) {
        if (octet != '\r' && octet != '\n')
            octets += static_cast<char>(octet);
    }
    return octets;
}

struct Sent {
    MatrixMessage message;
    QByteArray arrives{}; ///< empty: as it was sent
    [[nodiscard]] const QByteArray &expected() const { return arrives.isEmpty() ? message.octets : arrives; }
};

/// Those that DATA cannot carry, or that a server which reads chunks as lines would take for something else.
std::vector<Sent> chunkMessages()
{
    std::vector<Sent> all;
    for (const MatrixMessage &message : matrixMessages())
        all.push_back({message});
    const QByteArray begin = matrixHeader() + "\r\n";
    all.push_back({{"what looks like an end of data",
                    begin + "a\r\n.\r\nQUIT\r\n.\r\nMAIL FROM:<x@example.com>\r\nBDAT 3 LAST\r\n..\r\n.\r\n"}});
    all.push_back({{"every octet over 127", matrixHeader8Bit() + "\r\n" + everyOctet(128, 255).repeated(20) + "\r\n"}});
    all.push_back({{"NUL and other controls", begin + everyOctet(0, 127) + "\r\n"}});
    // DATA, by which it goes on, has lines: RFC 5321 §4.1.1.4 and §2.3.8.
    all.push_back({{"no end of the last line", begin + "a\r\nb"}, begin + "a\r\nb\r\n"});
    all.push_back(
        {{"bare line ends", begin + "a\nb\rc\n.\nd\r.\re\r\n.\n"}, begin + "a\r\nb\r\nc\r\n.\r\nd\r\n.\r\ne\r\n.\r\n"});
    return all;
}

bool hasNoBareLineEnd(QByteArray wire)
{
    wire.replace("\r\n", "");
    return !wire.contains('\r') && !wire.contains('\n');
}

} // namespace

Q_DECLARE_METATYPE(Sent)

class tst_ChunkMatrix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void pythonSendsInChunks_data();
    void pythonSendsInChunks();
    void ourOwnClientSendsInChunks();
    void eximSendsInChunks();
    void bareLineEndsInChunksAreRefusedWhereTheListenerSaysSo();
    void longLinesAreBrokenWhereTheDeviceMayHaveItsMailRepaired();

private:
    void start(const QJsonObject &device = {});
    [[nodiscard]] ForeignRun runPython(const QString &sizes, const QString &manner, const QByteArray &message);
    /// What device and relay said of the message that the sink has now.
    [[nodiscard]] QString conversation();

    std::unique_ptr<SmtpSink> m_sink;
    std::unique_ptr<RelayFixture> m_relay;
};

void tst_ChunkMatrix::init()
{
    m_sink = std::make_unique<SmtpSink>();
    QVERIFY(m_sink->listen());
    m_relay = std::make_unique<RelayFixture>();
    m_relay->setUpstream(m_sink->port());
}

/// `device` are the members of a row for this computer; empty: there is none.
void tst_ChunkMatrix::start(const QJsonObject &device)
{
    if (!device.isEmpty()) {
        QJsonObject row = device;
        row.insert(QStringLiteral("name"), QStringLiteral("hall"));
        row.insert(QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")});
        m_relay->config.insert(QStringLiteral("devices"), QJsonArray{row});
    }
    QVERIFY2(m_relay->start(), qPrintable(m_relay->problem));
}

ForeignRun tst_ChunkMatrix::runPython(const QString &sizes, const QString &manner, const QByteArray &message)
{
    return runForeignClient(QStringLiteral("python3"),
                            {QStringLiteral("-c"), QString::fromUtf8(kChunks), QStringLiteral("127.0.0.1"),
                             QString::number(m_relay->port()), sizes, manner},
                            message, m_relay->folder());
}

QString tst_ChunkMatrix::conversation()
{
    const QByteArray &data = m_sink->messages().back().data;
    const qsizetype at = data.indexOf(" id ") + 4;
    const QString id = QString::fromLatin1(data.mid(at, data.indexOf(';', at) - at)).section(u'\r', 0, 0).trimmed();
    const auto shown = m_relay->ask(QStringLiteral("show"), {{QStringLiteral("id"), id}});
    return shown ? QString::fromUtf8(QJsonDocument(*shown).toJson(QJsonDocument::Compact)) : shown.error().detail;
}

void tst_ChunkMatrix::pythonSendsInChunks_data()
{
    QTest::addColumn<QString>("sizes");
    QTest::addColumn<QString>("manner");
    QTest::addColumn<Sent>("sent");
    for (const Sent &sent : chunkMessages()) {
        QTest::addRow("odd chunks: %s", sent.message.name)
            << QStringLiteral("1,2,3,250,1,40000") << QStringLiteral("waits") << sent;
        QTest::addRow("pipelined: %s", sent.message.name)
            << QStringLiteral("200,1,1,1,1,1,1,1,1,1,1,1,1,65536") << QStringLiteral("pipelines") << sent;
    }
}

void tst_ChunkMatrix::pythonSendsInChunks()
{
    QFETCH(QString, sizes);
    QFETCH(QString, manner);
    QFETCH(Sent, sent);
    start();
    const ForeignRun run = runPython(sizes, manner, sent.message.octets);
    verifyArrival(run, *m_sink, *m_relay, sent.expected());
    if (QTest::currentTestFailed())
        return;
    QVERIFY(hasNoBareLineEnd(m_sink->messages()[0].wire));
    QCOMPARE(m_relay->status().accepted, 1u);
    QTRY_VERIFY2(conversation().contains(QLatin1String("BDAT 0 LAST")), qPrintable(conversation()));
}

/// Pieces of half a mebibyte, each answered before the next one goes.
void tst_ChunkMatrix::ourOwnClientSendsInChunks()
{
    start();
    std::size_t count = 0;
    for (const MatrixMessage &message : matrixMessages()) {
        const auto sent =
            m_relay->send(message.octets, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"),
                          TlsPolicy::None, [](ConnectionSettings &settings) { settings.smtp.chunking = true; });
        QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
        ++count;
        QTRY_COMPARE_WITH_TIMEOUT(m_sink->messages().size(), count, 20'000);
        QVERIFY2(belowOurField(m_sink->messages().back().data) == message.octets, message.name);
        QTRY_VERIFY2(conversation().contains(QLatin1String(" LAST")), qPrintable(conversation()));
    }
    QVERIFY2(conversation().count(QLatin1String("BDAT ")) > 1, qPrintable(conversation())); // the megabyte
}

/// The relay is the smart host of an Exim, which sends in chunks wherever it may.
void tst_ChunkMatrix::eximSendsInChunks()
{
    start();
    EximServer exim(m_relay->port());
    QVERIFY2(exim.start(), qPrintable(exim.problem()));
    std::size_t count = 0;
    for (const MatrixMessage &message : matrixMessages()) {
        const RelayFixture::Sent sent = m_relay->sendTo(exim.port(), message.octets);
        QVERIFY2(sent.reply().startsWith(QStringLiteral("250")), qPrintable(sent.reply()));
        ++count;
        QTRY_VERIFY2_WITH_TIMEOUT(m_sink->messages().size() == count, exim.log().right(700).constData(), 20'000);
        const QByteArray arrived = belowOurField(belowOurField(m_sink->messages().back().data));
        QVERIFY2(arrived == message.octets, (message.name + arrived.left(600)).constData());
        QTRY_VERIFY2(conversation().contains(QLatin1String(" LAST")), qPrintable(conversation()));
    }
}

/// A chunk is counted, so nothing in it could end the message; the rule of the listener holds all the same.
void tst_ChunkMatrix::bareLineEndsInChunksAreRefusedWhereTheListenerSaysSo()
{
    m_relay->setListener({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                          {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                          {QStringLiteral("startTls"), false},
                          {QStringLiteral("bareNewlines"), QStringLiteral("refuse")}});
    start();
    const QString sizes = QStringLiteral("1,2,3,65536");
    const ForeignRun refused = runPython(sizes, QStringLiteral("waits"), matrixHeader() + "\r\na\nb\r\n");
    QVERIFY(refused.exitCode != 0);
    QVERIFY2(refused.output.contains("550") && refused.output.contains("5.5.2"), refused.output.constData());
    const ForeignRun taken = runPython(sizes, QStringLiteral("waits"), matrixHeader() + "\r\na\r\nb\r\n");
    QVERIFY2(taken.exitCode == 0, taken.output.constData());
    QTRY_COMPARE(m_sink->messages().size(), 1u);
    QCOMPARE(m_relay->status().accepted, 1u);
}

void tst_ChunkMatrix::longLinesAreBrokenWhereTheDeviceMayHaveItsMailRepaired()
{
    start({{QStringLiteral("repairs"), QJsonArray{QStringLiteral("longLines")}}});
    const QByteArray text = QByteArray("0123456789abcdef").repeated(200);
    const ForeignRun run = runPython(QStringLiteral("1,2,3,997,1,1,65536"), QStringLiteral("waits"),
                                     matrixHeader() + "\r\nshort\r\n" + text + "\r\n" + text + "\r\n");
    QVERIFY2(run.exitCode == 0, run.output.constData());
    QTRY_COMPARE(m_sink->messages().size(), 1u);
    QByteArray arrived = belowOurField(m_sink->messages()[0].data);
    for (const QByteArray &line : arrived.split('\n'))
        QVERIFY2(line.size() <= 999, line.constData()); // with its CR
    QVERIFY(arrived.startsWith(matrixHeader() + "\r\nshort\r\n" + text.first(998) + "\r\n"));
    QCOMPARE(arrived.mid(matrixHeader().size()).replace("\r\n", ""), "short" + text + text);
    QTRY_VERIFY2(conversation().contains(QLatin1String("repaired on its way in: broke long lines")),
                 qPrintable(conversation()));
}

QTEST_GUILESS_MAIN(tst_ChunkMatrix)
#include "tst_ChunkMatrix.moc"
