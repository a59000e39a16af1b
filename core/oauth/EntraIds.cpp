// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/EntraIds.h"

#include "core/base/Domain.h"
#include "core/base/Text.h"

#include <QUuid>

namespace relaywright {

namespace {

const QLatin1String kAnyOrganisation("organizations");

/// `01234567-89ab-cdef-0123-456789abcdef` of a GUID in any of the forms that portals show; empty when it is none.
QString guidOf(const QString &text)
{
    const QUuid guid = QUuid::fromString(text.trimmed());
    return guid.isNull() ? QString() : guid.toString(QUuid::WithoutBraces);
}

} // namespace

Result<EntraTenant> EntraTenant::parse(const QString &text)
{
    if (const QString guid = guidOf(text); !guid.isEmpty())
        return EntraTenant(guid);
    const QString word = text.trimmed().toLower();
    if (word == kAnyOrganisation)
        return EntraTenant(word);
    if (word == QLatin1String("common") || word == QLatin1String("consumers"))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" lets in personal accounts, which cannot send for an organisation. Use the "
                           "directory (tenant) id, or \"organizations\".")
                .arg(word));
    if (const auto domain = Domain::parse(word))
        return EntraTenant(domain->toAscii());
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("\"%1\" is no tenant. Copy the directory (tenant) id from the overview page of the "
                                  "Entra admin centre, or use a domain of the organisation.")
                       .arg(quotable(text)));
}

bool EntraTenant::isOne() const
{
    return m_text != kAnyOrganisation;
}

Result<ApplicationId> ApplicationId::parse(const QString &text)
{
    if (const QString guid = guidOf(text); !guid.isEmpty())
        return ApplicationId(guid);
    if (text.trimmed().isEmpty())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The application (client) id is missing. Copy it from the overview page of the app "
                           "registration in the Entra admin centre."));
    return failure(
        ErrorKind::InvalidInput,
        QStringLiteral("This is no application (client) id, which is 32 hexadecimal digits with dashes. Copy "
                       "it from the overview page of the app registration in the Entra admin centre."));
}

} // namespace relaywright
