// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/CheckDraft.h"

#include "core/base/Text.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace relaywright {

namespace {

struct CheckText { Q_DECLARE_TR_FUNCTIONS(CheckText) };

constexpr qsizetype kMostSelectors = 20; ///< each is a question for each domain
constexpr qsizetype kLongestName = 180;  ///< leaves room for `._domainkey.` and a domain in the 253 of a name

QStringList selectorsOf(const CheckDraft &draft)
{
    QStringList selectors = splitList(draft.selectors);
    for (QString &selector : selectors)
        selector = selector.toLower();
    selectors.removeDuplicates();
    return selectors;
}

/// Labels as a host name has them (RFC 6376 §3.1), underscores too because some senders use them.
bool isSelector(const QString &text)
{
    static const QRegularExpression form(
        QStringLiteral("\\A[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\\z"));
    return text.size() <= kLongestName && form.match(text).hasMatch();
}

} // namespace

QString selectorsProblem(const CheckDraft &draft)
{
    const QStringList selectors = selectorsOf(draft);
    for (const QString &selector : selectors) {
        if (!isSelector(selector))
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
