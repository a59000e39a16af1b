// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Site.h"
#include "ui/drafts/Problems.h"

namespace relaywright {

// What a person typed, as it was typed. Nothing here needs a window: a form edits a draft, `check` says what is wrong
// with it, and `applyTo` makes the site's value of what is right. An empty answer is "I don't know". The problems carry the
// names of the draft's members, which are those of the site.

struct OrganisationDraft {
    QString name;
    QString acceptedDomains;     ///< separated by commas, spaces or line ends
    std::optional<Cloud> cloud = Cloud::Worldwide;
    QString tenant;
    QString applicationDomain;
    QString internalDomain;
    QString mxHost;
    QString existingSpf;
    YesNo securityDefaults = YesNo::Unknown;
    YesNo smtpAuthDisabled = YesNo::Unknown;
    YesNo rejectDirectSend = YesNo::Unknown;
    YesNo onPremisesExchange = YesNo::Unknown;
    YesNo hybrid = YesNo::Unknown;
    QString exchangeServer;
    YesNo hveBilling = YesNo::Unknown;
    YesNo azureSubscription = YesNo::Unknown;
    QString mailLicences;        ///< digits
    bool operator==(const OrganisationDraft &) const = default;
};

struct NetworkDraft {
    QString egress;              ///< addresses or blocks, separated as above
    QString lan;
    YesNo staticEgress = YesNo::Unknown;
    YesNo sharedEgress = YesNo::Unknown;
    YesNo port25Open = YesNo::Unknown;
    YesNo port587Open = YesNo::Unknown;
    YesNo port443Open = YesNo::Unknown;
    QString relayHost;
    bool operator==(const NetworkDraft &) const = default;
};

struct SenderDraft {
    QString id;                  ///< empty until it has one
    QString name;
    SenderKind kind = SenderKind::Scanner;
    QString vendor;
    QString network;             ///< id; empty: the site's first
    Hosting hosting = Hosting::OwnLan;
    QString from;
    QString envelopeFrom;
    QString alsoFrom;            ///< separated as above
    QString signInAs;
    QString repliesTo;
    QString lanAddress;
    QString onlyPort;            ///< digits
    Reach reach = Reach::Unknown;
    TlsAbility tls = TlsAbility::Unknown;
    YesNo startTls = YesNo::Unknown;
    SignInAbility signIn = SignInAbility::Unknown;
    QString messagesPerMinute;   ///< digits
    QString recipientsPerDay;
    QString recipientsPerMessage;
    QString largestMessage;      ///< `25 MB`; a bare number is megabytes
    SenderHabits habits{};
    bool operator==(const SenderDraft &) const = default;
};

[[nodiscard]] OrganisationDraft draftOf(const Organisation &organisation);
[[nodiscard]] NetworkDraft draftOf(const Network &network);
[[nodiscard]] SenderDraft draftOf(const Sender &sender);

[[nodiscard]] Problems check(const OrganisationDraft &draft);
[[nodiscard]] Problems check(const NetworkDraft &draft);
[[nodiscard]] Problems check(const SenderDraft &draft);

/// `base` with the draft's answers; an answer that cannot be taken leaves what `base` has.
[[nodiscard]] Organisation applyTo(Organisation base, const OrganisationDraft &draft);
[[nodiscard]] Network applyTo(Network base, const NetworkDraft &draft);
[[nodiscard]] Sender applyTo(Sender base, const SenderDraft &draft);

} // namespace relaywright
