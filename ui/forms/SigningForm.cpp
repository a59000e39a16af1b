// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SigningForm.h"

#include "core/base/Domain.h"
#include "core/mailauth/DkimKey.h"
#include "core/mailauth/SpfMerge.h"
#include "ui/engine/SigningKeyMaker.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

namespace relaywright {

namespace {

constexpr int kRecordLines = 6;

} // namespace

SigningForm::SigningForm(Vault &vault, QWidget *parent)
    : MemberForm(parent), m_maker(new SigningKeyMaker(vault, this)), m_route(new QComboBox),
      m_algorithm(new EnumBox<DkimAlgorithm>(
          {{DkimAlgorithm::Rsa, tr("RSA, 2048 bits")}, {DkimAlgorithm::Ed25519, tr("Ed25519")}})),
      m_make(new QPushButton(tr("Make a key"))), m_state(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_name(new TextLabel({}, FontRole::Fixed)), m_record(new QPlainTextEdit)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    const auto [domain, selector] = addPair(layout);
    m_domain = askLine(domain, "domain", tr("Mail of which domain?"), QStringLiteral("contoso.com"),
                       tr("Signed are messages whose From address is of this domain or below it."));
    m_selector =
        askLine(selector, "selector", tr("Under which selector?"), QStringLiteral("relay1"),
                tr("A name of your choice for this key. A new key takes a new selector, so that mail under way "
                   "stays verifiable."));
    ask(layout, "route", tr("On which way out?"), m_route);
    bind(
        [this](const QJsonObject &members) {
            const QString route = members.value(QLatin1String("route")).toString();
            if (m_route->findData(route) < 0)
                m_route->addItem(route, route); // its smart hosts went; the relay says so
            m_route->setCurrentIndex(m_route->findData(route));
        },
        [this](QJsonObject &members) { put(members, QStringLiteral("route"), m_route->currentData().toString()); });
    askKey(layout);
    m_recordArea = makeRecord();
    layout->addWidget(m_recordArea);
    bind(
        [this](const QJsonObject &) {
            ++m_row;
            showState({}); // what was said belongs to the row before, even where both have the same key
            lookUp();
        },
        [](QJsonObject &) {});
    for (QLineEdit *edit : {m_domain, m_selector, m_key})
        connect(edit, &QLineEdit::editingFinished, this, &SigningForm::lookUp);
    setRoutes({});
}

void SigningForm::askKey(QVBoxLayout *layout)
{
    m_key =
        askLine(layout, "key", tr("Where is the private key kept?"), QStringLiteral("keychain:dkim-relay1"),
                tr("keychain:NAME or file:PATH. A key that is made here goes to the keychain; the relay’s file says "
                   "only where it is."));
    m_algorithm->setAccessibleName(tr("Kind of the new key"));
    m_make->setIcon(lineIcon(QStringLiteral("key"), palette()));
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kSmall);
    row->addWidget(m_algorithm, 1);
    row->addWidget(m_make);
    auto *block = new QVBoxLayout;
    block->setSpacing(gap::kTiny);
    block->addLayout(row);
    block->addWidget(m_state);
    layout->addLayout(block);
    connect(m_make, &QPushButton::clicked, this, &SigningForm::make);
}

