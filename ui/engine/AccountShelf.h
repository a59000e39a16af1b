// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "ui/engine/Worker.h"

#include <QObject>

#include <functional>

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
    /// Changes the file on a thread of its own, because another program may have it, and looks again. `change` holds what it
    /// needs itself. `done` gets what changeAccountBook says, in `context`'s thread; never when `context` is destroyed first.
    void change(std::function<void(AccountBook &)> change, QObject *context, std::function<void(Result<void>)> done);

Q_SIGNALS:
    void changed();

private:
    QString m_path;
    AccountBook m_accounts;
    QString m_problem;
    Worker m_worker; ///< last: it ends first
};

} // namespace relaywright
