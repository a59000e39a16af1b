// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandWords.h"

#include <QRegularExpression>

namespace relaywright {

void CommandWords::add(const char *option, const QString &value)
{
    add(option);
    m_words += value;
}

void CommandWords::addIf(const char *option, const QString &value)
{
    if (!value.isEmpty())
        add(option, value);
}

QString CommandWords::line() const
{
    QStringList quoted;
    for (const QString &word : m_words)
        quoted += shellQuoted(word);
    return quoted.join(u' ');
}

QString shellQuoted(const QString &word)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    if (plain.match(word).hasMatch() && !word.endsWith(u'\n'))
        return word;
    QString inside = word;
    return u'\'' + inside.replace(u'\'', QLatin1String("'\\''")) + u'\'';
}

QString handshakeName(const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    return tls.serverName.isEmpty() ? request.connection.server.host.toString() : tls.serverName;
}

bool isAddress(const QString &name)
{
    return IpAddress::parse(name).has_value();
}

} // namespace relaywright
