// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/TestDetails.h"

#include "ui/text/TestText.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace relaywright {

TestDetails::TestDetails(QWidget *parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(gap::kTiny);
    addSender();
    addSignIn();
    addTls();
    addConnection();
    addTimes();
    addProtocol();
    addReports();
    addMessage();
    load({});
}

QVBoxLayout *TestDetails::addGroup(const QString &title, Of of)
{
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(gap::kSmall, 0, 0, gap::kMedium);
    layout->setSpacing(gap::kMedium);
    auto *group = new Disclosure(title, content);
    auto *count = new QLabel;
    count->setFont(fontFor(FontRole::Small));
    group->addToHeading(count);
    m_counts.push_back(count);
    m_groups.push_back(group);
    if (of == Of::Smtp)
        m_smtp.push_back(group);
    m_layout->addWidget(group);
    return layout;
}

QLineEdit *TestDetails::addEdit(QVBoxLayout *group, const QString &label, const QString &field,
                                const QString &placeholder, const QString &why)
{
    auto *edit = new QLineEdit;
    edit->setPlaceholderText(placeholder);
    auto *row = new Field(label, edit, why);
    group->addWidget(row);
    if (!field.isEmpty())
        m_fields.emplace_back(field, row);
    connect(edit, &QLineEdit::textEdited, this, &TestDetails::onEdited);
    return edit;
}

QCheckBox *TestDetails::addCheck(QVBoxLayout *group, const QString &text)
{
    auto *check = new QCheckBox(text);
    group->addWidget(check);
    connect(check, &QCheckBox::clicked, this, &TestDetails::onEdited);
    return check;
}

FileEntry *TestDetails::addFile(QVBoxLayout *group, const QString &label, const QString &field, const QString &title,
                                const QString &filter, const QString &why)
{
    auto *entry = new FileEntry(title, filter);
    auto *row = new Field(label, entry, why);
    entry->setName(label);
    group->addWidget(row);
    if (!field.isEmpty())
        m_fields.emplace_back(field, row);
    connect(entry, &FileEntry::edited, this, &TestDetails::onEdited);
    return entry;
}

template <class E>
EnumBox<E> *TestDetails::addChoice(QVBoxLayout *group, const QString &label, const Choices<E> &choices,
                                   const QString &why)
{
    auto *box = new EnumBox<E>(choices);
    group->addWidget(new Field(label, box, why));
    connect(box, &QComboBox::activated, this, &TestDetails::onEdited);
    return box;
}

void TestDetails::addSender()
{
    QVBoxLayout *group = addGroup(tr("Sender and replies"), Of::Both);
    m_null = addCheck(group, tr("Null reverse-path, MAIL FROM:<>"));
    m_smtp.push_back(m_null);
    m_null->setAccessibleDescription(tr("As a non-delivery report comes: nothing can be reported back."));
    m_fromName = addEdit(group, tr("Display name"), {}, tr("Empty: the address alone"));
    m_senderField = addEdit(group, tr("Sender field"), QStringLiteral("sender"), {},
                            tr("The mailbox that wrote the message for the From address: “on behalf of”."));
    m_replyTo = addEdit(group, tr("Reply to"), QStringLiteral("replyTo"));
}

void TestDetails::addSignIn()
{
    QVBoxLayout *group = addGroup(tr("Sign-in"));
    m_mechanism = addChoice(group, tr("Mechanism"), mechanismChoices(),
                            tr("With XOAUTH2 and OAUTHBEARER the password field takes an access token."));
    m_actAs = addEdit(group, tr("Act as another user"), {}, tr("Empty: as oneself"));
    m_realm = addEdit(group, tr("Domain, for NTLM"), {}, tr("Empty: none, or what stands in the user"));
    m_withoutTls = addCheck(group, tr("Sign in without encryption"));
    m_withoutTls->setAccessibleDescription(tr("Everybody on the line can read the password."));
}

