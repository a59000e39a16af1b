// SPDX-License-Identifier: GPL-3.0-or-later
// Between the controls and the draft.
#include "ui/forms/TestDetails.h"

#include "ui/widgets/FileEntry.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <array>

namespace relaywright {

void TestDetails::load(const TestDraft &draft)
{
    const TlsDraft &tls = draft.tlsDetails;
    const LinkDraft &link = draft.link;
    const MessageExtras &extras = draft.extras;
    m_null->setChecked(draft.nullReversePath);
    m_fromName->setText(extras.fromName);
    m_senderField->setText(extras.sender);
    m_replyTo->setText(extras.replyTo);
    m_mechanism->setValue(draft.mechanism);
    m_actAs->setText(draft.actAs);
    m_realm->setText(draft.realm);
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
    for (const auto &[stage, limit] : m_stageSeconds) {
        const QSignalBlocker quiet(limit); // nobody edits now
        const auto own = link.stageSeconds.find(stage);
        limit->setValue(own == link.stageSeconds.end() ? 0 : own->second);
    }
    m_stopAfter->setValue(link.stopAfter);
    m_pipelining->setChecked(link.pipelining);
    m_chunking->setChecked(link.chunking);
    m_size->setChecked(link.announceSize);
    m_claimedSize->setText(link.claimedSize);
    m_utf8->setChecked(link.smtpUtf8);
    m_notifySuccess->setChecked(link.notifySuccess);
    m_notifyFailure->setChecked(link.notifyFailure);
    m_notifyDelay->setChecked(link.notifyDelay);
    m_notifyNever->setChecked(link.notifyNever);
    m_dsnReturn->setValue(link.dsnReturn);
    m_dsnEnvelopeId->setText(link.dsnEnvelopeId);
    m_html->setPlainText(extras.html);
    m_headers->setPlainText(extras.headers);
    m_charset->setValue(extras.charset);
    m_fill->setText(extras.fill);
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
    draft.realm = m_realm->text();
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
    link.stageSeconds.clear();
    for (const auto &[stage, limit] : m_stageSeconds) {
        if (limit->value() > 0)
            link.stageSeconds[stage] = limit->value();
    }
    link.stopAfter = m_stopAfter->value();
    link.pipelining = m_pipelining->isChecked();
    link.chunking = m_chunking->isChecked();
    link.announceSize = m_size->isChecked();
    link.claimedSize = m_claimedSize->text();
    link.smtpUtf8 = m_utf8->isChecked();
    link.notifySuccess = m_notifySuccess->isChecked();
    link.notifyFailure = m_notifyFailure->isChecked();
    link.notifyDelay = m_notifyDelay->isChecked();
    link.notifyNever = m_notifyNever->isChecked();
    link.dsnReturn = m_dsnReturn->value();
    link.dsnEnvelopeId = m_dsnEnvelopeId->text();
    draft.extras = {
        m_fromName->text(),
        m_senderField->text(),
        m_replyTo->text(),
        m_html->toPlainText(),
        m_headers->toPlainText(),
        m_charset->value(),
        m_fill->text(),
        m_eml->path(),
        {m_noDate->isChecked(), m_noMessageId->isChecked(), m_bareLf->isChecked(), m_addressInName->isChecked()}};
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
    const std::array<int, 8> changes{
        count({now.nullReversePath, !extras.fromName.isEmpty(), !extras.sender.isEmpty(), !extras.replyTo.isEmpty()}),
        count({now.mechanism != plain.mechanism, !now.actAs.isEmpty(), !now.realm.isEmpty(), now.signInWithoutTls}),
        count({tls.minimum.has_value(), tls.maximum.has_value(), !tls.ciphers.isEmpty(), !tls.serverName.isEmpty(),
               !tls.expectedName.isEmpty(), !tls.caFile.isEmpty(), !tls.certificateFile.isEmpty(),
               !tls.keyFile.isEmpty(), tls.insecure}),
        count({!link.ehloName.isEmpty(), link.heloOnly, link.family != usual.family, !link.source.isEmpty(),
               link.proxyKind.has_value()}),
        count({link.connectSeconds != usual.connectSeconds, link.answerSeconds != usual.answerSeconds})
            + static_cast<int>(link.stageSeconds.size()),
        count({link.stopAfter != usual.stopAfter, !link.pipelining, link.chunking, !link.announceSize,
               !link.claimedSize.isEmpty(), link.smtpUtf8}),
        count({link.notifySuccess, link.notifyFailure, link.notifyDelay, link.notifyNever,
               link.dsnReturn != usual.dsnReturn, !link.dsnEnvelopeId.isEmpty()}),
        count({!extras.html.isEmpty(), !extras.headers.isEmpty(), extras.charset != plain.extras.charset,
               !extras.fill.isEmpty(), !extras.emlFile.isEmpty(), quirks.noDate, quirks.noMessageId,
               quirks.bareLineFeeds, quirks.addressInDisplayName})};
    for (std::size_t i = 0; i < changes.size(); ++i)
        m_counts[i]->setText(changes[i] > 0 ? tr("%n changed", nullptr, changes[i]) : QString());
}

} // namespace relaywright
