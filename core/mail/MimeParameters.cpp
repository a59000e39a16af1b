// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/MimeParameters.h"

#include "core/base/Text.h"

#include <vector>

namespace relaywright {

namespace {

constexpr std::size_t kMaxPieces = 33;

/// The pieces between semicolons, without comments; quotes are taken off, and what stood in them is literal.
std::vector<QByteArray> pieces(QByteArrayView value)
{
    std::vector<QByteArray> out(1);
    bool inQuotes = false;
    int commentDepth = 0;
    for (qsizetype i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\\' && (inQuotes || commentDepth > 0) && i + 1 < value.size()) {
            if (commentDepth == 0)
                out.back() += value[i + 1];
            ++i;
        } else if (c == '"' && commentDepth == 0) {
            inQuotes = !inQuotes;
        } else if (!inQuotes && (c == '(' || (c == ')' && commentDepth > 0))) {
            commentDepth += c == '(' ? 1 : -1;
        } else if (commentDepth > 0) {
            continue;
        } else if (c == ';' && !inQuotes) {
            if (out.size() == kMaxPieces)
                break;
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

constexpr qsizetype kMaxFileNameChars = 200;

} // namespace

QByteArray MimeValue::parameter(const char *name) const
{
    const auto found = parameters.find(name);
    return found == parameters.end() ? QByteArray() : found->second;
}

QString fileNameOf(const MimeValue &disposition, const MimeValue &type)
{
    QString name;
    const QByteArray extended = disposition.parameter("filename*");
    if (const qsizetype quote = extended.indexOf("''"); quote >= 0)
        name = QString::fromUtf8(QByteArray::fromPercentEncoding(extended.sliced(quote + 2)));
    if (name.isEmpty())
        name = QString::fromUtf8(disposition.parameter("filename"));
    if (name.isEmpty())
        name = QString::fromUtf8(type.parameter("name"));
    return printable(name.section(u'/', -1).section(u'\\', -1).toUtf8(), kMaxFileNameChars);
}

MimeValue readMimeValue(QByteArrayView fieldValue)
{
    const std::vector<QByteArray> found = pieces(fieldValue);
    MimeValue value;
    value.value = found.front().trimmed().toLower();
    for (std::size_t i = 1; i < found.size(); ++i) {
        const qsizetype equals = found[i].indexOf('=');
        if (equals > 0)
            value.parameters.emplace(found[i].first(equals).trimmed().toLower(), found[i].sliced(equals + 1).trimmed());
    }
    return value;
}

} // namespace relaywright
