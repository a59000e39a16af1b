// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace relaywright {

/// A value to be copied: selectable, with a button that copies it. A secret is dots until somebody asks to see it, also for
/// screen readers; it can be copied without being shown.
class CopyLine : public QWidget {
    Q_OBJECT
public:
    /// `what` names the value for screen readers.
    explicit CopyLine(const QString &what, QWidget *parent = nullptr);
    void setText(const QString &text);
    [[nodiscard]] QString text() const; ///< as shown
    /// From now on it holds a secret. Another one than before is hidden.
    void setSecret(const Secret &secret);
    [[nodiscard]] QPushButton *copyButton() const { return m_copy; }
    /// nullptr until it holds a secret.
    [[nodiscard]] QPushButton *showButton() const { return m_show; }

private:
    void showSecret(bool shown);
    QLineEdit *m_text;
    QPushButton *m_copy;
    QPushButton *m_show = nullptr;
    QString m_what;
    Secret m_secret;
};

} // namespace relaywright
