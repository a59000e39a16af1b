// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/LadderPanel.h"

#include "core/base/Clock.h"
#include "core/base/Text.h"
#include "core/session/PracticeGreeting.h"
#include "ui/engine/MomentFolder.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/SeriesPasswords.h"
#include "ui/engine/Vault.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/widgets/RowDelegate.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QSplitter>
#include <QSysInfo>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

VerdictLook lookOf(ProbeRung::State state)
{
    switch (state) {
    case ProbeRung::State::Ok: return relaywright::lookOf(Verdict::Good);
    case ProbeRung::State::Attention: return relaywright::lookOf(Verdict::Attention);
    case ProbeRung::State::Failed: return relaywright::lookOf(Verdict::Wrong);
    case ProbeRung::State::Skipped: return {QStringLiteral("○"), LadderModel::tr("not climbed"), Tone::Neutral};
    }
    Q_UNREACHABLE();
}

QString blameSentence(const ProbeReport &report)
{
    switch (report.judgement.blame) {
    case Blame::Nobody: return LadderPanel::tr("The way to %1 is open, as far as it was climbed.").arg(report.server);
    case Blame::LocalFirewall:
        return LadderPanel::tr("This computer or its network stands in the way to %1.").arg(report.server);
    case Blame::Provider: return LadderPanel::tr("The internet provider closes the way to %1.").arg(report.server);
    case Blame::Dns: return LadderPanel::tr("The name of %1 leads nowhere.").arg(report.server);
    case Blame::Server: return LadderPanel::tr("The server %1 is to blame, or whoever keeps it.").arg(report.server);
    case Blame::Account: return LadderPanel::tr("%1 does not take the account.").arg(report.server);
    case Blame::Policy: return LadderPanel::tr("A rule at %1 forbids it.").arg(report.server);
    }
    Q_UNREACHABLE();
}

/// All the way first.
Choices<QString> rungChoices()
{
    Choices<QString> choices{{QString(), LadderPanel::tr("Nothing: as far as is asked for")}};
    for (const QString &id : probeRungIds())
        choices.emplace_back(id, displayName(ProbeRung{.id = id}));
    return choices;
}

} // namespace

LadderModel::LadderModel(QObject *parent) : QAbstractListModel(parent)
{
    clear();
}

void LadderModel::clear()
{
    beginResetModel();
    m_rows.clear();
    for (const QString &id : probeRungIds())
        m_rows.push_back({{.id = id}, false});
    endResetModel();
}

void LadderModel::set(const ProbeRung &rung)
{
    const auto found = std::ranges::find_if(m_rows, [&rung](const Row &row) { return row.rung.id == rung.id; });
    if (found == m_rows.end())
        return;
    *found = {rung, true};
    const QModelIndex changed = index(static_cast<int>(found - m_rows.begin()));
    Q_EMIT dataChanged(changed, changed);
}

int LadderModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant LadderModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const VerdictLook look = lookOf(row.rung.state);
    const QString seen = row.rung.seen.isEmpty() ? look.word : row.rung.seen;
    switch (role) {
    case Qt::DisplayRole: return displayName(row.rung);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3").arg(displayName(row.rung), look.word, row.rung.seen);
    case Qt::ToolTipRole: return row.rung.seen;
    case SymbolRole: return look.symbol;
    case ToneRole: return static_cast<int>(look.tone);
    case SubtitleRole:
        return row.climbed && row.rung.state != ProbeRung::State::Skipped && row.rung.elapsed.count() > 0
                   ? tr("%1 (%2 s)")
                         .arg(seen, QLocale().toString(std::chrono::duration<double>(row.rung.elapsed).count(), 'f', 2))
                   : seen;
    case DetailRole: {
        QStringList parts;
        for (const QString &part : {row.rung.seen, row.rung.detail}) {
            if (!part.isEmpty())
                parts += part;
        }
        return parts.join(QLatin1String("\n\n"));
    }
    default: return {};
    }
}

