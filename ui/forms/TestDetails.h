// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/TestDraft.h"
#include "ui/widgets/Field.h"

#include <QWidget>

#include <map>

class QCheckBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;
class QVBoxLayout;

namespace relaywright {

class Disclosure;
class FileEntry;

/// The rest of a test, for those who know what they are after: groups that are closed at first. A group says in its
/// heading how much of it differs from a plain test, so that nothing acts unseen.
class TestDetails : public QWidget {
    Q_OBJECT
public:
    explicit TestDetails(QWidget *parent = nullptr);
    /// Takes its own fields from `draft`, and puts them into one.
    void load(const TestDraft &draft);
    void store(TestDraft &draft) const;
    [[nodiscard]] const std::vector<std::pair<QString, Field *>> &fields() const { return m_fields; }
    [[nodiscard]] Secret proxyPassword() const;
    [[nodiscard]] Secret keyPassphrase() const;
    void openAll();
    /// Through Microsoft Graph there is no conversation of SMTP to shape.
    void setGraph(bool graph);

Q_SIGNALS:
    void edited();

private:
    enum class Of { Smtp, Both };
    QVBoxLayout *addGroup(const QString &title, Of of = Of::Smtp);
    QLineEdit *addEdit(QVBoxLayout *group, const QString &label, const QString &field, const QString &placeholder = {},
                       const QString &why = {});
    QCheckBox *addCheck(QVBoxLayout *group, const QString &text);
    FileEntry *addFile(QVBoxLayout *group, const QString &label, const QString &field, const QString &title,
                       const QString &filter, const QString &why = {});
    template <class E>
    EnumBox<E> *addChoice(QVBoxLayout *group, const QString &label, const Choices<E> &choices, const QString &why = {});
    void addSender();
    void addSignIn();
    void addTls();
    void addConnection();
    void addTimes();
    void addProtocol();
    void addReports();
    void addMessage();
    void onEdited();
    void countChanges();

    QVBoxLayout *m_layout;
    std::vector<std::pair<QString, Field *>> m_fields;
    std::vector<class QLabel *> m_counts;
    std::vector<Disclosure *> m_groups;
    std::vector<QWidget *> m_smtp; ///< what of it is of SMTP only
    QLineEdit *m_fromName = nullptr;
    QLineEdit *m_senderField = nullptr;
    QLineEdit *m_replyTo = nullptr;
    QCheckBox *m_null = nullptr;
    EnumBox<AuthMechanism> *m_mechanism = nullptr;
    QLineEdit *m_actAs = nullptr;
    QLineEdit *m_realm = nullptr;
    QCheckBox *m_withoutTls = nullptr;
    EnumBox<std::optional<TlsVersion>> *m_minimum = nullptr;
    EnumBox<std::optional<TlsVersion>> *m_maximum = nullptr;
    QLineEdit *m_ciphers = nullptr;
    QLineEdit *m_serverName = nullptr;
    QLineEdit *m_expectedName = nullptr;
    FileEntry *m_caFile = nullptr;
    FileEntry *m_certificate = nullptr;
    FileEntry *m_key = nullptr;
    QLineEdit *m_passphrase = nullptr;
    QCheckBox *m_insecure = nullptr;
    QLineEdit *m_ehlo = nullptr;
    QCheckBox *m_heloOnly = nullptr;
    EnumBox<IpFamily> *m_family = nullptr;
    QLineEdit *m_source = nullptr;
    EnumBox<std::optional<ProxySettings::Kind>> *m_proxyKind = nullptr;
    QLineEdit *m_proxy = nullptr;
    QLineEdit *m_proxyUser = nullptr;
    QLineEdit *m_proxyPassword = nullptr;
    QLineEdit *m_connectSeconds = nullptr;
    QLineEdit *m_answerSeconds = nullptr;
    std::map<Stage, QSpinBox *> m_stageSeconds; ///< 0: no limit of its own
    EnumBox<Stage> *m_stopAfter = nullptr;
    QCheckBox *m_pipelining = nullptr;
    QCheckBox *m_chunking = nullptr;
    QCheckBox *m_size = nullptr;
    QLineEdit *m_claimedSize = nullptr;
    QCheckBox *m_utf8 = nullptr;
    QCheckBox *m_notifySuccess = nullptr;
    QCheckBox *m_notifyFailure = nullptr;
    QCheckBox *m_notifyDelay = nullptr;
    QCheckBox *m_notifyNever = nullptr;
    EnumBox<DsnRequest::Return> *m_dsnReturn = nullptr;
    QLineEdit *m_dsnEnvelopeId = nullptr;
    QPlainTextEdit *m_html = nullptr;
    QPlainTextEdit *m_headers = nullptr;
    EnumBox<QByteArray> *m_charset = nullptr;
    QLineEdit *m_fill = nullptr;
    FileEntry *m_eml = nullptr;
    QCheckBox *m_noDate = nullptr;
    QCheckBox *m_noMessageId = nullptr;
    QCheckBox *m_bareLf = nullptr;
    QCheckBox *m_addressInName = nullptr;
};

} // namespace relaywright
