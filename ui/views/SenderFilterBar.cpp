// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SenderFilterBar.h"

#include "ui/text/SiteText.h"
#include "ui/text/VerdictText.h"
#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

namespace relaywright {

namespace {

constexpr Fit kFits[] = {Fit::Fits, Fit::FitsAfterChanges, Fit::CannotTell, Fit::DoesNotFit};
constexpr Method kMethods[] = {
    Method::ClientSubmission, Method::DirectSend, Method::ConnectorRelay, Method::LocalRelay, Method::HighVolumeEmail,
    Method::AzureCommunicationServices, Method::OnPremExchange,
};

QComboBox *makeBox(const QString &name, const QString &all)
{
    auto *box = new QComboBox;
    box->setAccessibleName(name);
    box->addItem(all);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(11);
    return box;
}

template <class E>
std::optional<E> chosen(const QComboBox *box)
{
    const QVariant data = box->currentData();
    return data.isValid() ? std::optional(static_cast<E>(data.toInt())) : std::nullopt;
}

} // namespace

SenderFilterBar::SenderFilterBar(QMenu *columns, QWidget *parent)
    : QWidget(parent), m_words(new QLineEdit), m_fit(makeBox(tr("Show senders of this verdict"), tr("All verdicts"))),
      m_method(makeBox(tr("Show senders of this method"), tr("All methods"))),
      m_kind(makeBox(tr("Show senders of this kind"), tr("All kinds")))
{
    m_words->setPlaceholderText(tr("Filter by any word"));
    m_words->setClearButtonEnabled(true);
    m_words->setAccessibleName(tr("Filter the senders"));
    for (const Fit fit : kFits)
        m_fit->addItem(QStringLiteral("%1  %2").arg(lookOf(fit).symbol, lookOf(fit).word), static_cast<int>(fit));
    for (const Method method : kMethods)
        m_method->addItem(methodName(method), static_cast<int>(method));
    for (const auto &[kind, name] : senderKindChoices())
        m_kind->addItem(name, static_cast<int>(kind));
    auto *choose = new QPushButton(tr("Columns"));
    choose->setMenu(columns);
    choose->setAccessibleName(tr("Choose the columns of the table"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_words, 1);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_fit, m_method, m_kind, choose})
        layout->addWidget(widget);
    connect(m_words, &QLineEdit::textChanged, this, &SenderFilterBar::wantedChanged);
    for (QComboBox *box : {m_fit, m_method, m_kind})
        connect(box, &QComboBox::currentIndexChanged, this, &SenderFilterBar::wantedChanged);
}

SenderFilter::Wanted SenderFilterBar::wanted() const
{
    return {.words = m_words->text(),
            .fit = chosen<Fit>(m_fit),
            .method = chosen<Method>(m_method),
            .kind = chosen<SenderKind>(m_kind)};
}

void SenderFilterBar::clear()
{
    m_words->clear();
    for (QComboBox *box : {m_fit, m_method, m_kind})
        box->setCurrentIndex(0);
}

} // namespace relaywright