LadderPanel::LadderPanel(Services &services, QWidget *parent)
    : QWidget(parent), m_services(services), m_model(new LadderModel(this)), m_server(new QLineEdit),
      m_port(new QLineEdit), m_to(new QLineEdit), m_serverField(new Field(tr("Server"), m_server)),
      m_portField(new Field(tr("Port"), m_port)), m_toField(new Field(tr("Ask for this recipient too"), m_to)),
      m_user(new QLineEdit), m_password(new PasswordEntry), m_stopAfter(new EnumBox<QString>(rungChoices())),
      m_caFile(
          new FileEntry(tr("Choose a file with authorities"), tr("Certificates (*.pem *.crt *.cer);;All files (*)"))),
      m_ehlo(new QLineEdit), m_insecure(new QCheckBox(tr("Sign in although the certificate is faulty"))),
      m_caField(nullptr), m_details(new Disclosure(tr("Sign-in, trust and the last rung"), makeDetails())),
      m_badge(new Badge), m_verdict(new TextLabel({}, FontRole::Heading)), m_todo(new TextLabel({})),
      m_list(new QListView), m_name(new TextLabel({}, FontRole::Heading)), m_detail(new TextLabel({}))
{
    m_server->setPlaceholderText(QStringLiteral("smtp.office365.com"));
    m_port->setMaximumWidth(88);
    m_to->setPlaceholderText(tr("Empty: stop before any address"));
    auto *fields = new QHBoxLayout;
    fields->setSpacing(gap::kMedium);
    fields->addWidget(m_serverField, 2, Qt::AlignTop);
    fields->addWidget(m_portField, 0, Qt::AlignTop);
    fields->addWidget(m_toField, 2, Qt::AlignTop);
    auto *top = new QHBoxLayout;
    top->addWidget(m_verdict, 1);
    top->addWidget(m_badge, 0, Qt::AlignTop);
    auto *card = new Card;
    card->body()->setSpacing(gap::kSmall);
    card->body()->addLayout(fields);
    card->body()->addWidget(m_details);
    card->body()->addLayout(top);
    card->body()->addWidget(m_todo);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Rungs of the ladder"));
    auto *rung = new Card;
    rung->body()->setSpacing(gap::kSmall);
    rung->body()->addWidget(m_name);
    rung->body()->addWidget(m_detail);
    rung->body()->addStretch();
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(inScrollArea(rung));
    splitter->setSizes({460, 460});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(card);
    layout->addWidget(splitter, 1);
    m_badge->hide();
    m_todo->hide();
    m_verdict->setText(tr("Climb the ladder: it ends where the way to the server ends, and says who is to blame."));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &LadderPanel::showRung);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &LadderPanel::showRung);
    connectSignIn();
    showRung();
}

LadderPanel::~LadderPanel() = default;

QWidget *LadderPanel::makeDetails()
{
    const QString authorities = tr("Trust these authorities too");
    m_user->setPlaceholderText(tr("Empty: no sign-in"));
    m_ehlo->setPlaceholderText(tr("The name of this computer"));
    m_caFile->setName(authorities);
    m_caField = new Field(authorities, m_caFile);
    auto *signIn = new QHBoxLayout;
    signIn->setSpacing(gap::kMedium);
    signIn->addWidget(new Field(tr("Sign in as"), m_user), 1, Qt::AlignTop);
    signIn->addWidget(m_password, 1, Qt::AlignTop);
    signIn->addWidget(new Field(tr("Stop after"), m_stopAfter), 1, Qt::AlignTop);
    auto *trust = new QHBoxLayout;
    trust->setSpacing(gap::kMedium);
    trust->addWidget(m_caField, 2, Qt::AlignTop);
    trust->addWidget(new Field(tr("Name in EHLO"), m_ehlo), 1, Qt::AlignTop);
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(signIn);
    layout->addLayout(trust);
    layout->addWidget(m_insecure);
    return content;
}

void LadderPanel::connectSignIn()
{
    connect(m_user, &QLineEdit::editingFinished, this,
            [this] { m_password->lookUp(m_services.vault, m_user->text().trimmed()); });
    const auto showVault = [this] {
        m_password->setVault(m_services.vault.state(),
                             tr("There is no keychain here, so the password is kept for this run only. %1")
                                 .arg(m_services.vault.problem()));
    };
    connect(&m_services.vault, &Vault::stateChanged, this, showVault);
    showVault();
}

void LadderPanel::take(const TestDraft &draft, const Secret &password)
{
    if (isRunning())
        return;
    m_draft = draft;
    m_draftPassword = password;
    m_server->setText(draft.server);
    m_port->setText(draft.port);
    m_user->setText(draft.user);
    m_ehlo->setText(draft.link.ehloName);
    m_caFile->setPath(draft.tlsDetails.caFile);
    m_insecure->setChecked(draft.tlsDetails.insecure);
    m_password->lookUp(m_services.vault, draft.user.trimmed());
}

