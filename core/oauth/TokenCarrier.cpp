// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenCarrier.h"

#include "core/http/HttpCarrier.h"

#include <utility>

namespace relaywright {

namespace {

HttpQuestion questionOf(const TokenRequest &request, std::chrono::milliseconds patience)
{
    return {.method = "POST",
            .url = request.url,
            .fields = {{"Content-Type", kFormContentType}},
            .body = request.body,
            .maxAnswerOctets = kMaxTokenAnswerOctets,
            .patience = patience,
            .authoritiesPem = request.authoritiesPem};
}

TokenHttpAnswer answerOf(HttpAnswer &&answer)
{
    return {.status = answer.status,
            .contentType = answer.field("Content-Type"),
            .date = answer.field("Date"),
            .retryAfter = answer.field("Retry-After"),
            .body = std::move(answer.body)};
}

} // namespace

class TokenCarrier::Private {
public:
    Private(Settings given, const Clock &clockIn, const Knowledge &knowledgeIn)
        : patience(given.patience), clock(clockIn), knowledge(knowledgeIn),
          carrier({.authoritiesPem = std::move(given.authoritiesPem), .systemProxy = given.systemProxy})
    {
    }

    /// `Answer` is read from what came, or is the trouble that nothing came.
    template <class Answer, class Read>
    void carry(const TokenRequest &request, QObject *context, Read read, std::function<void(Answer)> done)
    {
        carrier.ask(
            questionOf(request, patience), context,
            [this, request, askedAt = clock.now(), read, done = std::move(done)](HttpOutcome outcome) {
                if (!outcome)
                    return done(troubleWithoutAnswer(outcome.error().error, request.url));
                done(read(answerOf(std::move(*outcome)), TokenExchange{request, askedAt, clock.now()}, knowledge));
            });
    }

    std::chrono::milliseconds patience;
    const Clock &clock;
    const Knowledge &knowledge;
    HttpCarrier carrier;
};

TokenCarrier::TokenCarrier(Settings settings, const Clock &clock, const Knowledge &knowledge, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), clock, knowledge))
{
}

TokenCarrier::~TokenCarrier() = default;

void TokenCarrier::ask(const TokenRequest &request, QObject *context, Done done)
{
    d->carry<TokenAnswer>(request, context, &readTokenAnswer, std::move(done));
}

void TokenCarrier::askForDeviceCode(const TokenRequest &request, QObject *context, CodeDone done)
{
    d->carry<DeviceCodeAnswer>(request, context, &readDeviceCodeAnswer, std::move(done));
}

} // namespace relaywright
