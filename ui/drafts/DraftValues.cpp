// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/DraftValues.h"

#include <QCoreApplication>
#include <QLocale>

namespace relaywright {

namespace {

struct DraftValues { Q_DECLARE_TR_FUNCTIONS(DraftValues) };

std::optional<int> parseCount(const QString &text, int most)
{
    bool ok = false;
    const int value = text.trimmed().toInt(&ok);
    return ok && value > 0 && value <= most ? std::optional<int>(value) : std::nullopt;
}

} // namespace

void checkCount(Problems &problems, const char *field, const QString &text, int most)
{
    if (!text.trimmed().isEmpty() && !parseCount(text, most)) {
        addProblem(problems, field, DraftValues::tr("Type a whole number from 1 to %1, or leave it empty if you don’t know.")
                                        .arg(QLocale().toString(most)));
    }
}

void keepCount(std::optional<int> &target, const QString &text, int most)
{
    if (text.trimmed().isEmpty())
        target.reset();
    else if (const auto count = parseCount(text, most))
        target = count;
}

QString countText(const std::optional<int> &count)
{
    return count ? QString::number(*count) : QString();
}

} // namespace relaywright
