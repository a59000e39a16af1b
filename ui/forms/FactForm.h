// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/Problems.h"
#include "ui/widgets/Field.h"

#include <QWidget>

#include <map>

class QLineEdit;
class QVBoxLayout;

namespace relaywright {

class Disclosure;

/// A wizard asks what decides; a page asks everything.
enum class FormExtent { Short, Whole };

/// A form of questions about facts, each known by the name of its draft's member.
class FactForm : public QWidget {
    Q_OBJECT
public:
    explicit FactForm(QWidget *parent = nullptr);
    /// Shows what a draft's `check` says, each sentence at its question; opens what hides one.
    void showProblems(const Problems &problems);
    /// Scrolls to the question and puts the cursor into it; false when it is not asked here.
    bool reveal(const QString &name);

Q_SIGNALS:
    /// While the user types and chooses.
    void edited();
    /// A whole answer: a field was left or a choice made.
    void committed();

protected:
    /// Adds a question, to `layout` if there is one; its edits become `edited` and `committed`.
    Field *ask(QVBoxLayout *layout, const char *name, const QString &question, QWidget *control,
               const QString &why = {});
    QLineEdit *askText(QVBoxLayout *layout, const char *name, const QString &question, const QString &example,
                       const QString &why = {});
    YesNoRow *askYesNo(QVBoxLayout *layout, const char *name, const QString &question, const QString &why = {});
    /// A closed group for the questions that few need; returns its layout.
    QVBoxLayout *addMoreAnswers(QVBoxLayout *layout, const QString &title = {});
    /// Sets the text unless it is there already: the cursor stays where it is.
    static void put(QLineEdit *edit, const QString &text);

private:
    std::map<QString, Field *> m_fields;
};

} // namespace relaywright
