// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/FactForm.h"

#include <QJsonObject>

#include <functional>
#include <vector>

class QCheckBox;

namespace relaywright {

class FileEntry;
class Vault;

/// Questions about the members of one object of the relay's file (RelaySettings.h). An answer that cannot be one stands in
/// the object as it was typed; an empty one is no member, so that the relay's own value holds.
class MemberForm : public FactForm {
    Q_OBJECT
public:
    explicit MemberForm(QWidget *parent = nullptr);
    void load(const QJsonObject &members);
    /// `members` with the answers; what is not asked here stays.
    [[nodiscard]] QJsonObject saved(QJsonObject members) const;
    /// Shows the sentence at its question, and none at the others. An empty name: none at all.
    void showProblem(const QString &name, const QString &sentence);

protected:
    /// A word of the file and what people read for it; the first holds where the file says nothing.
    using WordChoices = std::vector<std::pair<QString, QString>>;

    QLineEdit *askLine(QVBoxLayout *layout, const char *name, const QString &question, const QString &example,
                       const QString &why = {});
    QLineEdit *askList(QVBoxLayout *layout, const char *name, const QString &question, const QString &example,
                       const QString &why = {});
    /// `usual` is what holds without an answer.
    QLineEdit *askNumber(QVBoxLayout *layout, const char *name, const QString &question, qint64 usual,
                         const QString &why = {});
    /// Octets in the file, MiB in the window.
    QLineEdit *askMebibytes(QVBoxLayout *layout, const char *name, const QString &question, qint64 usual,
                            const QString &why = {});
    QCheckBox *askTick(QVBoxLayout *layout, const char *name, const QString &question, const QString &text, bool usual,
                       const QString &why = {});
    QComboBox *askWord(QVBoxLayout *layout, const char *name, const QString &question, const WordChoices &choices,
                       const QString &why = {});
    FileEntry *askFile(QVBoxLayout *layout, const char *name, const QString &question, const QString &filter,
                       const QString &why = {});
    /// The certificate that stands in the files `certificateFile` and `keyFile`, or `pkcs12File` with `pkcs12Password`, which
    /// goes to the keychain as `keptAs` and the file's name. Answers the questions; `vault` outlives the form.
    std::vector<QWidget *> askCertificate(QVBoxLayout *layout, Vault &vault, const QString &question,
                                          const QString &why, const QString &keptAs);
    /// Two short answers beside each other: the layouts in which they are asked.
    static std::pair<QVBoxLayout *, QVBoxLayout *> addPair(QVBoxLayout *layout);
    /// Any other question: how its answer is shown and taken.
    void bind(std::function<void(const QJsonObject &)> load, std::function<void(QJsonObject &)> save);
    [[nodiscard]] static QString textOf(const QJsonValue &value);
    /// An empty text is no member.
    static void put(QJsonObject &members, const QString &name, const QString &text);

private:
    struct Binding {
        std::function<void(const QJsonObject &)> load;
        std::function<void(QJsonObject &)> save;
    };
    std::vector<Binding> m_bindings;
    QStringList m_mebibytes; ///< members that are octets in the file
};

} // namespace relaywright
