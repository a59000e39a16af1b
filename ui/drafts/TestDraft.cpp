// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/TestDraft.h"

#include "core/base/Text.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct TestText {
    Q_DECLARE_TR_FUNCTIONS(TestDraft)
};

std::optional<std::uint16_t> parsePort(const QString &text)
{
    bool ok = false;
    const int port = text.trimmed().toInt(&ok);
    return ok && port > 0 && port <= 65535 ? std::optional(static_cast<std::uint16_t>(port)) : std::nullopt;
}

void checkServer(Problems &problems, const QString &text)
{
    if (text.trimmed().isEmpty()) {
        problems.push_back(
            {QStringLiteral("server"), TestText::tr("Type the server’s name or address, such as smtp.office365.com.")});
    } else if (const auto host = Host::parse(text.trimmed()); !host) {
        problems.push_back({QStringLiteral("server"), host.error().detail});
    }
}

void checkRecipients(Problems &problems, const QString &text)
{
    const QStringList recipients = splitList(text);
    if (recipients.isEmpty())
        problems.push_back({QStringLiteral("to"), TestText::tr("Type at least one recipient’s address.")});
    for (const QString &recipient : recipients) {
        if (const auto address = EmailAddress::parse(recipient); !address) {
            problems.push_back({QStringLiteral("to"), address.error().detail});
            return;
        }
    }
}

} // namespace

Problems check(const TestDraft &draft)
{
    Problems problems;
    checkServer(problems, draft.server);
    if (!parsePort(draft.port))
        problems.push_back({QStringLiteral("port"), TestText::tr("Type a port from 1 to 65535; submission uses 587.")});
    if (draft.from.trimmed().isEmpty())
        problems.push_back({QStringLiteral("from"), TestText::tr("Type the address that the device sends as.")});
    else if (const auto from = EmailAddress::parse(draft.from.trimmed()); !from)
        problems.push_back({QStringLiteral("from"), from.error().detail});
    checkRecipients(problems, draft.to);
    return problems;
}

Result<ConnectionSettings> toConnection(const TestDraft &draft, const Secret &password, const QString &ehloName)
{
    const Problems problems = check(draft);
    if (!problems.empty())
        return failure(ErrorKind::InvalidInput, problems.front().sentence);
    ConnectionSettings settings{.server = {*Host::parse(draft.server.trimmed()), *parsePort(draft.port)},
                                .smtp = {},
                                .tls = {.caCertificatesPem = draft.authorityPem}};
    settings.smtp.ehloName = ehloName.toLatin1();
    settings.smtp.tls = draft.tls;
    if (!draft.user.trimmed().isEmpty())
        settings.smtp.credentials = Credentials{draft.user.trimmed(), password};
    return settings;
}

Result<MessageDraft> toMessage(const TestDraft &draft)
{
    const auto from = EmailAddress::parse(draft.from.trimmed());
    if (!from)
        return tl::unexpected(from.error());
    MessageDraft message{.from = *from, .fromName = {}, .to = {}, .subject = draft.subject, .text = draft.text};
    for (const QString &recipient : splitList(draft.to)) {
        const auto address = EmailAddress::parse(recipient);
        if (!address)
            return tl::unexpected(address.error());
        message.to.push_back(*address);
    }
    return message;
}

TestDraft fillIn(TestDraft draft, const Site &site, const Sender &sender, const Option &option)
{
    draft.server = option.settings.host;
    if (draft.server.isEmpty() && site.organisation.mxHost && option.method != Method::LocalRelay)
        draft.server = site.organisation.mxHost->toString();
    if (option.settings.port != 0)
        draft.port = QString::number(option.settings.port);
    draft.tls = parseTlsPolicy(option.settings.tls).value_or(TlsPolicy::Opportunistic);
    draft.user = option.settings.authentication == Authentication::Basic ? option.settings.user : QString();
    if (draft.user.isEmpty() && option.settings.authentication == Authentication::Basic && sender.signInAs)
        draft.user = sender.signInAs->toString();
    if (sender.from)
        draft.from = sender.from->toString();
    draft.authorityPem.clear();
    draft.method = option.method;
    return draft;
}

} // namespace relaywright
