// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/FileEntry.h"

#include "ui/theme/Theme.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace relaywright {

FileEntry::FileEntry(const QString &title, const QString &filter, QWidget *parent)
    : QWidget(parent), m_path(new QLineEdit), m_choose(new QToolButton)
{
    m_choose->setIcon(lineIcon(QStringLiteral("open"), palette()));
    m_choose->setFocusPolicy(Qt::StrongFocus);
    m_choose->setToolTip(title);
    m_choose->setAccessibleName(title);
    m_path->setClearButtonEnabled(true);
    setFocusProxy(m_path);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    layout->addWidget(m_path, 1);
    layout->addWidget(m_choose);
    connect(m_path, &QLineEdit::textEdited, this, &FileEntry::edited);
    connect(m_choose, &QToolButton::clicked, this, [this, title, filter] {
        const QString chosen = QFileDialog::getOpenFileName(this, title, path(), filter);
        if (chosen.isEmpty())
            return;
        setPath(chosen);
        Q_EMIT edited();
    });
}

QString FileEntry::path() const
{
    return m_path->text().trimmed();
}

void FileEntry::setPath(const QString &path)
{
    m_path->setText(path);
}

void FileEntry::setName(const QString &name)
{
    m_path->setAccessibleName(name);
}

} // namespace relaywright
