// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

class QListView;
class QPlainTextEdit;
class QStackedWidget;
class QTextBrowser;

namespace relaywright {

class ArtifactModel;
class TextLabel;
struct Artifact;

/// The records, scripts and sheets of the plan: to read, copy and save.
class ApplyPage : public Page {
    Q_OBJECT
public:
    explicit ApplyPage(Services &services, QWidget *parent = nullptr);
    /// The page is made anew when it is shown: rendering follows every keystroke otherwise.
    void onShown() override;
    /// Selects the first artifact of that kind; false when the plan has none.
    bool selectKind(const QString &kind);
    /// Writes every file into `folder`. Files of the same name are replaced.
    void saveAllTo(const QString &folder);

private:
    void build();
    void refresh();
    void showSelected();
    void saveSelected();
    [[nodiscard]] const Artifact *selected() const;
    Services &m_services;
    ArtifactModel *m_model;
    QListView *m_list;
    TextLabel *m_title;
    TextLabel *m_purpose;
    QStackedWidget *m_stack;
    QPlainTextEdit *m_text;
    QTextBrowser *m_sheet;
};

} // namespace relaywright
