// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/FormEncoding.h"

#include <algorithm>
#include <cctype>

namespace relaywright {

namespace {

constexpr std::size_t kMaxPairs = 64;
constexpr qsizetype kEncodedOctet = 3; // %XX
const QString kHidden = QStringLiteral("(hidden)");

bool staysAsItIs(char octet)
{
    const auto value = static_cast<unsigned char>(octet);
    return value < 0x80 && (std::isalnum(value) != 0 || QByteArrayView("*-._").contains(octet));
}

/// Appends to memory that was reserved, so that no copy is left behind when it grows.
void appendEncoded(QByteArray &form, QByteArrayView value)
{
    constexpr char kDigits[] = "0123456789ABCDEF";
    for (const char octet : value) {
        if (staysAsItIs(octet)) {
            form += octet;
        } else if (octet == ' ') {
            form += '+';
        } else {
            const auto bits = static_cast<unsigned char>(octet);
            form += '%';
            form += kDigits[bits >> 4];
            form += kDigits[bits & 0xF];
        }
    }
}

int digitOf(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    const int lower = std::tolower(static_cast<unsigned char>(character));
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<QByteArray> decoded(QByteArrayView text)
{
    QByteArray octets;
    octets.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            octets += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? digitOf(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? digitOf(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        octets += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return octets;
}

} // namespace

QByteArray formEncoded(QByteArrayView value)
{
    QByteArray form;
    form.reserve(value.size() * kEncodedOctet);
    appendEncoded(form, value);
    return form;
}

void FormWriter::add(QByteArrayView name, const QString &value)
{
    m_pairs.push_back({name.toByteArray(), value, std::nullopt});
}

void FormWriter::add(QByteArrayView name, const Secret &value)
{
    m_pairs.push_back({name.toByteArray(), QString(), value});
}

Secret FormWriter::form() const
{
    qsizetype size = 0;
    for (const Pair &pair : m_pairs) {
        const qsizetype value = pair.secret ? pair.secret->reveal().size() : pair.text.toUtf8().size();
        size += 2 + kEncodedOctet * (pair.name.size() + value);
    }
    QByteArray form;
    form.reserve(size);
    for (const Pair &pair : m_pairs) {
        if (!form.isEmpty())
            form += '&';
        appendEncoded(form, pair.name);
        form += '=';
        if (pair.secret)
            appendEncoded(form, pair.secret->reveal());
        else
            appendEncoded(form, pair.text.toUtf8());
    }
    return Secret(std::move(form));
}

QString FormWriter::shown() const
{
    QString text;
    for (const Pair &pair : m_pairs) {
        if (!text.isEmpty())
            text += u'&';
        text += QString::fromLatin1(formEncoded(pair.name)) + u'=';
        text += pair.secret ? kHidden : QString::fromLatin1(formEncoded(pair.text.toUtf8()));
    }
    return text;
}

std::vector<Secret> FormWriter::secrets() const
{
    std::vector<Secret> secrets;
    for (const Pair &pair : m_pairs) {
        if (pair.secret)
            secrets.push_back(*pair.secret);
    }
    return secrets;
}

std::optional<std::vector<std::pair<QByteArray, QByteArray>>> readForm(QByteArrayView form)
{
    std::vector<std::pair<QByteArray, QByteArray>> pairs;
    while (!form.isEmpty()) {
        const qsizetype end = form.indexOf('&') < 0 ? form.size() : form.indexOf('&');
        const QByteArrayView pair = form.first(end);
        form = form.sliced(std::min(end + 1, form.size()));
        if (pair.isEmpty())
            continue;
        const qsizetype equals = pair.indexOf('=') < 0 ? pair.size() : pair.indexOf('=');
        const auto name = decoded(pair.first(equals));
        const auto value = decoded(pair.sliced(std::min(equals + 1, pair.size())));
        const auto isSame = [&name](const std::pair<QByteArray, QByteArray> &other) { return other.first == *name; };
        if (!name || !value || pairs.size() == kMaxPairs || std::any_of(pairs.begin(), pairs.end(), isSame))
            return std::nullopt;
        pairs.emplace_back(*name, *value);
    }
    return pairs;
}

} // namespace relaywright
