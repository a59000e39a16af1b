// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QDate>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace relaywright {

/// How sure we are: documented by the maker (Microsoft, or who makes the device), third-party evidence, sources
/// conflict, general knowledge whose page was not re-read, our inference, or not verified. Shown to the user as it is.
enum class Confidence { Documented, ThirdParty, Conflicting, GeneralKnowledge, Inferred, Unverified };
[[nodiscard]] QString toString(Confidence confidence);

struct Source {
    QString title;
    QString url; ///< may be empty: not in public
    bool operator==(const Source &) const = default;
};

/// One thing that Microsoft may change tomorrow.
struct Fact {
    QString id;        ///< `client-submission.host.worldwide`, `smtp-auth.basic.off-by-default`
    QString statement; ///< one English sentence for people
    QJsonValue value;  ///< number, text, date (ISO text) or list
    QString unit;      ///< `messages/minute`, `octets`, `date`, `host`; empty for none
    Source source;
    QDate asOf;
    Confidence confidence = Confidence::Documented;
    QString file; ///< of the user's folder, where it was overridden there; empty: built in
    bool operator==(const Fact &) const = default;
};

/// One thing that may have led to a refusal. Conditions are words that core/diagnosis knows (`errorConditions`); any one
/// of a list that holds is enough.
struct ErrorCause {
    QString text;         ///< whole sentence
    QStringList likelier; ///< conditions that make it likelier than the order of the catalogue says
    QStringList ruledOut; ///< conditions under which it cannot be
    QStringList proven;   ///< conditions under which nothing else need be looked for
    QString check;        ///< cmdlet or test that tells it from the others; may be empty
    QString remedy;       ///< whole sentence; may be empty where the entry's own remedies say it
    QString artifactKind; ///< artifact that mends it (`smtp-auth-script`); may be empty
    bool operator==(const ErrorCause &) const = default;
};

/// The words that conditions of causes may use; core/diagnosis knows what each means.
[[nodiscard]] const QStringList &errorConditions();

/// Which reply, or which end of a conversation without a reply, means what: an entry of the error catalogue. Its texts may
/// hold {server}, {user}, {sender}, {recipient} and {where}, which core/diagnosis fills.
struct ErrorEntry {
    QString id;             ///< `send-as-denied`
    std::vector<int> codes; ///< basic codes, any of them; empty: any
    QStringList enhanced;   ///< `5.7.60`, or a range `5.7.606-649`; empty: any
    QString phrase;         ///< regular expression on the text, without case; empty: any
    QStringList stages;     ///< stage words; empty: any. `token` or `http` alone: answers of a web service, not SMTP
    QStringList methods;    ///< method words; empty: any
    QStringList outcomes;   ///< words of smtp's Outcome (`timed-out`): it explains an end that no reply explains
    std::vector<int> ports; ///< of the server; empty: any
    QString title;          ///< one sentence: what happened
    std::vector<ErrorCause> causes; ///< likeliest first, at least one
    QStringList remedies;     ///< what to do whatever the cause, in order; may be empty where each cause has its own
    QString check;            ///< cmdlet or test that separates the causes; may be empty
    QString artifactKind;     ///< artifact that mends it (`smtp-auth-script`), may be empty
    bool retry = false;       ///< the same message may succeed later by itself
    bool permissions = false; ///< a permission decides: a change of one may take up to two hours to act
    bool onlySignInLogDecides = false; ///< the reply does not tell its causes apart; only Entra's sign-in log does
    QString testAgainFrom; ///< stage word from which trying again makes sense; empty: the stage of the refusal
    Source source;
    Confidence confidence = Confidence::Documented;
    bool operator==(const ErrorEntry &) const = default;
    /// It explains answers of a token endpoint or of Microsoft Graph.
    [[nodiscard]] bool isOfWebService() const;
    /// It has a phrase, and `text` holds it. Phrases are compiled once.
    [[nodiscard]] bool phraseFits(const QString &text) const;
    /// Every kind of artifact that it or one of its causes names.
    [[nodiscard]] QStringList artifactKinds() const;
};