void TestDetails::addTls()
{
    QVBoxLayout *group = addGroup(tr("Encryption and certificates"));
    auto *minimum = addChoice(group, tr("Oldest TLS version"), tlsVersionChoices(tr("TLS 1.2")));
    m_minimum = minimum;
    m_maximum = addChoice(group, tr("Newest TLS version"), tlsVersionChoices(tr("The newest there is")));
    m_ciphers = addEdit(group, tr("Ciphers"), {}, tr("OpenSSL’s default"));
    m_serverName = addEdit(group, tr("Server name in the TLS greeting (SNI)"), {}, tr("The server’s name"));
    m_expectedName = addEdit(group, tr("Name that the certificate must be for"), {}, tr("The server’s name"));
    const QString pem = tr("Certificates (*.pem *.crt *.cer);;All files (*)");
    m_caFile = addFile(group, tr("Trust these authorities too"), {}, tr("Choose a file with authorities"), pem);
    m_certificate = addFile(
        group, tr("Client certificate"), QStringLiteral("certificate"), tr("Choose the client certificate"),
        tr("Certificates (*.pem *.crt *.cer *.p12 *.pfx);;All files (*)"),
        tr("A connector in Exchange Online can know your server by it. PEM, or PKCS#12 by its ending (.p12, .pfx)."));
    m_key = addFile(group, tr("Key of the client certificate"), {}, tr("Choose the key"),
                    tr("Keys (*.pem *.key);;All files (*)"),
                    tr("Leave it empty where the key stands in the certificate’s own file."));
    m_passphrase = addEdit(group, tr("Passphrase of the key"), {}, tr("Not kept"));
    m_passphrase->setEchoMode(QLineEdit::Password);
    m_insecure = addCheck(group, tr("Accept any certificate"));
    m_insecure->setAccessibleDescription(tr("Each fault is still named in the conversation."));
    m_fields.emplace_back(QStringLiteral("tls"), qobject_cast<Field *>(minimum->parentWidget()));
}

void TestDetails::addConnection()
{
    QVBoxLayout *group = addGroup(tr("Connection"));
    m_ehlo = addEdit(group, tr("Name in EHLO"), {}, tr("The name of this computer"));
    m_heloOnly = addCheck(group, tr("Say HELO only"));
    m_heloOnly->setAccessibleDescription(
        tr("As very old devices do: without extensions there is neither STARTTLS nor sign-in."));
    m_family = addChoice(group, tr("Internet protocol"), familyChoices());
    m_source = addEdit(group, tr("Connect from this address"), QStringLiteral("source"), tr("The system chooses"));
    m_proxyKind = addChoice(group, tr("Proxy"), proxyChoices());
    m_proxy =
        addEdit(group, tr("Proxy server and port"), QStringLiteral("proxy"), QStringLiteral("proxy.contoso.com:1080"));
    m_proxyUser = addEdit(group, tr("User at the proxy"), {});
    m_proxyPassword = addEdit(group, tr("Password at the proxy"), {}, tr("Not kept"));
    m_proxyPassword->setEchoMode(QLineEdit::Password);
}

void TestDetails::addTimes()
{
    QVBoxLayout *group = addGroup(tr("Time-outs"));
    m_connectSeconds = addEdit(group, tr("Wait for a connection, seconds"), QStringLiteral("connectSeconds"));
    m_answerSeconds = addEdit(group, tr("Wait for any answer, seconds"), QStringLiteral("answerSeconds"), {},
                              tr("RFC 5321 gives each stage a time of its own, five minutes for most. They are shorter "
                                 "when this is, and when the stage has a limit below."));
    auto *stages = new QGridLayout;
    stages->setHorizontalSpacing(gap::kMedium);
    int row = 0;
    for (const Stage stage :
         {Stage::Greeting, Stage::Ehlo, Stage::Tls, Stage::Auth, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Quit}) {
        auto *limit = new QSpinBox;
        limit->setRange(0, 3600);
        limit->setSpecialValueText(tr("as usual"));
        limit->setSuffix(tr(" s"));
        auto *label = new QLabel(stageName(stage));
        label->setBuddy(limit);
        limit->setAccessibleName(tr("Time-out of the stage “%1”, seconds").arg(stageName(stage)));
        stages->addWidget(label, row, 0);
        stages->addWidget(limit, row++, 1);
        m_stageSeconds[stage] = limit;
        connect(limit, &QSpinBox::valueChanged, this, &TestDetails::onEdited);
    }
    stages->setColumnStretch(0, 1);
    group->addLayout(stages);
}

