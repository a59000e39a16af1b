// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SenderPicker.h"

#include "ui/text/VerdictText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/RowDelegate.h"

#include <QFrame>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

void SenderChoices::setSite(const Site &site, const Plan &plan)
{
    beginResetModel();
    m_all.clear();
    m_all.reserve(site.senders.size());
    for (std::size_t i = 0; i < site.senders.size(); ++i) {
        const Sender &sender = site.senders[i];
        const Option *option = i < plan.senders.size() ? plan.senders[i].chosen() : nullptr;
        const QString address = sender.from ? sender.from->toString() : tr("no address yet");
        Choice choice{.id = sender.id,
                      .name = sender.name,
                      .subtitle = option ? tr("%1 – %2").arg(address, methodName(option->method)) : address};
        choice.searched = QStringLiteral("%1 %2 %3").arg(choice.name, choice.subtitle, choice.id).toLower();
        m_all.push_back(std::move(choice));
    }
    filter();
    endResetModel();
}

void SenderChoices::setWords(const QString &words)
{
    beginResetModel();
    m_words = words.toLower().split(u' ', Qt::SkipEmptyParts);
    filter();
    endResetModel();
}

void SenderChoices::filter()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        if (std::ranges::all_of(m_words, [&](const QString &word) { return m_all[i].searched.contains(word); }))
            m_shown.push_back(i);
    }
}

QString SenderChoices::nameOf(const QString &id) const
{
    const auto found = std::ranges::find(m_all, id, &Choice::id);
    return found == m_all.end() ? QString() : found->name;
}

int SenderChoices::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant SenderChoices::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Choice &choice = m_all[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return choice.name;
    case Qt::AccessibleTextRole: return QStringLiteral("%1, %2").arg(choice.name, choice.subtitle);
    case SubtitleRole: return choice.subtitle;
    case IdRole: return choice.id;
    default: return {};
    }
}

SenderPicker::SenderPicker(QWidget *parent)
    : QPushButton(parent), m_choices(new SenderChoices(this)), m_popup(new QFrame(this, Qt::Popup)),
      m_words(new QLineEdit), m_list(new QListView)
{
    static_cast<QFrame *>(m_popup)->setFrameShape(QFrame::StyledPanel);
    m_words->setPlaceholderText(tr("Find a sender by name or address"));
    m_words->setAccessibleName(tr("Find a sender by name or address"));
    m_words->setClearButtonEnabled(true);
    m_words->installEventFilter(this);
    m_list->setModel(m_choices);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAccessibleName(tr("Senders of the site"));
    auto *layout = new QVBoxLayout(m_popup);
    layout->setContentsMargins(gap::kSmall, gap::kSmall, gap::kSmall, gap::kSmall);
    layout->addWidget(m_words);
    layout->addWidget(m_list, 1);
    setAccessibleName(tr("Sender to act as"));
    setSender({});
    connect(this, &QPushButton::clicked, this, &SenderPicker::openList);
    connect(m_words, &QLineEdit::textChanged, this, [this](const QString &words) {
        m_choices->setWords(words);
        m_list->setCurrentIndex(m_choices->index(0));
    });
    connect(m_words, &QLineEdit::returnPressed, this, [this] { take(m_list->currentIndex()); });
    connect(m_list, &QListView::clicked, this, &SenderPicker::take);
    connect(m_list, &QListView::activated, this, &SenderPicker::take);
}

void SenderPicker::setSite(const Site &site, const Plan &plan)
{
    m_choices->setSite(site, plan);
    setEnabled(!site.senders.empty());
    setToolTip(isEnabled() ? QString() : tr("There is no sender in the site yet."));
    setSender(m_sender);
}

void SenderPicker::setSender(const QString &id)
{
    const QString name = m_choices->nameOf(id);
    m_sender = name.isEmpty() ? QString() : id;
    const QString shown = fontMetrics().elidedText(name, Qt::ElideRight, 240);
    setText(name.isEmpty() ? tr("Choose a sender…") : QString(shown).replace(u'&', QLatin1String("&&")));
    setAccessibleDescription(name);
}

void SenderPicker::openList()
{
    m_words->clear();
    m_choices->setWords({});
    m_popup->resize(std::max(320, width()), 360);
    m_popup->move(mapToGlobal(QPoint(0, height() + 2)));
    m_popup->show();
    m_words->setFocus();
    m_list->setCurrentIndex(m_choices->index(0));
}

bool SenderPicker::eventFilter(QObject *watched, QEvent *event)
{
    // Up and down choose while the words are typed.
    if (watched == m_words && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_PageDown || key == Qt::Key_PageUp)
            return QCoreApplication::sendEvent(m_list, event);
    }
    return QPushButton::eventFilter(watched, event);
}

void SenderPicker::take(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    const QString id = index.data(SenderChoices::IdRole).toString();
    m_popup->hide();
    setSender(id);
    Q_EMIT chosen(id);
}

} // namespace relaywright
