// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Site.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace relaywright {

/// `text` for comparison: lower case, letters without their marks, nothing but letters and digits, one blank between
/// words: "Gerät (Name)" is "gerat name".
[[nodiscard]] QString plainWords(const QString &text);

/// A dictionary from what people write to what it means. Read like a page: one line a meaning, its words separated by
/// bars.
template <class E>
class Dictionary {
public:
    explicit Dictionary(const std::vector<std::pair<E, const char *>> &entries)
    {
        for (const auto &[meaning, words] : entries) {
            for (const QString &word : QString::fromUtf8(words).split(u'|')) {
                add(word, meaning);
                // German keyboards without umlauts.
                QString spelled = word;
                spelled.replace(QStringLiteral("ä"), QStringLiteral("ae")).replace(QStringLiteral("ö"), QStringLiteral("oe"))
                    .replace(QStringLiteral("ü"), QStringLiteral("ue"));
                add(spelled, meaning);
            }
        }
    }

    /// The whole text must be in the dictionary; blanks between words do not matter.
    [[nodiscard]] std::optional<E> whole(const QString &text) const { return find(plainWords(text)); }

    /// The longest run of words that is in the dictionary, the first of equally long ones.
    [[nodiscard]] std::optional<E> within(const QString &text) const
    {
        const QStringList words = plainWords(text.left(kMostChars)).split(u' ', Qt::SkipEmptyParts);
        for (qsizetype length = words.size(); length > 0; --length) {
            for (qsizetype at = 0; at + length <= words.size(); ++at) {
                if (const auto meaning = find(words.mid(at, length).join(u' ')))
                    return meaning;
            }
        }
        return std::nullopt;
    }

private:
    static constexpr qsizetype kMostChars = 120; ///< a cell of words is short; longer text is looked at so far only
    void add(const QString &word, E meaning) { m_meanings.insert(plainWords(word).remove(u' '), meaning); }
    [[nodiscard]] std::optional<E> find(QString plain) const
    {
        const auto found = m_meanings.constFind(plain.remove(u' '));
        return found == m_meanings.constEnd() ? std::nullopt : std::optional<E>(*found);
    }
    QHash<QString, E> m_meanings;
};

// What a cell says, in English, German, French and Spanish; the contract's words too. Nothing when it says none of it.

/// Empty, "?", "unknown" and what else people write for it.
[[nodiscard]] bool meansUnknown(const QString &text);
[[nodiscard]] std::optional<YesNo> readYesNo(const QString &text);
/// A kind may stand among other words ("Drucker 2. Stock").
[[nodiscard]] std::optional<SenderKind> readKind(const QString &text);
[[nodiscard]] std::optional<Hosting> readHosting(const QString &text);
[[nodiscard]] std::optional<Reach> readReach(const QString &text);
[[nodiscard]] std::optional<SignInAbility> readSignIn(const QString &text);
/// The newest version that is named ("TLS 1.0/1.1/1.2", "TLSv1.2", "SSL 3.0"). Encryption without a version ("TLS",
/// "yes") is Unknown: it is never taken for a version that suffices; "no TLS 1.2" is not understood.
[[nodiscard]] std::optional<TlsAbility> readTls(const QString &text);
/// A whole number from `least` to `most`, with or without marks between thousands.
[[nodiscard]] std::optional<qint64> readWhole(QString text, qint64 least, qint64 most);
/// "25 MB", "1,5 Go", "300 KB"; powers of 1024. A bare number counts in `bareSizeOctets`, from 100,000 in octets.
[[nodiscard]] std::optional<std::uint64_t> readOctets(const QString &text, std::uint64_t bareSizeOctets);

} // namespace relaywright
