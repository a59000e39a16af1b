// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/BulkForm.h"

#include "ui/text/SenderText.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"

#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

BulkForm::BulkForm(const SenderText &words, QWidget *parent)
    : QWidget(parent), m_words(words), m_heading(new TextLabel({}, FontRole::Heading)), m_fact(new QComboBox),
      m_editors(new QStackedWidget), m_line(new QLineEdit), m_box(new QComboBox),
      m_answer(new Field(tr("Which answer do all of them get?"), m_editors,
                         tr("An empty answer means that it is not known."))),
      m_set(new QPushButton)
{
    for (const SenderFact fact : senderFacts()) {
        if (fact != SenderFact::Id && fact != SenderFact::Name)
            m_fact->addItem(words.title(fact), static_cast<int>(fact));
    }
    m_fact->setCurrentIndex(m_fact->findData(static_cast<int>(SenderFact::Tls)));
    m_editors->addWidget(m_line);
    m_editors->addWidget(m_box);
    m_editors->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_line->setAccessibleName(tr("Answer for the selected senders"));
    m_box->setAccessibleName(tr("Answer for the selected senders"));
    m_set->setProperty("primary", true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addWidget(m_heading);
    layout->addWidget(new TextLabel(tr("One answer can be changed for all of them at once. Ctrl+Z takes it back."),
                                    FontRole::Body, TextLabel::Color::Muted));
    layout->addWidget(new Field(tr("Which fact?"), m_fact));
    layout->addWidget(m_answer);
    layout->addWidget(m_set, 0, Qt::AlignLeft);
    connect(m_fact, &QComboBox::currentIndexChanged, this, &BulkForm::showEditor);
    connect(m_line, &QLineEdit::returnPressed, this, &BulkForm::request);
    connect(m_set, &QPushButton::clicked, this, &BulkForm::request);
    setCount(0);
    showEditor();
}

void BulkForm::setCount(int senders)
{
    m_heading->setText(tr("%n sender(s) selected", nullptr, senders));
    m_set->setText(tr("Set it for %n sender(s)", nullptr, senders));
}

void BulkForm::setNetworks(const QStringList &ids)
{
    if (m_networks == ids)
        return;
    m_networks = ids;
    showEditor();
}

SenderFact BulkForm::fact() const
{
    return static_cast<SenderFact>(m_fact->currentData().toInt());
}

QString BulkForm::answer() const
{
    return m_editors->currentWidget() == m_box ? m_box->currentData().toString() : m_line->text();
}

void BulkForm::showProblem(const QString &sentence)
{
    m_answer->setProblem(sentence);
}

void BulkForm::showEditor()
{
    const bool choice = isChoice(fact());
    m_box->clear();
    if (choice) {
        for (const auto &[word, shown] : m_words.choices(fact()))
            m_box->addItem(shown, word);
    } else if (fact() == SenderFact::Network) {
        for (const QString &id : m_networks)
            m_box->addItem(id, id);
    }
    m_line->clear();
    m_line->setPlaceholderText(tr("Not known"));
    m_editors->setCurrentWidget(choice || fact() == SenderFact::Network ? static_cast<QWidget *>(m_box) : m_line);
    m_answer->setProblem({});
}

void BulkForm::request()
{
    Sender probe;
    const auto set = setFact(probe, fact(), answer());
    m_answer->setProblem(set ? QString() : set.error().detail);
    if (set)
        Q_EMIT setRequested();
}

} // namespace relaywright
