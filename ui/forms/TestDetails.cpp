// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/TestDetails.h"

#include "ui/text/TestText.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include <array>

namespace relaywright {

TestDetails::TestDetails(QWidget *parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(gap::kTiny);
    addSender();
    addSignIn();
    addTls();
    addConnection();
    addProtocol();
    addMessage();
    load({});
}

QVBoxLayout *TestDetails::addGroup(const QString &title)
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
    QVBoxLayout *group = addGroup(tr("Sender and replies"));
    m_null = addCheck(group, tr("Null reverse-path, MAIL FROM:<>"));
    m_null->setAccessibleDescription(tr("As a non-delivery report comes: nothing can be reported back."));
    m_fromName = addEdit(group, tr("Display name"), {}, tr("Empty: the address alone"));
    m_replyTo = addEdit(group, tr("Reply to"), QStringLiteral("replyTo"));
}

void TestDetails::addSignIn()
{
    QVBoxLayout *group = addGroup(tr("Sign-in"));
    m_mechanism = addChoice(group, tr("Mechanism"), mechanismChoices(),
                            tr("With XOAUTH2 and OAUTHBEARER the password field takes an access token."));
    m_actAs = addEdit(group, tr("Act as another user"), {}, tr("Empty: as oneself"));
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
        tr("A connector in Exchange Online can know your server by it. PEM with a key of its own, or PKCS#12."));
    m_key = addFile(group, tr("Key of the client certificate"), {}, tr("Choose the key"),
                    tr("Keys (*.pem *.key);;All files (*)"));
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
    m_connectSeconds = addEdit(group, tr("Wait for a connection, seconds"), QStringLiteral("connectSeconds"));
    m_answerSeconds = addEdit(group, tr("Wait for an answer, seconds"), QStringLiteral("answerSeconds"));
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
    m_utf8 = addCheck(group, tr("Ask for SMTPUTF8"));
    m_notifySuccess = addCheck(group, tr("Report when it arrived (DSN)"));
    m_notifyFailure = addCheck(group, tr("Report when it did not arrive (DSN)"));
    m_notifyDelay = addCheck(group, tr("Report when it waits (DSN)"));
}

void TestDetails::addMessage()
{
    QVBoxLayout *group = addGroup(tr("Message"));
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
    m_eml = addFile(group, tr("Send this message file as it is"), {}, tr("Choose a message"),
                    tr("Messages (*.eml);;All files (*)"));
    m_noDate = addCheck(group, tr("Leave out the Date"));
    m_noMessageId = addCheck(group, tr("Leave out the Message-ID"));
    m_bareLf = addCheck(group, tr("End lines with LF alone"));
    m_addressInName = addCheck(group, tr("Address as display name"));
}

void TestDetails::load(const TestDraft &draft)
{
    const TlsDraft &tls = draft.tlsDetails;
    const LinkDraft &link = draft.link;
    const MessageExtras &extras = draft.extras;
    m_null->setChecked(draft.nullReversePath);
    m_fromName->setText(extras.fromName);
    m_replyTo->setText(extras.replyTo);
    m_mechanism->setValue(draft.mechanism);
    m_actAs->setText(draft.actAs);
    m_withoutTls->setChecked(draft.signInWithoutTls);
    m_minimum->setValue(tls.minimum);
    m_maximum->setValue(tls.maximum);
    m_ciphers->setText(tls.ciphers);
    m_serverName->setText(tls.serverName);
    m_expectedName->setText(tls.expectedName);
    m_caFile->setPath(tls.caFile);
    m_certificate->setPath(tls.certificateFile);
    m_key->setPath(tls.keyFile);
    m_insecure->setChecked(tls.insecure);
    m_ehlo->setText(link.ehloName);
    m_heloOnly->setChecked(link.heloOnly);
    m_family->setValue(link.family);
    m_source->setText(link.source);
    m_proxyKind->setValue(link.proxyKind);
    m_proxy->setText(link.proxy);
    m_proxyUser->setText(link.proxyUser);
    m_connectSeconds->setText(link.connectSeconds);
    m_answerSeconds->setText(link.answerSeconds);
    m_stopAfter->setValue(link.stopAfter);
    m_pipelining->setChecked(link.pipelining);
    m_chunking->setChecked(link.chunking);
    m_size->setChecked(link.announceSize);
    m_utf8->setChecked(link.smtpUtf8);
    m_notifySuccess->setChecked(link.notifySuccess);
    m_notifyFailure->setChecked(link.notifyFailure);
    m_notifyDelay->setChecked(link.notifyDelay);
    m_html->setPlainText(extras.html);
    m_headers->setPlainText(extras.headers);
    m_charset->setValue(extras.charset);
    m_eml->setPath(extras.emlFile);
    m_noDate->setChecked(extras.quirks.noDate);
    m_noMessageId->setChecked(extras.quirks.noMessageId);
    m_bareLf->setChecked(extras.quirks.bareLineFeeds);
    m_addressInName->setChecked(extras.quirks.addressInDisplayName);
    countChanges();
}

