// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/knowledge/Knowledge.h"
#include "core/rehearsal/PracticeGraphService.h"
#include "core/rehearsal/PracticeSignInService.h"
#include "core/rehearsal/PracticeTenant.h"

#include <QJsonObject>
#include <QStringList>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace relaywright::cli {

/// The options of `rehearse` about access tokens, as they were typed.
struct RehearseWebOptions {
  std::string signIn;
  std::string graph;
  std::string secretFrom;
  std::vector<std::string> faults;
  bool isPlain = false;
};

void addRehearseWebOptions(CLI::App &rehearse, RehearseWebOptions &options);

/// What they ask for.
struct RehearseWebWish {
  std::optional<Endpoint> signIn{}; ///< nothing: no tokens are practised
  std::optional<Endpoint> graph{};
  std::optional<SecretRef> secretFrom{}; ///< of the practice application;
                                         ///< nothing: one is made up and shown
  PracticeWebFaults faults{};
  bool isPlain = false; ///< http
};

/// Error: InvalidInput, saying which option is wrong and how it is written.
[[nodiscard]] Result<RehearseWebWish>
readRehearseWebOptions(const RehearseWebOptions &options);

/// A practice sign-in service for the mailboxes of a practice tenant, with one
/// application, and perhaps a practice Graph.
class RehearseWeb {
public:
  /// `identity` signs for them; `clock` and `knowledge` outlive it. Mailboxes
  /// are the accounts whose names are addresses.
  RehearseWeb(const RehearseWebWish &wish, const PracticeTenant &tenant,
              std::shared_ptr<PracticeIdentity> identity,
              const std::optional<Secret> &applicationSecret,
              const Clock &clock, const Knowledge &knowledge);
  /// Error: Unreachable when an address cannot be bound, TlsFailed,
  /// Unsupported.
  [[nodiscard]] Result<void> start();
  void stop();
  [[nodiscard]] PracticeSignInService &signIn() { return *m_signIn; }
  [[nodiscard]] PracticeGraphService *graph() {
    return m_graph.get();
  } ///< nullptr where none was asked for
  /// What a person needs to know, once it is started.
  [[nodiscard]] QStringList lines() const;
  [[nodiscard]] QJsonObject json() const;

private:
  [[nodiscard]] QString shownSecret() const;
  std::unique_ptr<PracticeSignInService> m_signIn;
  std::unique_ptr<PracticeGraphService> m_graph;
  QStringList m_faults;
  bool m_isSecretMadeUp;
};

} // namespace relaywright::cli
