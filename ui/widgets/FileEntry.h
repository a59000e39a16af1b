// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;

namespace relaywright {

/// The path of a file: typed, or chosen.
class FileEntry : public QWidget {
    Q_OBJECT
public:
    /// `title` stands over the file chooser; `filter` as QFileDialog takes it.
    FileEntry(const QString &title, const QString &filter, QWidget *parent = nullptr);
    [[nodiscard]] QString path() const;
    void setPath(const QString &path);
    /// For screen readers; a Field sets it for the whole.
    void setName(const QString &name);

Q_SIGNALS:
    void edited();

private:
    QLineEdit *m_path;
    class QToolButton *m_choose;
};

} // namespace relaywright
