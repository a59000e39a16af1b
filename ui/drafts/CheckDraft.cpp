// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/CheckDraft.h"

#include "core/base/Text.h"
#include "core/mailauth/DkimKey.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct CheckText { Q_DECLARE_TR_FUNCTIONS(CheckText) };

constexpr qsizetype kMostSelectors = 20; ///< each is a question for each domain

QStringList selectorsOf(const CheckDraft &draft)
{
    QStringList selectors = splitList(draft.selectors);
    for (QString &selector : selectors)
        selector = selector.toLower();
    selectors.removeDuplicates();
    return selectors;
}

} // namespace

QString selectorsProblem(const CheckDraft &draft)
{
    const QStringList selectors = selectorsOf(draft);
    for (const QString &selector : selectors) {
        if (!isDkimSelector(selector))
            return CheckText::tr("“%1” cannot be a selector: letters, digits, hyphens and dots only. It is what stands "
                                 "after s= in the DKIM-Signature of a message.")
                .arg(quotable(selector, 40));
    }
    if (selectors.size() > kMostSelectors)
        return CheckText::tr("These are %1 selectors; %2 at most are looked at. Leave out those that are no longer used.")
            .arg(selectors.size()).arg(kMostSelectors);
    return {};
}

VerificationSettings settingsOf(const CheckDraft &draft)
{
    VerificationSettings settings;
    settings.blocklists = draft.blocklists;
    settings.selectors = selectorsOf(draft);
    return settings;
}

} // namespace relaywright