QWidget *SigningForm::makeRecord()
{
    auto *area = new QWidget;
    auto *layout = new QVBoxLayout(area);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(new TextLabel(tr("Publish this TXT record"), FontRole::Strong));
    layout->addWidget(m_name);
    m_record->setReadOnly(true);
    m_record->setFont(fontFor(FontRole::Fixed));
    m_record->setWordWrapMode(QTextOption::WrapAnywhere);
    m_record->setAccessibleName(tr("Text of the record"));
    m_record->setTabChangesFocus(true);
    m_record->setFixedHeight(m_record->fontMetrics().lineSpacing() * kRecordLines + gap::kLarge);
    layout->addWidget(m_record);
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kSmall);
    const auto addCopy = [this, row](const QString &text, auto what) {
        auto *button = new QPushButton(text);
        button->setIcon(lineIcon(QStringLiteral("copy"), palette()));
        connect(button, &QPushButton::clicked, this, [what] { copyToClipboard(what()); });
        row->addWidget(button);
    };
    addCopy(tr("Copy the name"), [this] { return recordName(); });
    addCopy(tr("Copy the text"), [this] { return record(); });
    row->addStretch();
    layout->addLayout(row);
    auto *zone = new QHBoxLayout;
    auto *button = new QPushButton(tr("Copy the line of a zone file"));
    button->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    connect(button, &QPushButton::clicked, this, [this] {
        copyToClipboard(QStringLiteral("%1. IN TXT ( %2 )").arg(recordName(), toZoneStrings(record())));
    });
    zone->addWidget(button);
    zone->addStretch();
    layout->addLayout(zone);
    return area;
}

void SigningForm::setRoutes(const QStringList &names)
{
    const QString chosen = m_route->currentData().toString();
    m_route->clear();
    m_route->addItem(tr("The default way"), QString());
    for (const QString &name : names)
        m_route->addItem(name, name);
    m_route->setCurrentIndex(std::max(0, m_route->findData(chosen)));
}

QString SigningForm::record() const
{
    return m_record->toPlainText();
}

QString SigningForm::recordName() const
{
    const auto domain = Domain::parse(m_domain->text().trimmed());
    const QString selector = m_selector->text().trimmed();
    return domain && isDkimSelector(selector) ? dkimName(selector, domain->toAscii()) : QString();
}

void SigningForm::make()
{
    const QString name = recordName();
    if (name.isEmpty())
        return showState(tr("Type the domain and the selector first: the key is kept under their names."));
    ++m_asked;
    m_make->setEnabled(false);
    showState(tr("Making the key…"));
    m_maker->make(
        QStringLiteral("dkim-%1").arg(name), m_algorithm->value(),
        [this, name, row = m_row](const Result<QString> &record) {
            m_make->setEnabled(true);
            if (!record)
                return showState(row == m_row ? record.error().detail
                                              : tr("The key of %1 was not made: %2").arg(name, record.error().detail));
            if (name != recordName())
                return showState(tr("The key of %1 is in the keychain.").arg(name)); // another row is shown now
            m_key->setText(SecretRef::keychain(QStringLiteral("dkim-%1").arg(name)).toString());
            showRecord(*record);
            showState({});
            Q_EMIT edited();
            Q_EMIT committed();
        });
}

void SigningForm::lookUp()
{
    const QString reference = m_key->text().trimmed();
    if (!record().isEmpty() && reference == m_recordOf)
        return showRecord(record()); // under the name of now; what was said of it stays
    showRecord({});
    const auto kept = SecretRef::parse(reference);
    if (reference.isEmpty())
        return showState(tr("No key yet. Make one, or say where one is kept."));
    if (!kept || kept->kind() != SecretRef::Kind::Keychain)
        return showState(tr("A key that is kept elsewhere is read by the relay alone; its record was shown when it was "
                            "made."));
    showState({});
    m_maker->read(kept->name(), [this, reference, asked = ++m_asked](const Result<QString> &record) {
        if (reference != m_key->text().trimmed())
            return;
        if (record)
            return showRecord(*record);
        if (asked == m_asked) // what was asked since has its own answer
            showState(record.error().kind == ErrorKind::NotFound ? tr("The keychain has no key of that name. Make one.")
                                                                 : record.error().detail);
    });
}

void SigningForm::showRecord(const QString &record)
{
    m_recordArea->setVisible(!record.isEmpty() && !recordName().isEmpty());
    m_name->setText(recordName());
    m_record->setPlainText(record);
    m_recordOf = m_key->text().trimmed();
}

void SigningForm::showState(const QString &sentence)
{
    m_state->setText(sentence);
    m_state->setVisible(!sentence.isEmpty());
}

} // namespace relaywright
