// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenTrouble.h"

#include "core/http/HttpQuestion.h"

#include <QStringList>

namespace relaywright {

QString TokenTrouble::sentence() const
{
    QStringList sentences{title, cause, remedy, remark};
    if (!entraCode.isEmpty())
        sentences += QStringLiteral("Entra's code for it is AADSTS%1.").arg(entraCode);
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

QString toString(TokenTrouble::Kind kind)
{
    switch (kind) {
    case TokenTrouble::Kind::Wait: return QStringLiteral("wait");
    case TokenTrouble::Kind::Act: return QStringLiteral("act");
    }
    Q_UNREACHABLE();
}

QString toString(TokenTrouble::Actor actor)
{
    switch (actor) {
    case TokenTrouble::Actor::Nobody: return QStringLiteral("nobody");
    case TokenTrouble::Actor::User: return QStringLiteral("user");
    case TokenTrouble::Actor::Administrator: return QStringLiteral("administrator");
    }
    Q_UNREACHABLE();
}

TokenTrouble troubleWithoutAnswer(const Error &error, const QUrl &service)
{
    TokenTrouble trouble;
    trouble.title = QStringLiteral("The sign-in service gave no answer.");
    trouble.cause = error.detail;
    switch (error.kind) {
    case ErrorKind::Timeout:
    case ErrorKind::Unreachable:
    case ErrorKind::NotFound: // a name that DNS does not know now
    case ErrorKind::Cancelled:
        trouble.kind = TokenTrouble::Kind::Wait;
        trouble.actor = TokenTrouble::Actor::Nobody;
        trouble.remedy =
            isThisComputer(service)
                ? QStringLiteral("Start the practice service. It has another address, tenant and authority at each "
                                 "start: make the account anew with what it shows then.")
                : QStringLiteral("It may pass by itself; if it goes on, check the network, the proxy and DNS.");
        return trouble;
    case ErrorKind::TlsFailed:
        trouble.remedy =
            isThisComputer(service)
                ? QStringLiteral("A practice service has a new authority at each start: make the account anew with "
                                 "what it shows now.")
                : QStringLiteral("Check this computer's clock, and whether a proxy shows a certificate of its own.");
        return trouble;
    case ErrorKind::InvalidInput:
    case ErrorKind::Denied:
    case ErrorKind::Storage:
    case ErrorKind::Unsupported: trouble.remedy = QStringLiteral("Check the settings of this account."); return trouble;
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
