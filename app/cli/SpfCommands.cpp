// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SpfCommands.h"

#include <CLI/CLI.hpp>

namespace relaywright::cli {

namespace {

using Run = std::optional<int> (*)(const SpfOptions &, Context &);

void addCheck(CLI::App &spf, const std::shared_ptr<SpfOptions> &options, Command &chosen)
{
    CLI::App *check =
        spf.add_subcommand("check", "What a receiver computes: pass fail softfail neutral none temperror permerror");
    auto *ip = check->add_option("--ip", options->ip, "The address that connects");
    auto *helo = check->add_option("--helo", options->helo, "The name it says in HELO or EHLO");
    auto *mailFrom =
        check->add_option("--mail-from", options->mailFrom, "The envelope sender; empty for the null reverse-path");
    check
        ->add_option("--batch", options->batch,
                     "A file with one request a line, IP HELO MAIL-FROM, <> for the null reverse-path; - for standard "
                     "input")
        ->excludes(ip)
        ->excludes(helo)
        ->excludes(mailFrom);
    check->callback([options, ip, helo, mailFrom, &chosen] {
        const bool single = ip->count() > 0 && helo->count() > 0 && mailFrom->count() > 0;
        if (options->batch.empty() && !single)
            throw CLI::RequiredError("spf check: --ip, --helo and --mail-from, or --batch");
        const Run run = options->batch.empty() ? runSpfCheck : runSpfBatch;
        chosen = [options, run](Context &context) { return run(*options, context); };
    });
}

void addCount(CLI::App &spf, const std::shared_ptr<SpfOptions> &options, Command &chosen)
{
    CLI::App *count = spf.add_subcommand("count", "What the record costs, as a tree, and what is wrong with it");
    count->add_option("DOMAIN", options->domain, "Such as contoso.com")->required();
    count->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runSpfCount(*options, context); }; });
}

void addMerge(CLI::App &spf, const std::shared_ptr<SpfOptions> &options, Command &chosen)
{
    CLI::App *merge = spf.add_subcommand("merge", "The record with new mechanisms, and why it is safe");
    auto *domain = merge->add_option("DOMAIN", options->domain, "Look its record up");
    merge->add_option("--record", options->record, "Or merge into this record")->excludes(domain);
    merge
        ->add_option("--add", options->add,
                     "Such as ip4:192.0.2.10; may be repeated. With --site it may be left out: then what the "
                     "plan needs is added")
        ->expected(1, -1);
    merge
        ->add_option("--end", options->end,
                     "keep: as it ends now; soft: ~all, for the watch period; hard: -all, after it")
        ->check(CLI::IsMember({"keep", "soft", "hard"}));
    merge->add_option("--site", options->site,
                      "Evaluate the new record as if published, for every sender of this site's plan");
    merge->callback([options, &chosen] {
        if (options->domain.empty() && options->record.empty() && options->site.empty())
            throw CLI::RequiredError("spf merge: DOMAIN, --record or --site");
        if (options->add.empty() && options->site.empty())
            throw CLI::RequiredError("spf merge: --add or --site");
        chosen = [options](Context &context) { return runSpfMerge(*options, context); };
    });
}

} // namespace

Result<std::shared_ptr<Resolver>> openResolver(const Context &context)
{
    auto resolver = Resolver::create({.nameservers = context.nameservers});
    if (!resolver)
        return tl::unexpected(resolver.error());
    return std::shared_ptr<Resolver>(std::move(*resolver));
}

void addSpfCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<SpfOptions>();
    CLI::App *spf = app.add_subcommand("spf", "Check, count and merge SPF records");
    spf->require_subcommand(1);
    spf->fallthrough();
    addCheck(*spf, options, chosen);
    addCount(*spf, options, chosen);
    addMerge(*spf, options, chosen);
}

} // namespace relaywright::cli
