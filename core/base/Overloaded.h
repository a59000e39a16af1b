// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace relaywright {

/// Joins lambdas to one visitor for `std::visit`.
template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

} // namespace relaywright
