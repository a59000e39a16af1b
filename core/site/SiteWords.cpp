// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/SiteWords.h"

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

} // namespace relaywright
