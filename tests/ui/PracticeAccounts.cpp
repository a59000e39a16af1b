// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/PracticeAccounts.h"

namespace relaywright::test {

Result<void> startPracticeServices(Bench &bench, const PracticeWebFaults &faults)
{
    PracticeChoice choice = bench.practice.choice();
    choice.method = PracticeMethod::ClientSubmission;
    choice.signIn = true;
    choice.graph = true;
    choice.webFaults = faults;
    if (const auto started = bench.practice.start(choice); !started)
        return started;
    bench.keychain.write(QStringLiteral("practice"), *bench.practice.web()->madeUpSecret(), &bench.practice,
                         [](const Result<void> &) {});
    return {};
}

BookedAccount practiceAccount(Bench &bench, TokenUse use)
{
    const PracticeWeb &web = *bench.practice.web();
    return {.name = use == TokenUse::Graph ? QStringLiteral("by graph") : bench.practice.sender(),
            .account = {.tenant = *EntraTenant::parse(web.directory().tenantId),
                        .application = *ApplicationId::parse(web.directory().applications.front().id),
                        .proof = KeptClientSecret{SecretRef::keychain(QStringLiteral("practice"))},
                        .use = use,
                        .service = web.signIn().baseUrl(),
                        .caFile = *bench.practice.authorityFile()}};
}

Result<void> keepAccounts(Bench &bench, const AccountBook &accounts)
{
    const auto kept = changeAccountBook(bench.folder.filePath(QStringLiteral("accounts.json")),
                                        [&](AccountBook &book) { book = accounts; });
    bench.accounts.look();
    return kept;
}

} // namespace relaywright::test
