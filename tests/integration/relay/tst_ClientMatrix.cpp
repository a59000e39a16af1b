// SPDX-License-Identifier: GPL-3.0-or-later
//
// Other people's clients hand difficult messages to the relay, and the recording smart host has them to the octet.
#include "MatrixArrival.h"

#include "tests/support/PostfixServer.h"

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// A program that is given a message on its standard input. %H and %P stand for host and port, %M for the modules of npm.
struct Client {
    const char *name;
    const char *program;
    QStringList arguments;
    bool lineFeeds = false;   ///< it wants LF, as programs on Unix do
    bool addsLineEnd = false; ///< at the end of the message
};

const char *const kPython = R"(
import smtplib, sys
with smtplib.SMTP(sys.argv[1], int(sys.argv[2]), local_hostname="app.example.com") as smtp:
    smtp.sendmail("a@example.com", ["b@example.com"], sys.stdin.buffer.read(), mail_options=["BODY=8BITMIME"])
)";

const char *const kPipelining = R"(
import socket, sys
message = sys.stdin.buffer.read().replace(b"\r\n.", b"\r\n..")
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 20) as relay:
    answers = relay.makefile("rb")
    def reply():
        line = answers.readline()
        while line[3:4] == b"-":
            line = answers.readline()
        return line[:3]
    assert reply() == b"220"
    relay.sendall(b"EHLO app.example.com\r\n")
    assert reply() == b"250"
    relay.sendall(b"MAIL FROM:<a@example.com> BODY=8BITMIME\r\nRCPT TO:<b@example.com>\r\nDATA\r\n")
    assert [reply(), reply(), reply()] == [b"250", b"250", b"354"]
    relay.sendall(message + b".\r\nQUIT\r\n")
    assert [reply(), reply()] == [b"250", b"221"]
)";

const char *const kPerl = R"(
use Net::SMTP;
binmode STDIN; local $/; my $message = <STDIN>;
my $smtp = Net::SMTP->new($ARGV[0], Port => $ARGV[1], Hello => 'app.example.com') or die "connect: $@";
$smtp->mail('a@example.com', Bits => '8') && $smtp->to('b@example.com') && $smtp->data($message) or die $smtp->message;
$smtp->quit;
)";

const char *const kNodemailer = R"(
const nodemailer = require("nodemailer");
const parts = [];
process.stdin.on("data", (part) => parts.push(part));
process.stdin.on("end", async () => {
    const transport = nodemailer.createTransport({ host: process.argv[1], port: Number(process.argv[2]), name: "app.example.com",
        secure: false, ignoreTLS: true });
    await transport.sendMail({ envelope: { from: "a@example.com", to: ["b@example.com"] }, raw: Buffer.concat(parts) });
});
)";

std::vector<Client> clients()
{
    const auto text = [](const char *words) { return QString::fromUtf8(words); };
    const auto words = [](const char *line) { return QString::fromUtf8(line).split(u' '); };
    return {
        {"swaks", "swaks",
         words("--silent 2 --server %H --port %P --ehlo app.example.com --from a@example.com --to b@example.com --data "
               "-"),
         true, true},
        {"swaks that pipelines", "swaks",
         words("--silent 2 --pipeline --server %H --port %P --ehlo app.example.com --from a@example.com --to "
               "b@example.com --data -"),
         true, true},
        {"curl", "curl",
         words("--silent --show-error smtp://%H:%P/app.example.com --mail-from a@example.com --mail-rcpt b@example.com "
               "--upload-file -")},
        {"msmtp", "msmtp",
         words("--host=%H --port=%P --tls=off --auth=off --domain=app.example.com --from=a@example.com "
               "--set-date-header=off "
               "--set-msgid-header=off --set-from-header=off b@example.com"),
         true},
        {"Python's smtplib",
         "python3",
         {QStringLiteral("-c"), text(kPython), QStringLiteral("%H"), QStringLiteral("%P")}},
        {"a client that pipelines",
         "python3",
         {QStringLiteral("-c"), text(kPipelining), QStringLiteral("%H"), QStringLiteral("%P")}},
        {"Perl's Net::SMTP",
         "perl",
         {QStringLiteral("-e"), text(kPerl), QStringLiteral("%H"), QStringLiteral("%P")},
         true},
        {"nodemailer", "node", {QStringLiteral("-e"), text(kNodemailer), QStringLiteral("%H"), QStringLiteral("%P")}},
    };
}

} // namespace

