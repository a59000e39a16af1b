// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

// Internal to core/artifacts: pages that a person reads, prints or copies from. They load nothing from outside.
namespace relaywright {

/// `text` as it stands in a page: hidden characters left out, & < > " escaped.
[[nodiscard]] QString htmlText(const QString &text);
/// A heading and a list of sentences; nothing when there are none.
[[nodiscard]] QString htmlList(const QString &title, const QStringList &sentences);
/// A page with `style` added to the common one: black on white, legible without colour, fit for A4 and Letter.
/// `body` is markup made with the functions above.
[[nodiscard]] QString htmlPage(const QString &title, const QString &style, const QString &body);

} // namespace relaywright
