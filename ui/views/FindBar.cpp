// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/FindBar.h"

#include "ui/theme/Theme.h"
#include "ui/views/TranscriptView.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace relaywright {

namespace {

QToolButton *makeButton(const QString &arrow, const QString &name)
{
    auto *button = new QToolButton;
    button->setText(arrow);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

} // namespace

FindBar::FindBar(TranscriptModel &model, TranscriptView &view, QWidget *parent)
    : QWidget(parent), m_model(model), m_view(view), m_words(new QLineEdit),
      m_count(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted))
{
    m_words->setPlaceholderText(tr("Find in the conversation"));
    m_words->setAccessibleName(tr("Find in the conversation"));
    m_words->setClearButtonEnabled(true);
    m_count->setWordWrap(false);
    QToolButton *previous = makeButton(QStringLiteral("▲"), tr("Previous place (Shift+Enter)"));
    QToolButton *next = makeButton(QStringLiteral("▼"), tr("Next place (Enter)"));
    auto *done = new QToolButton;
    done->setIcon(lineIcon(QStringLiteral("close"), palette()));
    done->setAutoRaise(true);
    done->setFocusPolicy(Qt::StrongFocus);
    done->setAccessibleName(tr("Close the search (Esc)"));
    done->setToolTip(tr("Close the search (Esc)"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    layout->addWidget(m_words, 1);
    layout->addWidget(m_count);
    layout->addWidget(previous);
    layout->addWidget(next);
    layout->addWidget(done);
    hide();
    m_again.setSingleShot(true);
    m_again.setInterval(250);
    connect(&m_again, &QTimer::timeout, this, [this] {
        m_found = m_model.find(m_words->text());
        showCount();
    });
    connect(&model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (isVisible() && !m_again.isActive())
            m_again.start();
    });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        m_found = m_model.find(m_words->text());
        showCount();
    });
    connect(m_words, &QLineEdit::textChanged, this, &FindBar::search);
    connect(previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next, &QToolButton::clicked, this, [this] { step(1); });
    connect(done, &QToolButton::clicked, this, &FindBar::close);
}

void FindBar::open()
{
    show();
    m_words->setFocus();
    m_words->selectAll();
    search();
}

void FindBar::close()
{
    hide();
    m_view.setMarked({});
    m_view.setFocus();
}

void FindBar::search()
{
    m_found = m_model.find(m_words->text());
    m_view.setMarked(m_words->text());
    // On from where the person is looking, round the end.
    const auto line = m_model.lineOf(m_view.currentIndex().row()).value_or(0);
    const auto from = std::ranges::lower_bound(m_found, line);
    m_at = from == m_found.end() ? 0 : static_cast<std::size_t>(from - m_found.begin());
    if (!m_found.empty())
        m_view.showLine(m_found[m_at]);
    showCount();
}

void FindBar::step(int by)
{
    if (m_found.empty())
        return;
    const auto size = static_cast<std::ptrdiff_t>(m_found.size());
    m_at = static_cast<std::size_t>((static_cast<std::ptrdiff_t>(m_at) + by + size) % size);
    m_view.showLine(m_found[m_at]);
    showCount();
}

void FindBar::showCount()
{
    if (m_words->text().isEmpty())
        m_count->clear();
    else if (m_found.empty())
        m_count->setText(tr("Nothing found"));
    else
        m_count->setText(tr("%1 of %n line(s)", nullptr, static_cast<int>(m_found.size()))
                             .arg(std::min(m_at, m_found.size() - 1) + 1));
}

QString FindBar::count() const
{
    return m_count->text();
}

bool FindBar::event(QEvent *event)
{
    // Before Esc becomes the page's, which stops a test.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Escape: close(); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: step(event->modifiers() & Qt::ShiftModifier ? -1 : 1); break;
    case Qt::Key_F3: step(event->modifiers() & Qt::ShiftModifier ? -1 : 1); break;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace relaywright
