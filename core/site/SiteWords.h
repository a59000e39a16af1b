// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Site.h"

#include <array>
#include <utility>

namespace relaywright {

/// One table per enumeration: the contract's word and its value, read in both directions.
template <class E, std::size_t N>
using WordTable = std::array<std::pair<const char *, E>, N>;

inline constexpr WordTable<YesNo, 3> kYesNoWords{{
    {"yes", YesNo::Yes}, {"no", YesNo::No}, {"unknown", YesNo::Unknown},
}};

inline constexpr WordTable<Cloud, 4> kCloudWords{{
    {"worldwide", Cloud::Worldwide}, {"gcc-high", Cloud::GccHigh}, {"dod", Cloud::Dod}, {"china", Cloud::China},
}};

inline constexpr WordTable<SenderKind, 13> kSenderKindWords{{
    {"printer", SenderKind::Printer}, {"scanner", SenderKind::Scanner}, {"nas", SenderKind::Nas},
    {"ups", SenderKind::Ups}, {"fax", SenderKind::Fax}, {"erp", SenderKind::Erp},
    {"database", SenderKind::Database}, {"backup", SenderKind::Backup}, {"monitoring", SenderKind::Monitoring},
    {"web-app", SenderKind::WebApp}, {"saas", SenderKind::Saas}, {"script", SenderKind::Script},
    {"other", SenderKind::Other},
}};

inline constexpr WordTable<TlsAbility, 7> kTlsWords{{
    {"unknown", TlsAbility::Unknown}, {"none", TlsAbility::None}, {"ssl3", TlsAbility::Ssl3},
    {"tls1.0", TlsAbility::Tls10}, {"tls1.1", TlsAbility::Tls11}, {"tls1.2", TlsAbility::Tls12},
    {"tls1.3", TlsAbility::Tls13},
}};

inline constexpr WordTable<SignInAbility, 6> kSignInWords{{
    {"unknown", SignInAbility::Unknown}, {"none", SignInAbility::None}, {"basic", SignInAbility::Basic},
    {"ntlm", SignInAbility::Ntlm}, {"oauth", SignInAbility::OAuth},
    {"client-certificate", SignInAbility::ClientCertificate},
}};

inline constexpr WordTable<Reach, 4> kReachWords{{
    {"unknown", Reach::Unknown}, {"internal", Reach::Internal}, {"external", Reach::External}, {"both", Reach::Both},
}};

inline constexpr WordTable<Hosting, 4> kHostingWords{{
    {"unknown", Hosting::Unknown}, {"own-lan", Hosting::OwnLan}, {"third-party", Hosting::ThirdParty},
    {"azure", Hosting::Azure},
}};

inline constexpr std::array<std::pair<const char *, bool SenderHabits::*>, 5> kHabitWords{{
    {"helo-only", &SenderHabits::heloOnly}, {"bare-lf", &SenderHabits::bareLineFeeds},
    {"no-date", &SenderHabits::noDate}, {"no-message-id", &SenderHabits::noMessageId},
    {"address-in-name", &SenderHabits::addressInName},
}};

/// Those that `habits` has, in the table's order.
[[nodiscard]] QStringList habitWords(const SenderHabits &habits);
/// Sets the habit that `word` names; false when it names none.
[[nodiscard]] bool setHabit(SenderHabits &habits, const QString &word);

} // namespace relaywright
