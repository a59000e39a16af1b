// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/ErrorText.h"

#include <QCoreApplication>

namespace relaywright {

namespace {
struct ErrorText { Q_DECLARE_TR_FUNCTIONS(ErrorText) };
} // namespace

QString headline(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput: return ErrorText::tr("A value cannot be used as it is");
    case ErrorKind::NotFound:     return ErrorText::tr("It was not found");
    case ErrorKind::Denied:       return ErrorText::tr("Access was refused");
    case ErrorKind::Timeout:      return ErrorText::tr("No answer came in time");
    case ErrorKind::Unreachable:  return ErrorText::tr("No connection could be made");
    case ErrorKind::TlsFailed:    return ErrorText::tr("The encrypted connection could not be set up");
    case ErrorKind::Storage:      return ErrorText::tr("It could not be stored");
    case ErrorKind::Unsupported:  return ErrorText::tr("This is not available here");
    case ErrorKind::Cancelled:    return ErrorText::tr("It was stopped");
    }
    Q_UNREACHABLE();
}

QString sentence(const Error &error)
{
    return error.detail.isEmpty() ? headline(error.kind) + u'.' : error.detail;
}

} // namespace relaywright
