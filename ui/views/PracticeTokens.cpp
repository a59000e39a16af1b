// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeTokens.h"

#include "core/rehearsal/EntraCodes.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/views/PracticeFaultList.h"
#include "ui/widgets/CopyLine.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace relaywright {

namespace {

/// Words of `addWebFault` and what they mean.
FaultChoices webFaultChoices()
{
    return {{QStringLiteral("late=5s"), PracticeTokens::tr("Each answer takes 5 seconds")},
            {QStringLiteral("status=429"), PracticeTokens::tr("Answers 429: too many requests")},
            {QStringLiteral("status=500"), PracticeTokens::tr("Answers 500: broken")},
            {QStringLiteral("status=503"), PracticeTokens::tr("Answers 503: not available")},
            {QStringLiteral("retry-after=30s"), PracticeTokens::tr("And asks to come back after 30 seconds")},
            {QStringLiteral("malformed-json"), PracticeTokens::tr("Its answers end in the middle of their JSON")},
            {QStringLiteral("huge-json"), PracticeTokens::tr("Its answers have two megabytes")},
            {QStringLiteral("drop-in-answer"), PracticeTokens::tr("The connection is cut in the answer")},
            {QStringLiteral("clock-skew=10m"), PracticeTokens::tr("Its clock is 10 minutes fast")},
            {QStringLiteral("clock-skew=-10m"), PracticeTokens::tr("Its clock is 10 minutes slow")},
            {QStringLiteral("token-life=30s"), PracticeTokens::tr("Tokens last 30 seconds")},
            {QStringLiteral("new-key-each-token"), PracticeTokens::tr("A new key signs each token")},
            {QStringLiteral("refresh-once"), PracticeTokens::tr("A kept sign-in can be renewed once only")}};
}

/// None, then each code that the catalogue explains.
void fillWithCodes(QComboBox &choice)
{
    choice.addItem(PracticeTokens::tr("Nothing"));
    for (const EntraCode &code : entraCodes(Knowledge::builtIn()))
        choice.addItem(PracticeTokens::tr("%1: %2").arg(entraCodeText(code.number), code.title), code.number);
    // As narrow as its column; the list that opens shows whole titles.
    choice.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice.setMinimumContentsLength(16);
    choice.view()->setMinimumWidth(choice.view()->sizeHintForColumn(0));
}

} // namespace

PracticeTokens::PracticeTokens(QWidget *parent)
    : QWidget(parent), m_signIn(new QCheckBox(tr("Sign-in service (Entra)"))),
      m_graph(new QCheckBox(tr("Microsoft Graph"))),
      m_faults(new PracticeFaultList(webFaultChoices(), tr("What the sign-in service and Graph do wrong on request"))),
      m_refusal(new QComboBox), m_tokensOfAKey(new QSpinBox),
      m_sentence(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_values(nullptr),
      m_signInAddress(new CopyLine(tr("Address of the sign-in service"))),
      m_graphAddress(new CopyLine(tr("Address of Graph"))), m_tenant(new CopyLine(tr("Tenant id"))),
      m_application(new CopyLine(tr("Application (client) id"))), m_secret(new CopyLine(tr("Client secret"))),
      m_command(new CopyLine(tr("Command that signs in"))), m_account(new QPushButton(tr("Make an account of these")))
{
    m_values = makeValues();
    auto *left = new QWidget;
    auto *rows = new QVBoxLayout(left);
    rows->setContentsMargins(0, 0, gap::kSmall, 0);
    rows->setSpacing(gap::kMedium);
    rows->addWidget(makeSwitches());
    rows->addWidget(m_sentence);
    rows->addWidget(m_values);
    rows->addStretch(1);
    auto *columns = new QHBoxLayout(this);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(gap::kLarge);
    columns->addWidget(inScrollArea(left), 3);
    columns->addWidget(makeFaults(), 2);
    connect(m_account, &QPushButton::clicked, this, &PracticeTokens::accountRequested);
}

QWidget *PracticeTokens::makeSwitches()
{
    auto *switches = new QWidget;
    auto *row = new QHBoxLayout(switches);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kLarge);
    row->addWidget(m_signIn);
    row->addWidget(m_graph);
    row->addStretch(1);
    // Graph takes the tokens of this sign-in service, and there are no others.
    const auto follow = [](QCheckBox *other, bool checked) {
        const QSignalBlocker quiet(other);
        other->setChecked(checked);
    };
    connect(m_signIn, &QCheckBox::toggled, this, [this, follow](bool on) {
        if (!on)
            follow(m_graph, false);
        Q_EMIT changed();
    });
    connect(m_graph, &QCheckBox::toggled, this, [this, follow](bool on) {
        if (on)
            follow(m_signIn, true);
        Q_EMIT changed();
    });
    return switches;
}

