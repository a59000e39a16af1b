// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeSignIn.h"

#include "core/oauth/FormEncoding.h"

#include <QUrl>

#include <utility>

namespace relaywright {

namespace {

const QString kDecline = QStringLiteral("decline");

tl::unexpected<EntraRefusal> refused(EntraRefusal refusal)
{
    return tl::unexpected<EntraRefusal>(std::move(refusal));
}

/// A page without scripts, pictures or frames; what it shows of strangers' text must be escaped.
HttpReply page(int status, const QString &title, const QString &content)
{
    const QString html =
        QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%1</title></head>\n"
                       "<body><h1>%1</h1>\n<p>This is a practice sign-in service on this computer. Never enter a real "
                       "password here.</p>\n%2\n</body></html>\n")
            .arg(title, content);
    return {.status = status,
            .fields = {{"Content-Type", "text/html; charset=utf-8"},
                       {"Cache-Control", "no-store"},
                       {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                       {"Referrer-Policy", "no-referrer"}},
            .body = html.toUtf8()};
}

HttpReply refusalPage(const EntraRefusal &refusal, const EntraTrace &trace)
{
    return page(refusal.status, QStringLiteral("The sign-in is refused"),
                QStringLiteral("<p>%1</p>").arg(descriptionOf(refusal, trace).toHtmlEscaped()));
}

QString hidden(const QString &name, const QString &value)
{
    return QStringLiteral("<input type=\"hidden\" name=\"%1\" value=\"%2\">").arg(name, value.toHtmlEscaped());
}

QString buttons()
{
    return QStringLiteral("<p><button name=\"answer\" value=\"accept\">Sign in and accept</button> "
                          "<button name=\"answer\" value=\"decline\">Cancel</button></p>");
}

/// Entra ignores the port of a loopback redirect (RFC 8252 §7.3); other addresses are registered, and here none is.
bool isLoopback(const QString &redirect)
{
    const QUrl url(redirect, QUrl::StrictMode);
    const QString host = url.host();
    const bool isHere =
        host == QLatin1String("localhost") || host == QLatin1String("127.0.0.1") || host == QLatin1String("::1");
    const bool isBare =
        (url.path().isEmpty() || url.path() == QLatin1String("/")) && !url.hasQuery() && !url.hasFragment();
    return url.isValid() && url.scheme() == QLatin1String("http") && isHere && isBare && url.userInfo().isEmpty();
}

bool isChallenge(const QString &text)
{
    constexpr qsizetype kS256Chars = 43; // RFC 7636 §4.2
    return text.size() == kS256Chars;
}

HttpReply redirectTo(const CodeWish &wish, FormWriter &query)
{
    if (!wish.state.isEmpty())
        query.add("state", wish.state);
    const Secret form = query.form();
    return {.status = 302,
            .fields = {{"Location", wish.redirect.toLatin1() + '?' + form.reveal().toByteArray()},
                       {"Cache-Control", "no-store"}}};
}

} // namespace

HttpReply PracticeSignIn::redirectWith(const CodeWish &wish, const EntraRefusal &refusal, TimePoint now)
{
    ++m_counts.refused;
    FormWriter query;
    query.add("error", refusal.error);
    query.add("error_description", descriptionOf(refusal, trace(nullptr, now)));
    if (!refusal.subError.isEmpty())
        query.add("error_subcode", refusal.subError);
    return redirectTo(wish, query);
}

PracticeSignIn::Answer<void> PracticeSignIn::admit(const PracticeUser &user, const Secret &password) const
{
    if (!user.password.isEmpty() && !(user.password == password))
        return refused(passwordWrong());
    // A new sign-in is what lifts a revocation.
    if (user.obstacle != SignInObstacle::Nothing && user.obstacle != SignInObstacle::Revoked)
        return refused(obstacleRefusal(user.obstacle, user.name.toString()));
    return {};
}

HttpReply PracticeSignIn::authorize(const HttpRequest &request, const QString &tenant, TimePoint now)
{
    const auto form = SignInForm::read(request.query());
    if (!form)
        return refusalPage(requestMalformed(), trace(&request, now));
    // Before these two are known to be good nothing may be sent to the redirect (RFC 6749 §4.1.2.1).
    const auto application = applicationOf(*form, tenant);
    if (!application)
        return refusalPage(application.error(), trace(&request, now));
    const QString redirect = form->text("redirect_uri");
    if (!isLoopback(redirect))
        return refusalPage(redirectUnknown(redirect), trace(&request, now));
    const CodeWish wish{.application = (*application)->id,
                        .scopes = form->text("scope"),
                        .redirect = redirect,
                        .challenge = form->text("code_challenge").toLatin1(),
                        .state = form->text("state")};
    if (form->text("response_type") != QLatin1String("code"))
        return redirectWith(wish, responseTypeUnknown(), now);
    if (form->text("code_challenge_method") != QLatin1String("S256") || !isChallenge(form->text("code_challenge")))
        return redirectWith(wish, parameterMissing(QStringLiteral("code_challenge")), now);
    const auto granted = readScopes(wish.scopes, TokenHolder::User, **application, m_directory->cloud, m_knowledge);
    if (!granted)
        return redirectWith(wish, granted.error(), now);
    if (m_consent == PracticeConsent::Declined)
        return redirectWith(wish, consentDeclined(), now);
    const QString hint = form->text("login_hint");
    const PracticeUser *user = hint.isEmpty() && !m_directory->users.empty() ? &m_directory->users.front()
                                                                             : std::as_const(*m_directory).user(hint);
    if (m_consent == PracticeConsent::AtOnce)
        return decided(wish, user, user ? user->password : Secret(), now);
    const Secret ticket = m_grants.awaitDecision(wish, now);
    return page(200, QStringLiteral("Choose an account"),
                QStringLiteral("<form method=\"post\" action=\"/decide\">%1\n<p>%2 asks for: %3</p>\n%4%5</form>")
                    .arg(hidden(QStringLiteral("ticket"), QString::fromLatin1(ticket.reveal())),
                         (*application)->name.toHtmlEscaped(), granted->shown().toHtmlEscaped(), usersToChoose(),
                         buttons()));
}

QString PracticeSignIn::usersToChoose() const
{
    QString list;
    bool asksPassword = false;
    for (const PracticeUser &user : m_directory->users) {
        const QString name = user.name.toString().toHtmlEscaped();
        list += QStringLiteral("<p><label><input type=\"radio\" name=\"user\" value=\"%1\"%2> %1</label></p>\n")
                    .arg(name, list.isEmpty() ? QStringLiteral(" checked") : QString());
        asksPassword = asksPassword || !user.password.isEmpty();
    }
    if (asksPassword)
        list += QStringLiteral("<p><label>Practice password <input type=\"password\" name=\"password\" "
                               "autocomplete=\"off\"></label></p>\n");
    return list;
}

HttpReply PracticeSignIn::decided(const CodeWish &wish, const PracticeUser *user, const Secret &password, TimePoint now)
{
    if (!user)
        return redirectWith(wish, userUnknown(QStringLiteral("that was chosen")), now);
    if (const auto admitted = admit(*user, password); !admitted)
        return redirectWith(wish, admitted.error(), now);
    if (PracticeUser *back = m_directory->user(user->name.toString()); back->obstacle == SignInObstacle::Revoked)
        back->obstacle = SignInObstacle::Nothing;
    FormWriter query;
    query.add("code", m_grants.makeCode(wish, user->name.toString(), now));
    return redirectTo(wish, query);
}

HttpReply PracticeSignIn::decide(const HttpRequest &request, TimePoint now)
{
    const auto form = SignInForm::read(request.body);
    if (request.method != "POST" || !form)
        return refusalPage(requestMalformed(), trace(&request, now));
    const auto wish = m_grants.takeDecision(form->secret("ticket"), now);
    if (!wish)
        return refusalPage(codeInvalid(QStringLiteral("This page was used or is too old. Begin the sign-in again.")),
                           trace(&request, now));
    if (form->text("answer") == kDecline)
        return redirectWith(*wish, consentDeclined(), now);
    return decided(*wish, std::as_const(*m_directory).user(form->text("user")), form->secret("password"), now);
}

HttpReply PracticeSignIn::deviceLogin(const HttpRequest &request, TimePoint now)
{
    if (request.method == "GET")
        return page(
            200, QStringLiteral("Enter the code"),
            QStringLiteral("<form method=\"post\" action=\"/devicelogin\">\n<p><label>The code that the device shows "
                           "<input name=\"code\" autocomplete=\"off\"></label></p>\n%1%2</form>")
                .arg(usersToChoose(), buttons()));
    const auto form = SignInForm::read(request.body);
    if (request.method != "POST" || !form)
        return refusalPage(requestMalformed(), trace(&request, now));
    const bool isDeclined = form->text("answer") == kDecline;
    const PracticeUser *user = std::as_const(*m_directory).user(form->text("user"));
    if (!isDeclined && !user)
        return refusalPage(userUnknown(form->text("user")), trace(&request, now));
    if (!isDeclined) {
        if (const auto admitted = admit(*user, form->secret("password")); !admitted)
            return refusalPage(admitted.error(), trace(&request, now));
    }
    const auto chosen = isDeclined ? std::nullopt : std::optional(user->name.toString());
    if (!m_grants.decideDevice(form->text("code"), chosen, now))
        return refusalPage(deviceUnknown(), trace(&request, now));
    return page(200,
                isDeclined ? QStringLiteral("The sign-in was cancelled") : QStringLiteral("The device is signed in"),
                QStringLiteral("<p>Close this page and go back to the device.</p>"));
}

} // namespace relaywright
