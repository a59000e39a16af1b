// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Html.h"

#include "core/artifacts/PowerShell.h"

namespace relaywright {

QString htmlText(const QString &text)
{
    return withoutHiddenCharacters(text).toHtmlEscaped();
}

QString htmlList(const QString &title, const QStringList &sentences)
{
    if (sentences.isEmpty())
        return {};
    QString items;
    for (const QString &sentence : sentences)
        items += QLatin1String("<li>") + htmlText(sentence) + QLatin1String("</li>\n");
    return QLatin1String("<h2>") + htmlText(title) + QLatin1String("</h2>\n<ul>\n") + items + QLatin1String("</ul>\n");
}

QString htmlPage(const QString &title, const QString &style, const QString &body)
{
    static const QString kStyle = QStringLiteral(
        "body{font:10.5pt/1.35 system-ui,sans-serif;max-width:48em;margin:1.5em auto;padding:0 1em;color:#000;"
        "background:#fff}"
        "h1{font-size:1.4em;margin:0 0 .2em}h2{font-size:1.05em;margin:1em 0 .2em}p{margin:.3em 0}"
        "ul,ol{margin:.2em 0;padding-left:1.4em}"
        "table{border-collapse:collapse;width:100%;margin:.6em 0}"
        "th,td{border:1px solid #555;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
        "th{font-weight:600}"
        "footer{margin-top:1em;padding-top:.3em;border-top:1px solid #555;font-size:.85em}"
        "@media print{@page{margin:12mm}body{margin:0;padding:0;max-width:none;font-size:9pt}"
        "tr,li,h2{break-inside:avoid}h2{break-after:avoid}}");
    // Not arg(): the texts may hold %1 themselves.
    return QLatin1String("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                         "'unsafe-inline'\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
           + htmlText(title) + QLatin1String("</title>\n<style>") + kStyle + style
           + QLatin1String("</style>\n</head>\n<body>\n") + body + QLatin1String("</body>\n</html>\n");
}

} // namespace relaywright