bool LadderPanel::isAsTaken() const
{
    return m_draft.server == m_server->text() && m_draft.port == m_port->text();
}

bool LadderPanel::isPracticeRoom() const
{
    const PracticeRoom &room = m_services.practice;
    return room.isRunning() && m_server->text().trimmed() == room.address().host.toString()
           && m_port->text().trimmed() == QString::number(room.address().port);
}

Result<ProbeSettings> LadderPanel::settings()
{
    TestDraft draft = m_draft;
    draft.server = m_server->text();
    draft.port = m_port->text();
    const Problems problems = check(draft);
    m_serverField->setProblem(problemOf(problems, QStringLiteral("server")));
    m_portField->setProblem(problemOf(problems, QStringLiteral("port")));
    for (Field *field : {m_toField, m_caField})
        field->setProblem({});
    m_password->setProblem({});
    if (!m_serverField->problem().isEmpty() || !m_portField->problem().isEmpty())
        return failure(ErrorKind::InvalidInput, tr("Correct the marked field first."));
    ProbeSettings settings{.server = {*Host::parse(m_server->text().trimmed()),
                                      static_cast<std::uint16_t>(m_port->text().trimmed().toUInt())}};
    if (isAsTaken())
        settings.tls = m_draft.tls;
    const QString name = m_ehlo->text().trimmed();
    settings.ehloName = (name.isEmpty() ? QSysInfo::machineHostName() : name).toLatin1();
    settings.today = m_services.clock.today();
    settings.insecure = m_insecure->isChecked();
    settings.stopAfter = m_stopAfter->value();
    settings.credentials = signIn();
    if (const auto trusted = addTrust(settings); !trusted)
        return tl::unexpected(trusted.error());
    if (const auto added = addRecipient(settings); !added)
        return tl::unexpected(added.error());
    return settings;
}

Result<void> LadderPanel::addRecipient(ProbeSettings &settings)
{
    const QString to = m_to->text().trimmed();
    if (to.isEmpty())
        return {};
    const auto address = EmailAddress::parse(to);
    if (!address) {
        m_toField->setProblem(address.error().detail);
        return tl::unexpected(address.error());
    }
    settings.to = *address;
    const QString &sender = m_draft.envelopeFrom.trimmed().isEmpty() ? m_draft.from : m_draft.envelopeFrom;
    if (const auto from = EmailAddress::parse(sender.trimmed()); from && !m_draft.nullReversePath)
        settings.from = *from;
    return {};
}

Result<void> LadderPanel::addTrust(ProbeSettings &settings)
{
    if (isPracticeRoom())
        settings.caCertificatesPem = m_services.practice.authorityPem();
    else if (isAsTaken())
        settings.caCertificatesPem = m_draft.authorityPem;
    if (m_caFile->path().isEmpty())
        return {};
    const auto pem = readWholeFile(m_caFile->path());
    if (!pem) {
        m_caField->setProblem(pem.error().detail);
        m_caField->reveal();
        return tl::unexpected(pem.error());
    }
    settings.caCertificatesPem += '\n' + *pem;
    return {};
}

std::optional<Credentials> LadderPanel::signIn() const
{
    const QString user = m_user->text().trimmed();
    if (user.isEmpty())
        return std::nullopt;
    if (user != m_draft.user.trimmed())
        return Credentials{.user = user};
    return Credentials{.user = user,
                       .mechanism = m_draft.mechanism,
                       .authorizationId = m_draft.actAs.trimmed(),
                       .realm = m_draft.realm.trimmed()};
}

Secret LadderPanel::knownPassword(const QString &user) const
{
    if (const Secret typed = m_password->typed(); !typed.isEmpty())
        return typed;
    if (isAsTaken() && user == m_draft.user.trimmed() && !m_draftPassword.isEmpty())
        return m_draftPassword;
    return isPracticeRoom() ? m_services.practice.passwordFor(user) : Secret();
}

