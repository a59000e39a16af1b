// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/SenderText.h"

#include "core/site/SiteDocument.h"
#include "ui/text/SiteText.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct SenderWords { Q_DECLARE_TR_FUNCTIONS(SenderText) };

template <class E>
std::vector<SenderText::Choice> wordsOf(const Choices<E> &choices)
{
    std::vector<SenderText::Choice> words;
    for (const auto &[value, text] : choices)
        words.emplace_back(toString(value), text);
    return words;
}

} // namespace

SenderText::SenderText()
{
    m_choices.emplace(SenderFact::Kind, wordsOf(senderKindChoices()));
    m_choices.emplace(SenderFact::Hosting, wordsOf(hostingChoices()));
    m_choices.emplace(SenderFact::Reach, wordsOf(reachChoices()));
    m_choices.emplace(SenderFact::Tls, wordsOf(tlsAbilityChoices()));
    m_choices.emplace(SenderFact::StartTls, wordsOf(yesNoChoices()));
    m_choices.emplace(SenderFact::SignIn, wordsOf(signInChoices()));
}

QString SenderText::title(SenderFact fact) const
{
    switch (fact) {
    case SenderFact::Id:                   return SenderWords::tr("ID");
    case SenderFact::Name:                 return SenderWords::tr("Name");
    case SenderFact::Kind:                 return SenderWords::tr("What it is");
    case SenderFact::Vendor:               return SenderWords::tr("Make and model");
    case SenderFact::Network:              return SenderWords::tr("Network");
    case SenderFact::Hosting:              return SenderWords::tr("Where it stands");
    case SenderFact::From:                 return SenderWords::tr("Sends as");
    case SenderFact::EnvelopeFrom:         return SenderWords::tr("Envelope sender");
    case SenderFact::AlsoFrom:             return SenderWords::tr("Also sends as");
    case SenderFact::SignInAs:             return SenderWords::tr("Signs in as");
    case SenderFact::RepliesTo:            return SenderWords::tr("Replies go to");
    case SenderFact::Reach:                return SenderWords::tr("Writes to");
    case SenderFact::Tls:                  return SenderWords::tr("Newest TLS");
    case SenderFact::StartTls:             return SenderWords::tr("STARTTLS");
    case SenderFact::SignIn:               return SenderWords::tr("Sign-in");
    case SenderFact::LanAddress:           return SenderWords::tr("LAN address");
    case SenderFact::OnlyPort:             return SenderWords::tr("Only port");
    case SenderFact::MessagesPerMinute:    return SenderWords::tr("Messages per minute");
    case SenderFact::RecipientsPerDay:     return SenderWords::tr("Recipients per day");
    case SenderFact::RecipientsPerMessage: return SenderWords::tr("Recipients per message");
    case SenderFact::LargestMessage:       return SenderWords::tr("Largest message");
    case SenderFact::Habits:               return SenderWords::tr("Habits");
    }
    Q_UNREACHABLE();
}

QString SenderText::answer(const Sender &sender, SenderFact fact) const
{
    const QString text = factText(sender, fact);
    if (!isChoice(fact))
        return text;
    for (const auto &[word, shown] : choices(fact)) {
        if (word == text)
            return shown;
    }
    return {}; // unknown
}

const std::vector<SenderText::Choice> &SenderText::choices(SenderFact fact) const
{
    return m_choices.at(fact);
}

} // namespace relaywright
