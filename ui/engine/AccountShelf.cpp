// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/AccountShelf.h"

#include <QGuiApplication>
#include <QPointer>

#include <utility>

namespace relaywright {

AccountShelf::AccountShelf(QString path, QObject *parent) : QObject(parent), m_path(std::move(path))
{
    look();
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive)
            look();
    });
}

void AccountShelf::look()
{
    auto book = m_path.isEmpty() ? Result<AccountBook>(AccountBook()) : readAccountBook(m_path);
    const QString problem = book ? QString() : book.error().detail;
    AccountBook accounts = book ? std::move(*book) : AccountBook();
    if (accounts == m_accounts && problem == m_problem)
        return;
    m_accounts = std::move(accounts);
    m_problem = problem;
    Q_EMIT changed();
}

void AccountShelf::change(std::function<void(AccountBook &)> change, QObject *context,
                          std::function<void(Result<void>)> done)
{
    m_worker.run(
        this, [path = m_path, change = std::move(change)] { return changeAccountBook(path, change); },
        [this, receiver = QPointer<QObject>(context), done = std::move(done)](const Result<void> &changed) {
            look();
            if (receiver)
                done(changed);
        });
}

} // namespace relaywright
