// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/LintRemarks.h"

namespace relaywright {

/// Judges the header fields of a message itself, not those of its parts (RFC 5322 §3.6). Internal to core/mail.
class HeaderLint {
public:
    explicit HeaderLint(LintRemarks &remarks) : m_remarks(remarks) {}
    /// `value` is unfolded; `line` is that of the field's first.
    void onField(const QByteArray &name, const QByteArray &value, qint64 line);
    void onEnd();
    [[nodiscard]] const LintedSenders &senders() const { return m_senders; }

private:
    [[nodiscard]] int count(const char *name) const;
    void checkOctets(const QByteArray &name, const QByteArray &value, qint64 line);
    void checkAddresses(const QByteArray &name, const QByteArray &value, qint64 line);
    void checkDate(const QByteArray &value, qint64 line);
    void checkMessageId(const QByteArray &value, qint64 line);
    void checkRequired();
    void checkRepeated();

    LintRemarks &m_remarks;
    LintedSenders m_senders;
    std::map<QByteArray, int> m_counts; ///< of the fields that RFC 5322 limits, lower case
    qint64 m_fields = 0;
};

} // namespace relaywright