void LadderPanel::start()
{
    if (isRunning())
        return;
    auto wanted = settings();
    if (!wanted)
        return;
    m_typed = {};
    if (!wanted->credentials || wanted->credentials->mechanism == AuthMechanism::External)
        return climb(*wanted);
    const QString user = wanted->credentials->user;
    if (const Secret known = knownPassword(user); !known.isEmpty()) {
        m_typed = m_password->typed();
        wanted->credentials->secret = known;
        return climb(*wanted);
    }
    m_waitingForSecret = true;
    Q_EMIT runningChanged(true);
    const int round = ++m_round;
    m_services.vault.read(user, this, [this, round, user, settings = *wanted](const Result<Secret> &secret) mutable {
        if (!m_waitingForSecret || round != m_round)
            return; // it was cancelled
        m_waitingForSecret = false;
        if (secret) {
            settings.credentials->secret = *secret;
            return climb(settings);
        }
        m_details->setOpen(true);
        m_password->setProblem(
            tr("No password is kept for %1. Type it here, or leave the user empty to climb without a sign-in.")
                .arg(user));
        Q_EMIT runningChanged(false);
    });
}

void LadderPanel::climb(const ProbeSettings &settings)
{
    m_model->clear();
    m_badge->hide();
    m_todo->hide();
    m_verdict->setText(tr("Climbing the way to %1…").arg(settings.server.toString()));
    m_probe = new Probe(settings, nullptr, this);
    connect(m_probe, &Probe::rungDone, m_model, &LadderModel::set);
    connect(m_probe, &Probe::finished, this, &LadderPanel::onFinished);
    m_list->setFocus();
    Q_EMIT runningChanged(true);
    m_probe->start();
}

/// A password that signed in, unless it was one for practice or a token of the hour.
void LadderPanel::keepPassword(const ProbeReport &report)
{
    const Secret typed = std::exchange(m_typed, {});
    const auto credentials = signIn();
    const auto rung = std::ranges::find(report.rungs, QStringLiteral("sign-in"), &ProbeRung::id);
    const bool signedIn = rung != report.rungs.end() && rung->state == ProbeRung::State::Ok;
    if (typed.isEmpty() || !signedIn || !credentials || isPracticeRoom() || greetedByPracticeServer(report.transcript))
        return;
    if (credentials->mechanism == AuthMechanism::XOAuth2 || credentials->mechanism == AuthMechanism::OAuthBearer)
        return;
    m_services.vault.write(credentials->user, typed, m_password->keep(), this, [this](const Result<void> &written) {
        if (!written)
            return m_password->setProblem(tr("It was used but not kept. %1").arg(written.error().detail));
        m_password->clear();
        m_password->setKept(true);
    });
}

void LadderPanel::cancel()
{
    if (std::exchange(m_waitingForSecret, false))
        Q_EMIT runningChanged(false);
    if (m_probe)
        m_probe->cancel();
}

void LadderPanel::onFinished(const ProbeReport &report)
{
    if (m_probe)
        m_probe->deleteLater(); // we are inside its signal
    m_probe.clear();
    keepPassword(report);
    int worst = -1;
    for (std::size_t i = 0; i < report.rungs.size(); ++i) {
        m_model->set(report.rungs[i]);
        const auto state = report.rungs[i].state;
        if (worst < 0 && (state == ProbeRung::State::Failed || state == ProbeRung::State::Attention))
            worst = static_cast<int>(i);
    }
    const VerdictLook look = lookOf(report.state());
    m_badge->setContent(look.symbol, look.word, look.tone);
    m_badge->setVisible(!report.cancelled);
    m_verdict->setText(report.cancelled ? tr("You stopped the climb.") : blameSentence(report));
    m_todo->setText(report.judgement.sentence);
    m_todo->setVisible(!report.cancelled && !report.judgement.sentence.isEmpty());
    const auto climbed = std::ranges::find(report.rungs, ProbeRung::State::Ok, &ProbeRung::state);
    const int first = climbed == report.rungs.end() ? 0 : static_cast<int>(climbed - report.rungs.begin());
    m_list->setCurrentIndex(m_model->index(worst >= 0 ? worst : first));
    if (!report.cancelled)
        Q_EMIT climbEnded(report.server, toString(report.judgement.blame));
    Q_EMIT runningChanged(false);
}

void LadderPanel::showRung()
{
    const QModelIndex current = m_list->currentIndex();
    m_name->setText(current.data().toString());
    const QString detail = current.data(LadderModel::DetailRole).toString();
    m_detail->setText(!current.isValid() ? tr("Select a rung: what was seen there, and what it means.")
                      : detail.isEmpty() ? tr("This rung was not climbed.")
                                         : detail);
}

QString LadderPanel::verdict() const
{
    return m_verdict->text();
}

} // namespace relaywright
