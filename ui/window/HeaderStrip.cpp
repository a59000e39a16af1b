// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/HeaderStrip.h"

#include "core/knowledge/Knowledge.h"
#include "core/relay/RelayStatus.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace relaywright {

class StatusChip final : public QAbstractButton {
public:
    StatusChip()
    {
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setCursor(Qt::PointingHandCursor);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void setContent(const QString &symbol, const QString &words, const QString &sentence, Tone tone)
    {
        m_symbol = symbol;
        m_tone = tone;
        setText(words);
        setToolTip(sentence);
        setAccessibleName(words);
        setAccessibleDescription(sentence);
        updateGeometry();
        update();
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        return {fontMetrics().horizontalAdvance(text()) + fontMetrics().horizontalAdvance(m_symbol) + 3 * gap::kSmall,
                fontMetrics().height() + gap::kSmall};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (underMouse() || hasFocus()) {
            painter.setPen(hasFocus() ? QPen(palette().color(QPalette::Highlight), 1.5) : Qt::NoPen);
            painter.setBrush(toneFill(Tone::Accent, palette()));
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
        }
        const int symbolWidth = fontMetrics().horizontalAdvance(m_symbol);
        painter.setPen(toneColor(m_tone, palette()));
        painter.drawText(QRect(gap::kSmall, 0, symbolWidth, height()), Qt::AlignVCenter | Qt::AlignLeft, m_symbol);
        painter.setPen(m_tone == Tone::Neutral ? mutedText(palette()) : palette().color(QPalette::WindowText));
        painter.drawText(rect().adjusted(gap::kSmall + symbolWidth + gap::kTiny, 0, 0, 0),
                         Qt::AlignVCenter | Qt::AlignLeft, text());
    }

private:
    QString m_symbol;
    Tone m_tone = Tone::Neutral;
};

RelayBrief briefOf(const RelayHost &relay)
{
    switch (relay.state()) {
    case RelayHost::State::Off:
        return {HeaderStrip::tr("Relay off"), HeaderStrip::tr("The relay is off."), Tone::Neutral};
    case RelayHost::State::Starting:
        return {HeaderStrip::tr("Relay starting"), HeaderStrip::tr("The relay is starting."), Tone::Accent};
    case RelayHost::State::Stopping:
        return {HeaderStrip::tr("Relay stopping"), HeaderStrip::tr("The relay is stopping."), Tone::Accent};
    case RelayHost::State::Failed: return {HeaderStrip::tr("Relay: trouble"), relay.problem(), Tone::Wrong};
    case RelayHost::State::Running: break;
    }
    if (!relay.status())
        return {HeaderStrip::tr("Relay on"), HeaderStrip::tr("The relay is running."), Tone::Good};
    const RelayStatus &status = *relay.status();
    const auto queued = static_cast<int>(std::min<quint64>(status.queued, 1'000'000));
    const QString waiting = HeaderStrip::tr("Relay: %Ln waiting", nullptr, queued);
    switch (status.condition) {
    case RelayCondition::Idle:
        return {HeaderStrip::tr("Relay on"), HeaderStrip::tr("The relay is running and no message waits."), Tone::Good};
    case RelayCondition::Delivering:
        return {HeaderStrip::tr("Relay: delivering"),
                HeaderStrip::tr("The relay is delivering %Ln message(s).", nullptr, queued), Tone::Good};
    case RelayCondition::Waiting: return {waiting, status.reason.isEmpty() ? waiting : status.reason, Tone::Attention};
    case RelayCondition::Paused:
        return {HeaderStrip::tr("Relay paused"),
                HeaderStrip::tr("The relay takes mail and holds it until you resume delivery."), Tone::Unknown};
    case RelayCondition::Trouble: return {HeaderStrip::tr("Relay: trouble"), status.reason, Tone::Wrong};
    }
    Q_UNREACHABLE();
}

HeaderStrip::HeaderStrip(Services &services, QMenu *siteMenu, QWidget *parent)
    : QWidget(parent), m_services(services), m_site(new QToolButton), m_keychain(new StatusChip),
      m_relay(new StatusChip), m_facts(new StatusChip)
{
    m_site->setAutoRaise(true);
    m_site->setFont(fontFor(FontRole::Heading));
    m_site->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_site->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(gap::kMedium, gap::kTiny, gap::kMedium, gap::kTiny);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_site);
    layout->addStretch(1);
    layout->addWidget(m_keychain);
    layout->addWidget(m_relay);
    layout->addWidget(m_facts);
    connect(m_site, &QToolButton::clicked, this,
            [this, siteMenu] { siteMenu->popup(m_site->mapToGlobal(QPoint(0, m_site->height()))); });
    connect(m_relay, &QAbstractButton::clicked, this, [this] { Q_EMIT pageRequested(QStringLiteral("relay")); });
    connect(m_keychain, &QAbstractButton::clicked, this, [this] { m_services.vault.check(); });
    connect(m_facts, &QAbstractButton::clicked, this, [this] { Q_EMIT pageRequested(QStringLiteral("plan")); });
    connect(&services.workspace, &Workspace::titleChanged, this, &HeaderStrip::refresh);
    connect(&services.vault, &Vault::stateChanged, this, &HeaderStrip::refresh);
    connect(&services.relay, &RelayHost::stateChanged, this, &HeaderStrip::refresh);
    connect(&services.relay, &RelayHost::statusChanged, this, &HeaderStrip::refresh);
    refresh();
}

void HeaderStrip::refresh()
{
    const Workspace &workspace = m_services.workspace;
    QString name = workspace.hasSite() ? workspace.displayName() : tr("No site");
    name = fontMetrics().elidedText(name, Qt::ElideRight, 260);
    m_site->setText(workspace.hasSite() && workspace.isDirty() ? tr("%1 • ▾").arg(name) : tr("%1 ▾").arg(name));
    m_site->setAccessibleName(workspace.isDirty() && workspace.hasSite() ? tr("Site %1, not saved").arg(name)
                                                                         : tr("Site %1").arg(name));
    m_site->setToolTip(workspace.path().isEmpty() ? tr("Not saved to a file yet") : workspace.path());
    switch (m_services.vault.state()) {
    case Vault::State::Checking:
        m_keychain->setContent(QStringLiteral("…"), tr("Keychain"), tr("Asking the keychain."), Tone::Neutral);
        break;
    case Vault::State::Available:
        m_keychain->setContent(QStringLiteral("✓"), tr("Keychain"),
                               tr("Passwords are kept in this computer’s keychain."), Tone::Good);
        break;
    case Vault::State::Unavailable:
        m_keychain->setContent(
            QStringLiteral("!"), tr("No keychain"),
            tr("%1 Passwords are kept for this run only. Click to ask again.").arg(m_services.vault.problem()),
            Tone::Attention);
        break;
    }
    const RelayBrief relay = briefOf(m_services.relay);
    m_relay->setContent(relay.tone == Tone::Neutral ? QStringLiteral("○") : QStringLiteral("●"), relay.words,
                        relay.sentence, relay.tone);
    const QDate asOf = workspace.knowledge().asOf();
    m_facts->setContent(QString(), tr("Facts of %1").arg(asOf.toString(QStringLiteral("yyyy-MM"))),
                        tr("What Relaywright knows of Microsoft 365 is as of %1; each reason names its source.")
                            .arg(asOf.toString(Qt::ISODate)),
                        Tone::Neutral);
}

QString HeaderStrip::relayText() const
{
    return m_relay->text();
}

void HeaderStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.fillRect(QRect(0, height() - 1, width(), 1), hairline(palette()));
}

} // namespace relaywright
