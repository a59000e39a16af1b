// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"

#include <QObject>

namespace relaywright {

/// The accounts that the user keeps, as they stand in the file now: other programs change it, too.
class AccountShelf : public QObject {
    Q_OBJECT
public:
    /// `path` is that of the book; empty: there is none.
    explicit AccountShelf(QString path, QObject *parent = nullptr);
    [[nodiscard]] const AccountBook &accounts() const { return m_accounts; }
    /// What is in the way of reading it; empty: nothing.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// Looks again; also whenever the user comes back to this program.
    void look();

Q_SIGNALS:
    void changed();

private:
    QString m_path;
    AccountBook m_accounts;
    QString m_problem;
};

} // namespace relaywright