QWidget *PracticeTokens::makeFaults()
{
    fillWithCodes(*m_refusal);
    m_tokensOfAKey->setRange(0, kMaxTokensOfAKey);
    m_tokensOfAKey->setSpecialValueText(tr("Never"));
    m_tokensOfAKey->setKeyboardTracking(false); // the services change once, not with every digit
    auto *faults = new QWidget;
    auto *rows = new QVBoxLayout(faults);
    rows->setContentsMargins(0, 0, gap::kSmall, 0);
    rows->setSpacing(gap::kMedium);
    m_faults->showAllRows();
    rows->addWidget(new Field(tr("What goes wrong on request"), m_faults));
    rows->addWidget(new Field(tr("Refuse the sign-in with"), m_refusal));
    rows->addWidget(new Field(tr("A new key signs after so many tokens"), m_tokensOfAKey));
    rows->addStretch(1);
    connect(m_faults, &PracticeFaultList::changed, this, [this] {
        m_tokensOfAKey->setEnabled(!m_faults->words().contains(QLatin1String("new-key-each-token")));
        Q_EMIT changed();
    });
    connect(m_refusal, &QComboBox::currentIndexChanged, this, &PracticeTokens::changed);
    connect(m_tokensOfAKey, &QSpinBox::valueChanged, this, &PracticeTokens::changed);
    return inScrollArea(faults);
}

QWidget *PracticeTokens::makeValues()
{
    auto *values = new QWidget;
    auto *rows = new QVBoxLayout(values);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(gap::kMedium);
    const auto add = [rows](const QString &label, CopyLine *line) { rows->addWidget(new Field(label, line)); };
    add(tr("Address of the sign-in service"), m_signInAddress);
    add(tr("Address of Graph"), m_graphAddress);
    add(tr("Tenant id"), m_tenant);
    add(tr("Application (client) id"), m_application);
    add(tr("Client secret"), m_secret);
    add(tr("Sign in on the command line, with the secret in APP_SECRET"), m_command);
    rows->addWidget(m_account, 0, Qt::AlignLeft);
    auto *life =
        new TextLabel(tr("The account works until the practice server stops. All that it knows is new at the next "
                         "start: delete it then, and make another one here."),
                      FontRole::Body, TextLabel::Color::Muted);
    rows->addWidget(life);
    return values;
}

bool PracticeTokens::isSignInOn() const
{
    return m_signIn->isChecked();
}

bool PracticeTokens::isGraphOn() const
{
    return m_graph->isChecked();
}

PracticeWebFaults PracticeTokens::faults() const
{
    PracticeWebFaults faults;
    for (const QString &word : m_faults->words()) {
        const auto added = addWebFault(faults, word);
        Q_ASSERT(added);
    }
    if (m_refusal->currentIndex() > 0)
        faults.refuseSignIn = m_refusal->currentData().toInt();
    if (m_tokensOfAKey->value() > 0)
        faults.rotateKeyAfter = m_tokensOfAKey->value();
    return faults;
}

void PracticeTokens::show(const PracticeRoom &room)
{
    const PracticeWeb *web = room.web();
    m_values->setVisible(web);
    if (!web) {
        m_secret->setSecret({});
        m_sentence->setText(
            m_signIn->isChecked()
                ? tr("They start with the practice server. Its tenant id, its application and the client secret stand "
                     "here then.")
                : tr("With these, programs can practise to sign in with access tokens in place of passwords. They "
                     "start and stop with the practice server."));
        return;
    }
    const PracticeGraphService *graph = web->graph();
    m_sentence->setText(
        tr("The practice server takes the tokens of this service and no others. All of it is new at each start."));
    m_signInAddress->setText(web->signIn().baseUrl().toString());
    m_graphAddress->parentWidget()->setVisible(graph);
    m_graphAddress->setText(graph ? graph->baseUrl().toString() : QString());
    m_tenant->setText(web->directory().tenantId);
    m_application->setText(web->application().id);
    m_secret->setSecret(web->madeUpSecret().value_or(Secret()));
    m_command->setText(
        QStringLiteral("relaywright-cli oauth login %1 --tenant %2 --application %3 --service %4 "
                       "--ca-file practice-authority.pem --secret-from env:APP_SECRET")
            .arg(room.sender(), web->directory().tenantId, web->application().id, web->signIn().baseUrl().toString()));
}

} // namespace relaywright
