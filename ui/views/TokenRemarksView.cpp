// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TokenRemarksView.h"

#include "ui/text/AccountText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/JudgedLine.h"

#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

TokenRemarksView::TokenRemarksView(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
}

void TokenRemarksView::setRemarks(const std::vector<TokenRemark> &remarks)
{
    qDeleteAll(findChildren<JudgedLine *>(QString(), Qt::FindDirectChildrenOnly));
    for (const TokenRemark &remark : remarks) {
        const Tone tone = toneOf(remark.level);
        layout()->addWidget(new JudgedLine(symbolOf(tone), tone, remark.sentence));
    }
    m_isWorthALook = std::ranges::any_of(
        remarks, [](const TokenRemark &remark) { return remark.level != TokenRemark::Level::Good; });
}

QStringList TokenRemarksView::lines() const
{
    QStringList lines;
    for (const JudgedLine *line : findChildren<JudgedLine *>())
        lines += line->sentence();
    return lines;
}

} // namespace relaywright
