// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/SignInForm.h"

#include "core/oauth/FormEncoding.h"

#include <algorithm>

namespace relaywright {

std::optional<SignInForm> SignInForm::read(QByteArrayView text)
{
    auto pairs = readForm(text);
    if (!pairs)
        return std::nullopt;
    return SignInForm(std::move(*pairs));
}

SignInForm::~SignInForm()
{
    for (auto &pair : m_pairs)
        wipe(pair.second);
}

const QByteArray *SignInForm::find(QByteArrayView name) const
{
    const auto found =
        std::find_if(m_pairs.begin(), m_pairs.end(), [name](const auto &pair) { return pair.first == name; });
    return found == m_pairs.end() ? nullptr : &found->second;
}

QString SignInForm::text(QByteArrayView name) const
{
    const QByteArray *value = find(name);
    return value ? QString::fromUtf8(*value) : QString();
}

Secret SignInForm::secret(QByteArrayView name) const
{
    const QByteArray *value = find(name);
    return value ? Secret(QByteArray(value->constData(), value->size())) : Secret();
}

} // namespace relaywright
