// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/OrganisationalDomain.h"

#include "core/base/Domain.h"

#include <libpsl.h>

namespace relaywright {

QString organisationalDomain(const QString &domain)
{
    const auto name = parseDnsName(domain);
    if (!name)
        return domain;
    const QByteArray octets = name->toLatin1();
    // A part of `octets`, not a string of its own; nothing for a public suffix.
    const char *const registered = psl_registrable_domain(psl_builtin(), octets.constData());
    return registered ? QString::fromLatin1(registered) : *name;
}

bool isPublicSuffix(const QString &domain)
{
    const auto name = parseDnsName(domain);
    return name && psl_is_public_suffix(psl_builtin(), name->toLatin1().constData()) != 0;
}

} // namespace relaywright
