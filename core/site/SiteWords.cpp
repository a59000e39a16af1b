// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/SiteWords.h"

#include "core/base/Text.h"

#include "core/site/SiteDocument.h"

namespace relaywright {

namespace {

template <class E, std::size_t N>
QString wordOf(const WordTable<E, N> &table, E value)
{
    for (const auto &[word, candidate] : table) {
        if (candidate == value)
            return QLatin1String(word);
    }
    Q_UNREACHABLE();
}

} // namespace

QString toString(YesNo value)
{
    return wordOf(kYesNoWords, value);
}

Result<Cloud> parseCloud(const QString &word)
{
    for (const auto &[known, cloud] : kCloudWords) {
        if (word == QLatin1String(known))
            return cloud;
    }
    return failure(
        ErrorKind::InvalidInput,
        QStringLiteral("\"%1\" is not one of the clouds worldwide, gcc-high, dod and china.").arg(quotable(word)));
}

QString toString(Cloud cloud)
{
    return wordOf(kCloudWords, cloud);
}

QString toString(SenderKind kind)
{
    return wordOf(kSenderKindWords, kind);
}

QString toString(TlsAbility tls)
{
    return wordOf(kTlsWords, tls);
}

QString toString(SignInAbility signIn)
{
    return wordOf(kSignInWords, signIn);
}

QString toString(Reach reach)
{
    return wordOf(kReachWords, reach);
}

QString toString(Hosting hosting)
{
    return wordOf(kHostingWords, hosting);
}

QStringList habitWords(const SenderHabits &habits)
{
    QStringList words;
    for (const auto &[word, habit] : kHabitWords) {
        if (habits.*habit)
            words += QLatin1String(word);
    }
    return words;
}

bool setHabit(SenderHabits &habits, const QString &word)
{
    for (const auto &[known, habit] : kHabitWords) {
        if (word == QLatin1String(known)) {
            habits.*habit = true;
            return true;
        }
    }
    return false;
}

} // namespace relaywright
