// SPDX-License-Identifier: GPL-3.0-or-later
// What a receiver would dislike about the message, said before and while it goes out.
#include "ui/views/SendPanel.h"

#include "core/mail/Lint.h"
#include "core/session/TestMessage.h"
#include "ui/views/OutcomeSplitter.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMostShown = 20;

/// Reads the whole message in pieces: on a worker, and with flat memory.
std::vector<LintRemark> lintOf(const TestRequest &request, TimePoint now)
{
    // As the run makes it, but with a token of its own: only the Message-ID differs.
    const auto message = makeTestMessage(request, now, makeTestToken(now));
    if (!message)
        return {}; // the run says why
    MessageLint lint;
    while (true) {
        const QByteArray piece = message->content->read(1 << 16);
        if (piece.isEmpty())
            break;
        lint.feed(piece);
    }
    return lint.finish();
}

QString lineOf(const LintRemark &remark)
{
    QString text = remark.level == LintRemark::Level::Wrong ? QStringLiteral("✕ ") : QStringLiteral("! ");
    text += remark.line > 0 ? SendPanel::tr("Line %1: %2").arg(remark.line).arg(remark.sentence) : remark.sentence;
    if (!remark.remedy.isEmpty())
        text += u' ' + remark.remedy;
    if (remark.further > 0)
        text += u' ' + SendPanel::tr("(%n more like it)", nullptr, static_cast<int>(remark.further));
    return text;
}

} // namespace

void SendPanel::lintMessage(const TestRequest &request)
{
    m_remarksFold->hide();
    m_remarksText->clear();
    const int round = ++m_lintRound;
    m_worker.run(
        this, [request, now = m_services.clock.now()] { return lintOf(request, now); },
        [this, round](const std::vector<LintRemark> &remarks) {
            if (round != m_lintRound || remarks.empty())
                return;
            QStringList lines;
            for (const LintRemark &remark : remarks) {
                if (lines.size() < kMostShown)
                    lines += lineOf(remark);
            }
            if (const auto rest = static_cast<qsizetype>(remarks.size()) - lines.size(); rest > 0)
                lines += tr("and %n more remark(s).", nullptr, static_cast<int>(rest));
            m_remarksText->setText(lines.join(u'\n'));
            const bool wrong = std::ranges::any_of(
                remarks, [](const LintRemark &remark) { return remark.level == LintRemark::Level::Wrong; });
            m_remarksFold->setOpen(wrong);
            m_remarksFold->show();
            if (m_outcome->areResultsShown())
                m_outcome->showResults(); // they are taller now
        });
}

QString SendPanel::remarks() const
{
    return m_remarksText->text();
}

} // namespace relaywright
