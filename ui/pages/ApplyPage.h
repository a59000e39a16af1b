// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/engine/Worker.h"
#include "ui/models/ArtifactModel.h"
#include "ui/widgets/Page.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListView;
class QPlainTextEdit;
class QStackedWidget;
class QTextBrowser;

namespace relaywright {

class CodeHighlighter;
class TextLabel;

/// The records, scripts and sheets of the plan, by where they are applied: to read, copy, save and tick off.
class ApplyPage : public Page {
    Q_OBJECT
public:
    explicit ApplyPage(Services &services, QWidget *parent = nullptr);
    /// The page is made anew when it is shown: rendering follows every keystroke otherwise.
    void prepare() override;
    /// Selects the first artifact of that kind; false when the plan has none.
    bool selectKind(const QString &kind);
    /// The same, as soon as the files are there, whatever the filter hides; says so when the plan has none.
    void showKind(const QString &kind);
    /// Writes every file into `folder`. Files of the same name are replaced.
    void saveAllTo(const QString &folder);
    /// Ticks the selected file off as applied today, or takes its tick away.
    void setApplied(bool applied);

private:
    void build();
    [[nodiscard]] QWidget *makeList();
    [[nodiscard]] QWidget *makeDetails();
    void refresh();
    void take(std::vector<Artifact> artifacts);
    void fillPlaces();
    void filter();
    void showSelected();
    void showApplied();
    void copySelected();
    void saveSelected();
    [[nodiscard]] const Artifact *selected() const;

    Services &m_services;
    ArtifactModel *m_model;
    QLineEdit *m_words;
    QComboBox *m_place;
    TextLabel *m_counts;
    QListView *m_list;
    TextLabel *m_title;
    TextLabel *m_purpose;
    QCheckBox *m_applied;
    InlineMessage *m_changed;
    QStackedWidget *m_stack;
    QPlainTextEdit *m_text;
    CodeHighlighter *m_highlighter;
    QTextBrowser *m_sheet;
    QString m_wantedKind; ///< to be shown once the files are made
    bool m_isMaking = false;
    int m_generation = 0; ///< of the site that is being rendered
    Worker m_worker;      ///< last: it ends first
};

} // namespace relaywright
