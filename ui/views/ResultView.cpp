// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ResultView.h"

#include "ui/engine/TestVerdict.h"
#include "ui/text/SiteText.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

QString certificateText(const CertificateSummary &certificate)
{
    const QLocale locale;
    return ResultView::tr("%1\nissued by %2\nvalid from %3 to %4, %5\nSHA-256 %6")
        .arg(certificate.names.isEmpty() ? certificate.subject : certificate.names.join(QLatin1String(", ")),
             certificate.issuer, locale.toString(certificate.begins.date(), QLocale::ShortFormat),
             locale.toString(certificate.expires.date(), QLocale::ShortFormat), certificate.publicKey,
             certificate.fingerprintSha256);
}

} // namespace

ResultView::ResultView(QWidget *parent)
    : Card(parent), m_badge(new Badge), m_sentence(new TextLabel({}, FontRole::Heading)),
      m_seen(new TextLabel({}, FontRole::Fixed)), m_details(new TextLabel({})), m_recipients(new TextLabel({})),
      m_serverFold(nullptr), m_server(new TextLabel({}, FontRole::Small)),
      m_trace(new QPushButton(tr("Copy the message trace command"))),
      m_compare(new QPushButton(tr("Compare with an earlier test")))
{
    m_serverFold = new Disclosure(tr("The server’s encryption and certificate"), m_server);
    m_trace->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    m_trace->setAccessibleDescription(
        tr("Get-MessageTraceV2 for this message, to be pasted into Exchange Online PowerShell."));
    m_seen->setAccessibleName(tr("What was seen"));
    auto *top = new QHBoxLayout;
    top->addWidget(m_sentence, 1);
    top->addWidget(m_badge, 0, Qt::AlignTop);
    auto *steps = new QHBoxLayout;
    steps->setSpacing(gap::kSmall);
    steps->addWidget(m_trace);
    steps->addWidget(m_compare);
    steps->addStretch();
    body()->setSpacing(gap::kSmall);
    body()->addLayout(top);
    body()->addWidget(m_seen);
    body()->addWidget(m_details);
    body()->addWidget(m_recipients);
    body()->addWidget(m_serverFold);
    body()->addLayout(steps);
    connect(m_trace, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_command);
        Q_EMIT copied(
            tr("The command stands on the clipboard. Paste it into Exchange Online PowerShell; a message shows up in "
               "the trace some minutes after it was taken."));
    });
    connect(m_compare, &QPushButton::clicked, this, &ResultView::compareRequested);
}

void ResultView::setResult(const TestRecord &record, const TestVerdict &verdict)
{
    const VerdictLook look = lookOf(verdict.verdict);
    m_badge->setContent(look.symbol, look.word, look.tone);
    m_sentence->setText(verdict.sentence);
    // Not twice: a refusal that the catalogue does not know is told with the server's words in it.
    const QString seen = verdict.diagnosis && !verdict.sentence.contains(verdict.diagnosis->seen)
                             ? tr("At the stage “%1”: %2").arg(stageName(record.stage()), verdict.diagnosis->seen)
                             : QString();
    m_seen->setText(seen);
    m_seen->setVisible(!seen.isEmpty());
    QString details;
    if (record.accepted() && !record.messageId.isEmpty())
        details = tr("Its message ID is %1. Look for it in the recipient’s mailbox, also in the junk folder.")
                      .arg(record.messageId);
    m_details->setText(details);
    m_details->setVisible(!details.isEmpty());
    showRecipients(record);
    showServer(record);
    m_command = messageTraceCommand(record);
    m_trace->setVisible(!m_command.isEmpty());
    m_compare->setVisible(true);
}

void ResultView::showProblem(const QString &sentences)
{
    const VerdictLook look = lookOf(Verdict::Wrong);
    m_badge->setContent(look.symbol, look.word, look.tone);
    // What happened stands large, what to do below it.
    const qsizetype end = sentences.indexOf(QLatin1String(". "));
    m_sentence->setText(end < 0 ? sentences : sentences.left(end + 1));
    m_details->setText(end < 0 ? QString() : sentences.mid(end + 2));
    m_details->setVisible(end >= 0);
    for (QWidget *part :
         {static_cast<QWidget *>(m_seen), static_cast<QWidget *>(m_recipients), static_cast<QWidget *>(m_serverFold),
          static_cast<QWidget *>(m_trace), static_cast<QWidget *>(m_compare)})
        part->hide();
}

void ResultView::showRecipients(const TestRecord &record)
{
    QStringList lines;
    // Microsoft Graph answers for all of them at once.
    if (record.transaction && record.transaction->recipients.size() > 1 && !record.request.graph) {
        for (const RecipientResult &result : record.transaction->recipients) {
            const QString reply = result.reply ? result.reply->toString() : tr("not asked");
            lines += result.accepted ? tr("✓ %1: accepted (%2)").arg(result.recipient.toString(), reply)
                                     : tr("✕ %1: not accepted (%2)").arg(result.recipient.toString(), reply);
        }
    }
    m_recipients->setText(lines.join(u'\n'));
    m_recipients->setVisible(!lines.isEmpty());
}

void ResultView::showServer(const TestRecord &record)
{
    m_serverFold->setVisible(record.tls.has_value());
    if (!record.tls)
        return;
    QStringList blocks{tr("%1 with %2").arg(record.tls->protocol, record.tls->cipher)};
    for (const QString &fault : record.tls->faults)
        blocks += tr("! %1").arg(fault);
    for (const CertificateSummary &certificate : record.tls->chain)
        blocks += certificateText(certificate);
    if (record.tls->clientCertificateAsked)
        blocks += tr("The server asked for a client certificate.");
    m_server->setText(blocks.join(QLatin1String("\n\n")));
    m_serverFold->setOpen(!record.tls->faults.isEmpty());
}

QString ResultView::sentence() const
{
    return m_sentence->text();
}

QString ResultView::details() const
{
    return m_details->isVisibleTo(this) ? m_details->text() : QString();
}

QString ResultView::recipients() const
{
    return m_recipients->text();
}

} // namespace relaywright