Q_DECLARE_METATYPE(Client)

class tst_ClientMatrix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void deliversOctetForOctet_data();
    void deliversOctetForOctet();
    void sNailSends();
    void postfixSends();

private:
    void run(const Client &client, const QByteArray &input);

    std::unique_ptr<SmtpSink> m_sink;
    std::unique_ptr<RelayFixture> m_relay;
    ForeignRun m_run;
};

void tst_ClientMatrix::init()
{
    m_sink = std::make_unique<SmtpSink>();
    QVERIFY(m_sink->listen());
    m_relay = std::make_unique<RelayFixture>();
    m_relay->setUpstream(m_sink->port());
    QVERIFY2(m_relay->start(), qPrintable(m_relay->problem));
}

void tst_ClientMatrix::run(const Client &client, const QByteArray &input)
{
    QStringList arguments = client.arguments;
    arguments.replaceInStrings(QStringLiteral("%H"), QStringLiteral("127.0.0.1"));
    arguments.replaceInStrings(QStringLiteral("%P"), QString::number(m_relay->port()));
    m_run = runForeignClient(QString::fromUtf8(client.program), arguments, input, m_relay->folder());
}

void tst_ClientMatrix::deliversOctetForOctet_data()
{
    QTest::addColumn<Client>("client");
    QTest::addColumn<QByteArray>("message");
    for (const Client &client : clients()) {
        for (const MatrixMessage &message : matrixMessages()) {
            if (client.addsLineEnd && message.octets.endsWith("\r\n.\r\n"))
                continue; // swaks takes that dot for the end that a person typed
            QTest::addRow("%s: %s", client.name, message.name) << client << message.octets;
        }
    }
}

void tst_ClientMatrix::deliversOctetForOctet()
{
    QFETCH(Client, client);
    QFETCH(QByteArray, message);
    QByteArray input = message;
    if (client.lineFeeds)
        input.replace("\r\n", "\n");
    if (client.addsLineEnd)
        input.chop(1);
    run(client, input);
    verifyArrival(m_run, *m_sink, *m_relay, message);
}

/// It makes its own header, so only what was written is compared.
void tst_ClientMatrix::sNailSends()
{
    const QByteArray body = "line one\n.\n..two\n\nGr\xc3\xbc\xc3\x9f"
                            "e\n";
    run({"s-nail", "s-nail",
         QStringLiteral("-:/ -Sv15-compat -Smta=smtp://%H:%P -Ssmtp-auth=none -Snosave -Shostname=app.example.com "
                        "-Smime-encoding=8bit "
                        "-Sttycharset=utf-8 -Ssendcharsets=utf-8 -Ssendwait -r a@example.com -s matrix b@example.com")
             .split(u' ')},
        body);
    QVERIFY2(m_run.exitCode == 0, m_run.output.constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_sink->messages().size(), 1u, 20'000);
    const QByteArray &data = m_sink->messages()[0].data;
    QByteArray expected = body;
    expected.replace("\n", "\r\n");
    QVERIFY2(data.mid(data.indexOf("\r\n\r\n") + 4) == expected, data.constData());
}

/// The relay is the relay host of a Postfix, as of another server in the house.
void tst_ClientMatrix::postfixSends()
{
    PostfixServer postfix(
        {.extraMainCf = {"mynetworks = 127.0.0.0/8", "smtpd_relay_restrictions = permit_mynetworks, reject",
                         "default_transport = smtp", "relay_transport = smtp",
                         "virtual_mailbox_domains =", "relayhost = [127.0.0.1]:" + QByteArray::number(m_relay->port()),
                         "smtp_host_lookup = native", "smtp_line_length_limit = 0", "disable_dns_lookups = yes", "smtp_tls_security_level = none"}});
    QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
    std::size_t count = 0;
    for (const MatrixMessage &message : matrixMessages()) {
        const RelayFixture::Sent sent = m_relay->sendTo(postfix.port(), message.octets);
        QVERIFY2(sent.reply().startsWith(QStringLiteral("250")), qPrintable(sent.reply()));
        ++count;
        QTRY_COMPARE_WITH_TIMEOUT(m_sink->messages().size(), count, 20'000);
        const QByteArray arrived = belowOurField(belowOurField(m_sink->messages().back().data));
        QVERIFY2(arrived == message.octets, (message.name + arrived.left(600)).constData());
    }
}

QTEST_GUILESS_MAIN(tst_ClientMatrix)
#include "tst_ClientMatrix.moc"
