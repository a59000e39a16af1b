// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/SubmitOptions.h"

namespace relaywright {

QByteArray toXtext(const QByteArray &text)
{
    QByteArray xtext;
    for (const char c : text) {
        if (c > ' ' && c < 0x7f && c != '+' && c != '=')
            xtext += c;
        else
            xtext += '+' + QByteArray(1, c).toHex().toUpper();
    }
    return xtext;
}

} // namespace relaywright
