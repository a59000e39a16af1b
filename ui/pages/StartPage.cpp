// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/StartPage.h"

#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/widgets/RowDelegate.h"

#include <QAbstractButton>
#include <QDir>
#include <QFileInfo>
#include <QGridLayout>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

/// A large button with an icon, a title and a sentence.
class Door final : public QAbstractButton {
public:
    Door(const QString &icon, const QString &title, const QString &sentence, bool first)
        : m_icon(icon), m_sentence(sentence), m_first(first)
    {
        setText(title);
        setAccessibleName(title);
        setAccessibleDescription(sentence);
        setAttribute(Qt::WA_Hover);
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::PointingHandCursor);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    [[nodiscard]] QSize sizeHint() const override { return {320, textHeight(240) + 2 * gap::kLarge + gap::kTiny}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const bool lit = underMouse() || isDown();
        const QColor accent = toneColor(Tone::Accent, palette());
        painter.setPen(QPen(lit || hasFocus() || m_first ? accent : hairline(palette()), hasFocus() ? 2 : 1));
        painter.setBrush(lit ? toneFill(Tone::Accent, palette()) : palette().color(QPalette::Base));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
        constexpr int kIcon = 32;
        painter.drawPixmap(QPointF(gap::kLarge, (height() - kIcon) / 2.0),
                           tintedPixmap(m_icon, accent, kIcon, devicePixelRatioF()));
        QRect words(gap::kLarge * 2 + kIcon, 0, width() - gap::kLarge * 3 - kIcon, height());
        words.adjust(0, std::max(gap::kMedium, (height() - wordsHeight(words.width())) / 2), 0, 0);
        painter.setFont(fontFor(FontRole::Heading));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(words, static_cast<int>(Qt::AlignLeft | Qt::AlignTop), text());
        painter.setFont(fontFor(FontRole::Body));
        painter.setPen(mutedText(palette()));
        const int below = QFontMetrics(fontFor(FontRole::Heading)).height() + gap::kTiny;
        painter.drawText(words.adjusted(0, below, 0, 0),
                         static_cast<int>(Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap), m_sentence);
    }

private:
    [[nodiscard]] int textHeight(int width) const
    {
        // Three lines at least, so that all doors are of one height.
        const int heading = QFontMetrics(fontFor(FontRole::Heading)).height() + gap::kTiny;
        return std::max(wordsHeight(width), heading + 3 * QFontMetrics(fontFor(FontRole::Body)).height());
    }
    [[nodiscard]] int wordsHeight(int width) const
    {
        const QRect box = QFontMetrics(fontFor(FontRole::Body))
                              .boundingRect(QRect(0, 0, width, 1000), static_cast<int>(Qt::TextWordWrap), m_sentence);
        return QFontMetrics(fontFor(FontRole::Heading)).height() + gap::kTiny + box.height();
    }
    QString m_icon;
    QString m_sentence;
    bool m_first;
};

} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent), m_message(new InlineMessage), m_recovery(new InlineMessage), m_recentBox(new QWidget),
      m_recent(new QListWidget)
{
    auto *setUp =
        new Door(QStringLiteral("site"), tr("Set up a site"),
                 tr("Answer a few questions; get a method for each device, with reasons and ready scripts."), true);
    auto *test = new Door(QStringLiteral("test"), tr("Send a test message"),
                          tr("To any server, with the whole conversation before your eyes."), false);
    auto *relay = new Door(QStringLiteral("relay"), tr("Run a relay on this computer"),
                           tr("Takes mail from old devices and hands it on with TLS and sign-in."), false);
    auto *practice = new Door(QStringLiteral("practice"), tr("Try it on a practice tenant"),
                              tr("A make-believe Microsoft 365 on this computer. Nothing leaves it."), false);
    auto *doors = new QGridLayout;
    doors->setSpacing(gap::kLarge);
    doors->setRowStretch(0, 1);
    doors->setRowStretch(1, 1);
    doors->addWidget(setUp, 0, 0);
    doors->addWidget(test, 0, 1);
    doors->addWidget(relay, 1, 0);
    doors->addWidget(practice, 1, 1);

    auto *recentLayout = new QVBoxLayout(m_recentBox);
    recentLayout->setContentsMargins(0, 0, 0, 0);
    recentLayout->addWidget(new TextLabel(tr("Opened last"), FontRole::Heading));
    m_recent->setItemDelegate(new RowDelegate(m_recent));
    m_recent->setAccessibleName(tr("Sites opened last"));
    m_recent->setMouseTracking(true);
    m_recent->setMaximumHeight(170);
    recentLayout->addWidget(m_recent);
    auto *open = new QPushButton(tr("Open a site file…"));
    open->setIcon(lineIcon(QStringLiteral("open"), palette()));

    auto *column = new QWidget;
    column->setMaximumWidth(880);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(gap::kPage, gap::kPage, gap::kPage, gap::kPage);
    layout->setSpacing(gap::kLarge);
    layout->addStretch(2);
    layout->addWidget(m_recovery);
    layout->addWidget(m_message);
    layout->addWidget(new TextLabel(
        tr("Get printers, scanners and applications to send mail through Microsoft\u00a0365"), FontRole::Title));
    layout->addWidget(new TextLabel(tr("Where do you want to begin?"), FontRole::Body, TextLabel::Color::Muted));
    layout->addLayout(doors);
    layout->addWidget(open, 0, Qt::AlignLeft);
    layout->addWidget(m_recentBox);
    layout->addStretch(3);
    auto *outer = new QHBoxLayout;
    outer->addStretch(1);
    outer->addWidget(column, 100);
    outer->addStretch(1);
    auto *ground = new QWidget;
    ground->setLayout(outer);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(inScrollArea(ground));
    m_recentBox->hide();

    connect(setUp, &QAbstractButton::clicked, this, &StartPage::setUpRequested);
    connect(test, &QAbstractButton::clicked, this, &StartPage::testRequested);
    connect(relay, &QAbstractButton::clicked, this, &StartPage::relayRequested);
    connect(practice, &QAbstractButton::clicked, this, &StartPage::practiceRequested);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(m_recovery, &InlineMessage::actionRequested, this, &StartPage::recoverRequested);
    connect(m_recent, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { Q_EMIT fileRequested(item->data(Qt::UserRole).toString()); });
    connect(m_recent, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem *item) { Q_EMIT fileRequested(item->data(Qt::UserRole).toString()); });
}

void StartPage::setRecentFiles(const QStringList &paths)
{
    m_recent->clear();
    for (const QString &path : paths) {
        auto *item = new QListWidgetItem(QFileInfo(path).completeBaseName(), m_recent);
        item->setData(Qt::UserRole, path);
        item->setData(SubtitleRole, QDir::toNativeSeparators(path));
    }
    m_recentBox->setVisible(!paths.isEmpty());
}

void StartPage::offerRecovery(bool there)
{
    if (there)
        m_recovery->show(Tone::Attention,
                         tr("Relaywright ended last time before your work was saved. It is still here."),
                         tr("Bring it back"));
    else
        m_recovery->clear();
}

} // namespace relaywright