void TestDetails::addProtocol()
{
    QVBoxLayout *group = addGroup(tr("Protocol"));
    m_stopAfter = addChoice(
        group, tr("Stop after"), stopChoices(),
        tr("“Sign-in” tries the account without sending anything; “Recipients” asks for the addresses only."));
    m_pipelining = addCheck(group, tr("PIPELINING where it is offered"));
    m_chunking = addCheck(group, tr("CHUNKING (BDAT) where it is offered"));
    m_size = addCheck(group, tr("Announce the size"));
    m_claimedSize =
        addEdit(group, tr("Announce this size instead"), QStringLiteral("claimedSize"), tr("The true one; or 25M"),
                tr("Asks the server whether it would take so much, without sending it: stop after the recipients."));
    m_utf8 = addCheck(group, tr("Ask for SMTPUTF8"));
}

void TestDetails::addReports()
{
    QVBoxLayout *group = addGroup(tr("Reports (DSN)"));
    m_notifySuccess = addCheck(group, tr("Report when it arrived"));
    m_notifyFailure = addCheck(group, tr("Report when it did not arrive"));
    m_notifyDelay = addCheck(group, tr("Report when it waits"));
    m_notifyNever = addCheck(group, tr("Never report, whatever happens"));
    m_dsnReturn = addChoice(group, tr("A report returns"), dsnReturnChoices());
    m_dsnEnvelopeId = addEdit(group, tr("Envelope id in reports"), {}, tr("Empty: none"));
}

void TestDetails::addMessage()
{
    QVBoxLayout *group = addGroup(tr("Message"), Of::Both);
    const auto addText = [this, group](const QString &label, const QString &field, const QString &placeholder) {
        auto *edit = new QPlainTextEdit;
        edit->setTabChangesFocus(true);
        edit->setPlaceholderText(placeholder);
        edit->setFixedHeight(72);
        auto *row = new Field(label, edit);
        group->addWidget(row);
        if (!field.isEmpty())
            m_fields.emplace_back(field, row);
        connect(edit, &QPlainTextEdit::textChanged, this, &TestDetails::onEdited);
        return edit;
    };
    m_html = addText(tr("HTML, beside the text"), {}, {});
    m_headers = addText(tr("Further header fields"), QStringLiteral("headers"), QStringLiteral("X-Priority: 1"));
    m_charset = addChoice(group, tr("Character set"), charsetChoices());
    m_fill = addEdit(group, tr("Attach so much of nothing"), QStringLiteral("fill"), tr("Such as 25M, a large scan"),
                     tr("A file is made while it is sent, to see whether a message of that size goes through."));
    m_eml = addFile(group, tr("Send this message file as it is"), {}, tr("Choose a message"),
                    tr("Messages (*.eml);;All files (*)"));
    m_noDate = addCheck(group, tr("Leave out the Date"));
    m_noMessageId = addCheck(group, tr("Leave out the Message-ID"));
    m_bareLf = addCheck(group, tr("End lines with LF alone"));
    m_addressInName = addCheck(group, tr("Address as display name"));
}

Secret TestDetails::proxyPassword() const
{
    return Secret::fromText(m_proxyPassword->text());
}

Secret TestDetails::keyPassphrase() const
{
    return Secret::fromText(m_passphrase->text());
}

void TestDetails::openAll()
{
    for (Disclosure *group : m_groups)
        group->setOpen(true);
}

void TestDetails::setGraph(bool graph)
{
    for (QWidget *one : m_smtp)
        one->setVisible(!graph);
}

void TestDetails::onEdited()
{
    countChanges();
    Q_EMIT edited();
}

} // namespace relaywright
