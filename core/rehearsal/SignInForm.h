// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace relaywright {

/// The pairs of a form or a query (`readForm`), which may be secrets: they are wiped when it goes.
class SignInForm {
public:
    /// Nothing for what cannot be read.
    [[nodiscard]] static std::optional<SignInForm> read(QByteArrayView text);
    ~SignInForm();
    SignInForm(SignInForm &&) = default;
    SignInForm &operator=(SignInForm &&) = default;
    SignInForm(const SignInForm &) = delete;
    SignInForm &operator=(const SignInForm &) = delete;

    /// Empty where it is missing.
    [[nodiscard]] QString text(QByteArrayView name) const;
    [[nodiscard]] Secret secret(QByteArrayView name) const;

private:
    using Pairs = std::vector<std::pair<QByteArray, QByteArray>>;
    explicit SignInForm(Pairs pairs) : m_pairs(std::move(pairs)) {}
    [[nodiscard]] const QByteArray *find(QByteArrayView name) const;
    Pairs m_pairs;
};

} // namespace relaywright