void TestDetails::store(TestDraft &draft) const
{
    draft.nullReversePath = m_null->isChecked();
    draft.mechanism = m_mechanism->value();
    draft.actAs = m_actAs->text();
    draft.signInWithoutTls = m_withoutTls->isChecked();
    draft.tlsDetails = {m_minimum->value(),    m_maximum->value(),     m_ciphers->text(),
                        m_serverName->text(),  m_expectedName->text(), m_caFile->path(),
                        m_certificate->path(), m_key->path(),          m_insecure->isChecked()};
    LinkDraft &link = draft.link;
    link.ehloName = m_ehlo->text();
    link.heloOnly = m_heloOnly->isChecked();
    link.family = m_family->value();
    link.source = m_source->text();
    link.proxyKind = m_proxyKind->value();
    link.proxy = m_proxy->text();
    link.proxyUser = m_proxyUser->text();
    link.connectSeconds = m_connectSeconds->text();
    link.answerSeconds = m_answerSeconds->text();
    link.stopAfter = m_stopAfter->value();
    link.pipelining = m_pipelining->isChecked();
    link.chunking = m_chunking->isChecked();
    link.announceSize = m_size->isChecked();
    link.smtpUtf8 = m_utf8->isChecked();
    link.notifySuccess = m_notifySuccess->isChecked();
    link.notifyFailure = m_notifyFailure->isChecked();
    link.notifyDelay = m_notifyDelay->isChecked();
    draft.extras = {
        m_fromName->text(),
        m_replyTo->text(),
        m_html->toPlainText(),
        m_headers->toPlainText(),
        m_charset->value(),
        m_eml->path(),
        {m_noDate->isChecked(), m_noMessageId->isChecked(), m_bareLf->isChecked(), m_addressInName->isChecked()}};
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

void TestDetails::onEdited()
{
    countChanges();
    Q_EMIT edited();
}

void TestDetails::countChanges()
{
    TestDraft now;
    store(now);
    const TestDraft plain;
    const TlsDraft &tls = now.tlsDetails;
    const LinkDraft &link = now.link;
    const LinkDraft &usual = plain.link;
    const MessageExtras &extras = now.extras;
    const MessageQuirks &quirks = extras.quirks;
    const auto count = [](std::initializer_list<bool> changed) {
        return static_cast<int>(std::ranges::count(changed, true));
    };
    const std::array<int, 6> changes{
        count({now.nullReversePath, !extras.fromName.isEmpty(), !extras.replyTo.isEmpty()}),
        count({now.mechanism != plain.mechanism, !now.actAs.isEmpty(), now.signInWithoutTls}),
        count({tls.minimum.has_value(), tls.maximum.has_value(), !tls.ciphers.isEmpty(), !tls.serverName.isEmpty(),
               !tls.expectedName.isEmpty(), !tls.caFile.isEmpty(), !tls.certificateFile.isEmpty(),
               !tls.keyFile.isEmpty(), tls.insecure}),
        count({!link.ehloName.isEmpty(), link.heloOnly, link.family != usual.family, !link.source.isEmpty(),
               link.proxyKind.has_value(), link.connectSeconds != usual.connectSeconds,
               link.answerSeconds != usual.answerSeconds}),
        count({link.stopAfter != usual.stopAfter, !link.pipelining, link.chunking, !link.announceSize, link.smtpUtf8,
               link.notifySuccess, link.notifyFailure, link.notifyDelay}),
        count({!extras.html.isEmpty(), !extras.headers.isEmpty(), extras.charset != plain.extras.charset,
               !extras.emlFile.isEmpty(), quirks.noDate, quirks.noMessageId, quirks.bareLineFeeds,
               quirks.addressInDisplayName})};
    for (std::size_t i = 0; i < changes.size(); ++i)
        m_counts[i]->setText(changes[i] > 0 ? tr("%n changed", nullptr, changes[i]) : QString());
}

} // namespace relaywright
