// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Endpoint.h"
#include "core/base/Result.h"
#include "core/knowledge/Knowledge.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace relaywright::cli {

/// Exit codes of the command line contract; scripts depend on them.
enum ExitCode {
    Done = 0,         ///< yes, done
    AnswerIsNo = 1,   ///< check failed, message refused
    WrongUsage = 2,   ///< options or arguments
    InvalidInput = 3, ///< a file or value
    Environment = 4,  ///< network, keychain, disk
};

/// What every command has: where to say things, the common options, and how to end.
class Context : public QObject {
    Q_OBJECT
public:
    bool json = false;
    std::vector<Endpoint> nameservers;
    SystemClock clock;
    Knowledge knowledge = Knowledge::builtIn(); ///< with the user's own files, once the options are read

    /// A line for people on standard output; nothing with `--json`.
    void say(const QString &line = QString()) const;
    /// A problem on standard error, in both forms of output.
    void complain(const QString &line) const;
    /// The one JSON document on standard output; nothing without `--json`.
    void print(const QJsonObject &document) const;
    /// An event of a command that goes on, in one line, behind the first document; nothing without `--json`.
    /// Ends the event loop with this code; only the first call counts.
    void finish(int exitCode);
    /// Complains, and tells the code that the contract has for this kind of error.
    [[nodiscard]] int fail(const Error &error) const;
    [[nodiscard]] std::optional<int> finishedWith() const { return m_exitCode; }

private:
    std::optional<int> m_exitCode;
};

/// A chosen command: its exit code at once, or nothing and `Context::finish` later, from the event loop.
using Command = std::function<std::optional<int>(Context &)>;

// Each adds its words to `app` and puts itself into `chosen` when the user asks for it.
void addPlanCommands(CLI::App &app, Command &chosen);       // plan, artifacts, knowledge
void addImportCommand(CLI::App &app, Command &chosen);      // import
void addSpfCommands(CLI::App &app, Command &chosen);        // spf check | count | merge
void addDnsCommand(CLI::App &app, Command &chosen);         // dns
void addPropagationCommand(CLI::App &app, Command &chosen); // propagation
void addSendCommand(CLI::App &app, Command &chosen);        // send
void addAddressesCommand(CLI::App &app, Command &chosen);   // addresses
void addRecordCommands(CLI::App &app, Command &chosen);     // compare, transcript
void addProbeCommand(CLI::App &app, Command &chosen);       // probe
void addDiagnoseCommand(CLI::App &app, Command &chosen);    // diagnose
void addLintCommand(CLI::App &app, Command &chosen);        // lint
void addTokenCommand(CLI::App &app, Command &chosen);       // token
void addOAuthCommands(CLI::App &app, Command &chosen);      // oauth login | status | logout
void addSetUpCommand(CLI::App &oauth, Command &chosen);     // oauth setup
void addProveCommand(CLI::App &oauth, Command &chosen);     // oauth prove
void addDkimCommands(CLI::App &app, Command &chosen);       // dkim keygen | sign
void addCredentialCommands(CLI::App &app, Command &chosen); // credentials set | list | delete
void addRelayCommands(CLI::App &app, Command &chosen);      // relay run | check | status | queue | ...
/// relay selftest; `control` is the name that --control gives.
void addSelfTestCommand(CLI::App &relay, const std::shared_ptr<const std::string> &control, Command &chosen);
void addRehearseCommand(CLI::App &app, Command &chosen); // rehearse

/// A whole file. Error: InvalidInput when it does not exist or cannot be read, naming it; files over `maxOctets` too.
[[nodiscard]] Result<QByteArray> readFile(const QString &path, qint64 maxOctets = 512ll << 20);
/// Writes through a temporary file, so that a full disk leaves the old one. Error: Storage.
[[nodiscard]] Result<void> writeFile(const QString &path, const QByteArray &content);

} // namespace relaywright::cli
