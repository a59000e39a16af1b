// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SeriesSetup.h"

#include "ui/widgets/Field.h"
#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kMostRepeats = 50;
constexpr int kMostPerMinute = 6000;

} // namespace

SeriesSetup::SeriesSetup(QWidget *parent)
    : Card(parent), m_to(new QLineEdit), m_repeats(new QSpinBox), m_perMinute(new QSpinBox),
      m_likeThem(new QCheckBox(tr("Behave like the senders: only what they can do"))),
      m_onlySelected(new QCheckBox(tr("Only the selected senders"))), m_where(new QComboBox), m_server(new QLineEdit),
      m_caFile(
          new FileEntry(tr("Choose a file with authorities"), tr("Certificates (*.pem *.crt *.cer);;All files (*)"))),
      m_practice(new QPushButton(tr("Use the practice server"))), m_serverField(nullptr), m_caField(nullptr),
      m_announcement(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted))
{
    const SeriesDraft usual;
    m_to->setPlaceholderText(QStringLiteral("you@contoso.com"));
    m_repeats->setRange(1, kMostRepeats);
    m_perMinute->setRange(1, kMostPerMinute);
    m_perMinute->setValue(usual.perMinute);
    m_likeThem->setChecked(true);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(gap::kMedium);
    fields->addWidget(new Field(tr("Recipient of all tests"), m_to), 1, Qt::AlignTop);
    fields->addWidget(new Field(tr("Tests of each"), m_repeats), 0, Qt::AlignTop);
    fields->addWidget(new Field(tr("At most a minute"), m_perMinute), 0, Qt::AlignTop);
    auto *choices = new QHBoxLayout;
    choices->setSpacing(gap::kPage);
    choices->addWidget(m_likeThem);
    choices->addWidget(m_onlySelected);
    choices->addStretch();
    body()->setSpacing(gap::kSmall);
    body()->addLayout(fields);
    body()->addLayout(makeTarget());
    body()->addLayout(choices);
    body()->addWidget(m_announcement);
    connect(m_to, &QLineEdit::textChanged, this, &SeriesSetup::edited);
    connect(m_repeats, &QSpinBox::valueChanged, this, &SeriesSetup::edited);
    connect(m_perMinute, &QSpinBox::valueChanged, this, &SeriesSetup::edited);
    connect(m_onlySelected, &QCheckBox::toggled, this, &SeriesSetup::edited);
    connect(m_likeThem, &QCheckBox::toggled, this, &SeriesSetup::mannerChanged);
}

QLayout *SeriesSetup::makeTarget()
{
    const QString authorities = tr("Trust these authorities there");
    m_where->addItem(tr("The plan’s servers"));
    m_where->addItem(tr("This server"));
    m_server->setPlaceholderText(tr("HOST:PORT"));
    m_caFile->setName(authorities);
    m_practice->setAccessibleDescription(tr("It runs on this computer: nothing leaves it."));
    m_serverField = new Field(tr("Server of all tests"), m_server);
    m_caField = new Field(authorities, m_caFile);
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kMedium);
    row->addWidget(new Field(tr("Send to"), m_where), 0, Qt::AlignTop);
    row->addWidget(m_serverField, 1, Qt::AlignTop);
    row->addWidget(m_caField, 1, Qt::AlignTop);
    row->addWidget(m_practice, 0, Qt::AlignBottom);
    row->addStretch();
    connect(m_where, &QComboBox::currentIndexChanged, this, [this] {
        showTarget();
        Q_EMIT mannerChanged();
    });
    connect(m_server, &QLineEdit::editingFinished, this, &SeriesSetup::mannerChanged);
    connect(m_practice, &QPushButton::clicked, this, [this] { sendTo(m_practiceAddress); });
    showTarget();
    return row;
}

void SeriesSetup::showTarget()
{
    const bool one = m_where->currentIndex() == 1;
    m_serverField->setVisible(one);
    m_serverField->setProblem({});
    m_caField->setVisible(one);
    m_practice->setVisible(!m_practiceAddress.isEmpty() && !(one && m_server->text().trimmed() == m_practiceAddress));
}

void SeriesSetup::sendTo(const QString &server)
{
    m_server->setText(server);
    m_where->setCurrentIndex(server.isEmpty() ? 0 : 1);
    showTarget();
    Q_EMIT mannerChanged();
}

void SeriesSetup::trust(const QString &caFile)
{
    m_caFile->setPath(caFile);
}

void SeriesSetup::offerPractice(const QString &address)
{
    const bool chosen =
        m_where->currentIndex() == 1 && !m_practiceAddress.isEmpty() && m_server->text().trimmed() == m_practiceAddress;
    m_practiceAddress = address;
    if (chosen && !address.isEmpty())
        sendTo(address); // wherever it is now
    else
        showTarget();
}

void SeriesSetup::setServerProblem(const QString &sentence)
{
    m_serverField->setProblem(sentence);
}

void SeriesSetup::revealServer()
{
    m_serverField->reveal();
}

SeriesDraft SeriesSetup::draft() const
{
    return {.to = m_to->text(),
            .each = m_repeats->value(),
            .perMinute = m_perMinute->value(),
            .manner = m_likeThem->isChecked() ? TestManner::LikeTheSender : TestManner::AsThisComputer,
            .toOneServer = m_where->currentIndex() == 1,
            .server = m_server->text(),
            .caFile = m_caFile->path()};
}

bool SeriesSetup::onlySelected() const
{
    return m_onlySelected->isChecked();
}

void SeriesSetup::setRepeats(int times)
{
    m_repeats->setValue(times);
}

void SeriesSetup::setPerMinute(int tests)
{
    m_perMinute->setValue(tests);
}

void SeriesSetup::setAnnouncement(const QString &sentence)
{
    m_announcement->setText(sentence);
}

QString SeriesSetup::announcement() const
{
    return m_announcement->text();
}

} // namespace relaywright
