// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeDetails.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"
#include "core/mail/MessageParts.h"
#include "core/rehearsal/DeviceInventory.h"
#include "ui/text/DeviceText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

namespace {

/// Octets as text with each odd one made visible, line by line; nothing in it reaches the screen raw.
QString shownOctets(QByteArrayView octets)
{
    constexpr qsizetype kMaxLines = 2000;
    QStringList lines;
    for (QByteArray line : octets.toByteArray().split('\n')) {
        if (line.endsWith('\r'))
            line.chop(1);
        lines += printable(line);
        if (lines.size() >= kMaxLines) {
            lines += PracticeMessageView::tr("… the rest is not shown.");
            break;
        }
    }
    return lines.join(u'\n');
}

QString envelopeText(const ReceivedMessage &message)
{
    QStringList recipients;
    for (const EmailAddress &recipient : message.envelope.recipients)
        recipients += recipient.toString();
    const QString how =
        message.tls ? PracticeMessageView::tr("over TLS") : PracticeMessageView::tr("without encryption");
    const QString who = message.signedInAs.isEmpty()
                            ? PracticeMessageView::tr("nobody signed in")
                            : PracticeMessageView::tr("signed in as %1").arg(message.signedInAs);
    return PracticeMessageView::tr("From %1 to %2, %3, %4.")
        .arg(toPath(message.envelope.sender), recipients.join(QLatin1String(", ")), how, who);
}

QString shownTexts(const ReceivedMessage &message)
{
    QStringList texts;
    for (const MessagePart &part : readParts(message.content)) {
        if (!part.text.isEmpty() && part.fileName.isEmpty())
            texts += part.text;
    }
    return texts.isEmpty() ? PracticeMessageView::tr("This message has no text.") : texts.join(QLatin1String("\n\n"));
}

QString shownAttachments(const ReceivedMessage &message)
{
    QStringList lines;
    const QLocale locale;
    for (const MessagePart &part : readParts(message.content)) {
        const bool isText = part.mediaType.startsWith(QLatin1String("text/")) && part.fileName.isEmpty();
        if (isText)
            continue;
        const QString name = part.fileName.isEmpty() ? PracticeMessageView::tr("(no file name)") : part.fileName;
        lines += PracticeMessageView::tr("%1: %2, %3")
                     .arg(name, part.mediaType, locale.formattedDataSize(static_cast<qint64>(part.octets)));
    }
    return lines.isEmpty() ? PracticeMessageView::tr("Nothing is attached.") : lines.join(u'\n');
}

} // namespace

PracticeMessageView::PracticeMessageView(QWidget *parent)
    : QWidget(parent), m_envelope(new TextLabel({})), m_tabs(new QTabBar), m_content(new QPlainTextEdit)
{
    for (const QString &tab : {tr("Text"), tr("Attachments"), tr("Header"), tr("Source")})
        m_tabs->addTab(tab);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Parts of the message"));
    m_content->setReadOnly(true);
    m_content->setTabChangesFocus(true);
    m_content->setAccessibleName(tr("The message as it came"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_envelope);
    layout->addWidget(m_tabs);
    layout->addWidget(m_content, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, &PracticeMessageView::refresh);
}

void PracticeMessageView::show(const ReceivedMessage &message)
{
    m_message = message;
    m_envelope->setText(envelopeText(message));
    refresh();
}

void PracticeMessageView::showTab(int tab)
{
    m_tabs->setCurrentIndex(tab);
}

QString PracticeMessageView::shownText() const
{
    return m_content->toPlainText();
}

void PracticeMessageView::refresh()
{
    const int tab = m_tabs->currentIndex();
    m_content->setFont(fontFor(tab >= 2 ? FontRole::Fixed : FontRole::Body));
    if (m_message.content.isEmpty())
        return m_content->setPlainText(tr("This message was too large, or too long ago, to be kept."));
    const QByteArrayView content(m_message.content);
    const qsizetype header = std::min(MessageHeader::read(content).size(), content.size());
    switch (tab) {
    case 0: return m_content->setPlainText(shownTexts(m_message));
    case 1: return m_content->setPlainText(shownAttachments(m_message));
    case 2: return m_content->setPlainText(shownOctets(content.first(header)));
    default: return m_content->setPlainText(shownOctets(content));
    }
}

PracticeDeviceView::PracticeDeviceView(QWidget *parent)
    : QWidget(parent), m_seen(new TextLabel({})), m_news(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)),
      m_put(new QPushButton(tr("Put into the inventory")))
{
    m_seen->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *content = new QWidget;
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(gap::kMedium);
    inner->addWidget(m_seen);
    inner->addWidget(m_news);
    inner->addWidget(m_put, 0, Qt::AlignLeft);
    inner->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(inScrollArea(content));
    connect(m_put, &QPushButton::clicked, this, &PracticeDeviceView::inventoryRequested);
}

void PracticeDeviceView::show(const DeviceProfile &device, const Site &site, bool hasSite)
{
    m_seen->setText(deviceSentences(device).join(u'\n'));
    const Sender *known = hasSite ? knownSender(site, device) : nullptr;
    const QStringList news = known ? deviceNews(*known, device) : QStringList();
    m_put->setEnabled(!known || !news.isEmpty());
    m_put->setText(known ? tr("Complete it in the inventory") : tr("Put into the inventory"));
    if (known && news.isEmpty())
        m_news->setText(tr("This is %1. The inventory knows all of it.").arg(known->name));
    else if (known)
        m_news->setText(tr("This is %1. New for the inventory:\n%2").arg(known->name, news.join(u'\n')));
    else
        m_news->setText(tr("It is not in the inventory yet."));
}

} // namespace relaywright
