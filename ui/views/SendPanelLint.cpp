// SPDX-License-Identifier: GPL-3.0-or-later
// What a receiver would dislike about the message: said while it goes out, or without sending it.
#include "ui/views/SendPanel.h"

#include "core/mail/LintGroups.h"
#include "core/session/TestMessage.h"
#include "core/session/TestRun.h"
#include "core/verify/MessageCheck.h"
#include "core/verify/MessageLook.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/views/OutcomeSplitter.h"
#include "ui/views/ResultView.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::size_t kMostShown = 20;

bool isWrong(const LintRemark &remark)
{
    return remark.level == LintRemark::Level::Wrong;
}

} // namespace

QString SendPanel::withPlaces(const LintGroup &group)
{
    QStringList names;
    for (const qint64 line : group.lines)
        names += QString::number(line);
    const QString list = names.join(QLatin1String(", "));
    const QString &sentence = group.remark.sentence;
    if (group.further > 0)
        return tr("Lines %1 and %n more: %2", nullptr, static_cast<int>(group.further)).arg(list, sentence);
    if (names.isEmpty())
        return sentence;
    return names.size() == 1 ? tr("Line %1: %2").arg(list, sentence) : tr("Lines %1: %2").arg(list, sentence);
}

void SendPanel::clearRemarks()
{
    delete m_check;
    delete m_look;
    m_remarks.clear();
    m_besides.mxHosts.clear();
    m_besides.headerFrom.clear();
    m_remarksFold->hide();
    m_remarksText->clear();
}

void SendPanel::addRemarks(const std::vector<LintRemark> &remarks)
{
    m_remarks.insert(m_remarks.end(), remarks.begin(), remarks.end());
    const std::vector<LintGroup> groups = grouped(m_remarks);
    QStringList lines;
    for (std::size_t i = 0; i < std::min(groups.size(), kMostShown); ++i) {
        const LintRemark &remark = groups[i].remark;
        const QStringList parts{isWrong(remark) ? QStringLiteral("✕") : QStringLiteral("!"), withPlaces(groups[i]),
                                remark.remedy};
        lines += parts.join(u' ').trimmed();
    }
    if (groups.size() > kMostShown)
        lines += tr("and %n more remark(s).", nullptr, static_cast<int>(groups.size() - kMostShown));
    m_remarksText->setText(lines.join(u'\n'));
    m_remarksFold->setVisible(!groups.empty());
    if (std::ranges::any_of(remarks, &isWrong))
        m_remarksFold->setOpen(true);
    if (m_outcome->areResultsShown())
        m_outcome->showResults(); // they are taller now
}

/// The DNS is asked while the test goes on, which does not wait for it.
void SendPanel::onComposed()
{
    m_besides.headerFrom = headerFromOf(m_run->senders());
    addRemarks(m_run->remarks());
    m_check = new MessageCheck(m_run->senders(), lintEnvelopeOf(m_run->request()), m_services.dns, this);
    connect(m_check, &MessageCheck::finished, this, [this](const std::vector<LintRemark> &more) {
        m_besides.mxHosts = m_check->mxHosts();
        m_check->deleteLater();
        m_check.clear();
        addRemarks(more);
        if (m_record && !isRunning()) // the test was faster: what the DNS says may rank its causes anew
            showVerdict(*m_record);
    });
    m_check->start(MessageLook::kMostForDns);
}

void SendPanel::checkOnly()
{
    if (isRunning() || m_waitingForSecret)
        return;
    const auto request = wantedRequest();
    if (!request)
        return;
    m_transcript->clear();
    m_record.reset();
    m_outcome->hideResults();
    m_panel->hideMessage();
    clearRemarks();
    m_look = new MessageLook(*request, m_services.clock, &m_services.dns, this);
    connect(m_look, &MessageLook::finished, this, &SendPanel::onLooked);
    m_message.show(Tone::Accent, tr("The message is made and looked at…"));
    m_look->start();
}

void SendPanel::cancelLook()
{
    if (!m_look)
        return;
    delete m_look;
    m_message.clear();
}

void SendPanel::onLooked(const MessageSeen &seen)
{
    m_look->deleteLater();
    m_look.clear();
    if (!seen.problem.isEmpty())
        return m_message.show(Tone::Wrong, seen.problem);
    if (seen.remarks.empty()) {
        m_message.show(Tone::Good, tr("A receiver would dislike nothing about this message. It was not sent."));
    } else {
        const bool wrong = std::ranges::any_of(seen.remarks, &isWrong);
        m_message.show(wrong ? Tone::Wrong : Tone::Attention,
                       tr("There are %n remark(s) on this message. It was not sent.", nullptr,
                          static_cast<int>(grouped(seen.remarks).size())));
    }
    m_result->hide();
    m_explanationFold->hide();
    addRemarks(seen.remarks);
    m_remarksFold->setOpen(true);
    if (!seen.remarks.empty())
        m_outcome->showResults();
    Q_EMIT messageChecked();
}

QString SendPanel::remarks() const
{
    return m_remarksText->text();
}

} // namespace relaywright
