// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfEvaluation.h"

#include <QMap>

namespace relaywright::test {

/// DNS records by hand, and an evaluation driven with them. Names are asked without regard to case.
class SpfZone {
public:
    SpfZone &txt(const char *name, const QByteArray &text)
    {
        return at(name, SpfQueryType::Txt).texts += text, found(name, SpfQueryType::Txt);
    }
    SpfZone &address(const char *name, const char *text)
    {
        const IpAddress ip = *IpAddress::parse(QString::fromLatin1(text));
        const SpfQueryType type = ip.family() == IpAddress::Family::V4 ? SpfQueryType::A : SpfQueryType::Aaaa;
        at(name, type).addresses.push_back(ip);
        return found(name, type);
    }
    SpfZone &mx(const char *name, const char *exchange) { return addName(name, SpfQueryType::Mx, exchange); }
    SpfZone &ptr(const char *reverseName, const char *name) { return addName(reverseName, SpfQueryType::Ptr, name); }
    SpfZone &fails(const char *name, SpfQueryType type)
    {
        at(name, type).status = SpfAnswer::Status::Failed;
        return *this;
    }

    [[nodiscard]] SpfAnswer answer(const SpfQuery &query) const
    {
        return m_answers.value({query.name.toLower(), query.type});
    }

    /// Runs to the end; `questions` gets what was asked, in order.
    [[nodiscard]] SpfVerdict check(const SpfRequest &request, std::vector<SpfQuery> *questions = nullptr) const
    {
        SpfEvaluation evaluation(request);
        while (const auto query = evaluation.pending()) {
            if (questions)
                questions->push_back(*query);
            evaluation.feed(answer(*query));
        }
        return evaluation.verdict().value_or(SpfVerdict{.reason = QStringLiteral("no verdict")});
    }
    [[nodiscard]] SpfVerdict check(const char *ip, const char *mailFrom, const char *helo = "mail.example.com") const
    {
        return check(SpfRequest{.ip = *IpAddress::parse(QString::fromLatin1(ip)),
                                .helo = QString::fromUtf8(helo),
                                .mailFrom = QString::fromUtf8(mailFrom)});
    }

private:
    using Key = std::pair<QString, SpfQueryType>;
    SpfAnswer &at(const char *name, SpfQueryType type)
    {
        return m_answers[Key{QString::fromLatin1(name).toLower(), type}];
    }
    SpfZone &found(const char *name, SpfQueryType type)
    {
        at(name, type).status = SpfAnswer::Status::Found;
        return *this;
    }
    SpfZone &addName(const char *name, SpfQueryType type, const char *target)
    {
        at(name, type).names += QString::fromLatin1(target);
        return found(name, type);
    }
    QMap<Key, SpfAnswer> m_answers;
};

} // namespace relaywright::test