/// What one maker's menus call the settings of a sheet. All texts are for people, shown as they are.
struct VendorWords {
    QString id;                            ///< `hp`; `generic` is the one for everybody else
    QString name;                          ///< "HP"
    QStringList aliases;                   ///< lower-case words by which a sender's vendor is recognised: `laserjet`
    QString menu;                          ///< where the settings are: "Setup > E-mail > SMTP"
    std::map<QString, QString> labels;     ///< by server port encryption signIn user password from
    std::map<QString, QString> encryption; ///< what to choose, by TlsPolicy word: none opportunistic starttls implicit
    std::map<QString, QString> signIn;     ///< what to choose, by none basic oauth
    QString test;                          ///< how this product sends a test message, a whole sentence
    QStringList traps;                     ///< what goes wrong with it, whole sentences
    Source source;
    QDate asOf;
    Confidence confidence = Confidence::GeneralKnowledge; ///< of the wording; models and firmware differ all the same
    bool operator==(const VendorWords &) const = default;
};

/// Everything of resources/knowledge/*.json, checked. Value type; loading is the caller's (`loadKnowledge`).
class Knowledge {
public:
    /// `documents` are the texts of the JSON files by name. Later ones (by name) override earlier ones by id; an id may
    /// stand only once in a document. Error: InvalidInput naming the file and JSON path; Unsupported for a newer schema.
    [[nodiscard]] static Result<Knowledge> parse(const std::map<QString, QByteArray> &documents);
    /// The one compiled into the program (Qt resource `:/knowledge/`); it parses, a test sees to it.
    [[nodiscard]] static const Knowledge &builtIn();
    /// The built-in knowledge with what the user's documents say otherwise, by id, and more. A fact keeps the kind of value
    /// that it has built in, because the rules count on it. Error: as `parse`, and InvalidInput for another kind of value.
    [[nodiscard]] static Result<Knowledge> overridden(const std::map<QString, QByteArray> &documents);
    /// The same from the `*.json` of a folder (the programs use `relaywright/knowledge` among the user's data); the built-in
    /// knowledge when there is no such folder. Error: also NotFound for a file that cannot be read.
    [[nodiscard]] static Result<Knowledge> withFolder(const QString &folder);

    [[nodiscard]] const Fact *find(const QString &id) const;
    /// Of facts that must exist: asserts in debug, empty fact in release. The rules' ids are tested.
    /// `number`, `text`, `texts` and `date` are its value; 0, empty or invalid when it has another type.
    [[nodiscard]] const Fact &fact(const QString &id) const;
    [[nodiscard]] qint64 number(const QString &id) const;
    [[nodiscard]] QString text(const QString &id) const;
    [[nodiscard]] QStringList texts(const QString &id) const;
    [[nodiscard]] QDate date(const QString &id) const;
    [[nodiscard]] const std::map<QString, Fact> &facts() const { return m_facts; }
    [[nodiscard]] const std::vector<ErrorEntry> &errors() const { return m_errors; }
    [[nodiscard]] const std::vector<VendorWords> &vendors() const { return m_vendors; }
    /// The words of the maker that `text` names ("HP LaserJet M428"): the entry with the longest alias that stands in
    /// it as whole words; the entry `generic` when there is none.
    [[nodiscard]] const VendorWords &vendorWords(const QString &text) const;
    /// The newest as-of date: the window shows "facts of 2026-11".
    [[nodiscard]] QDate asOf() const;

private:
    /// What `other` has is added, or takes the place of what has the same id.
    void take(Knowledge other);

    std::map<QString, Fact> m_facts;
    std::vector<ErrorEntry> m_errors;
    std::vector<VendorWords> m_vendors;
};

} // namespace relaywright
