// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace relaywright {

/// Ends what a library in C made: `std::unique_ptr<BIO, FreedBy<BIO_free_all>>`.
template <auto Free>
struct FreedBy {
    template <class T>
    void operator()(T *object) const
    {
        Free(object);
    }
};

} // namespace relaywright
