// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/TimeText.h"

namespace relaywright {

namespace {

/// The locale's long form, which alone has seconds, without the time zone that it names as well.
QString formOf(const QLocale &locale, TimeDetail detail)
{
    const QString longForm = locale.timeFormat(QLocale::LongFormat);
    QString form;
    bool quoted = false;
    for (qsizetype i = 0; i < longForm.size(); ++i) {
        const QChar letter = longForm[i];
        if (letter == u'\'')
            quoted = !quoted;
        if (!quoted && letter == u't')
            continue;
        form += letter;
        const bool endsSeconds = !quoted && letter == u's' && longForm.mid(i + 1, 1) != QLatin1String("s");
        if (endsSeconds && detail == TimeDetail::Milliseconds)
            form += u'\'' + locale.decimalPoint() + QStringLiteral("'zzz");
    }
    return form.replace(QLatin1String("()"), QString()).trimmed();
}

} // namespace

QString preciseTime(const QDateTime &when, TimeDetail detail, const QLocale &locale)
{
    return locale.toString(when.toLocalTime().time(), formOf(locale, detail));
}

} // namespace relaywright
