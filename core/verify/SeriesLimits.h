// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/TestSeries.h"

#include <QObject>

#include <memory>
#include <vector>

namespace relaywright {

/// What a series of tests may do.
struct SeriesLimits {
    Endpoint server; ///< the strictest of the targets; it decides over the whole series
    SeriesBounds bounds;
    std::vector<Endpoint> practice; ///< targets that are known to be practice servers
};

/// Finds the limits of a series. Its targets are asked whether they are practice servers (PracticeLook), one after
/// another, only where the series wants more than another server may be sent.
///
/// Single use; it lives in the thread it was made in and needs an event loop there. To stop it, delete it.
class SeriesLimitsSearch : public QObject {
    Q_OBJECT
public:
    /// `targets` are as the tests would connect, at least one; what goes to the same server counts once. `practice` is
    /// known already. `knowledge` outlives it.
    SeriesLimitsSearch(const std::vector<ConnectionSettings> &targets, std::vector<Endpoint> practice,
                       const Knowledge &knowledge, QObject *parent = nullptr);
    ~SeriesLimitsSearch() override;

    /// By what is known now.
    [[nodiscard]] SeriesLimits limits() const;
    /// True when the series wants no more than `limits` allows.
    [[nodiscard]] bool isWithin(const SeriesSize &size, int perMinute) const;
    void start();

Q_SIGNALS:
    void finished(const relaywright::SeriesLimits &limits); ///< exactly once, perhaps before `start` returns

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
