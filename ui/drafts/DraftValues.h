// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/base/Text.h"
#include "ui/drafts/Problems.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace relaywright {

// How a draft's text becomes a value: `check…` says what is wrong with it, `keep…` takes it when it is right and leaves
// what was there otherwise. An empty text is "I don't know".

inline void addProblem(Problems &problems, const char *field, const QString &sentence)
{
    problems.push_back({QLatin1String(field), sentence});
}

/// Adds the first fault of a list of values.
template <class Parse>
void checkList(Problems &problems, const char *field, const QString &text, Parse parse)
{
    for (const QString &item : splitList(text)) {
        if (const auto value = parse(item); !value) {
            addProblem(problems, field, value.error().detail);
            return;
        }
    }
}

/// The good values of a list.
template <class T, class Parse>
[[nodiscard]] std::vector<T> parseList(const QString &text, Parse parse)
{
    std::vector<T> values;
    for (const QString &item : splitList(text)) {
        if (const auto value = parse(item))
            values.push_back(*value);
    }
    return values;
}

template <class T, class Parse>
void keepList(std::vector<T> &target, const QString &text, Parse parse)
{
    Problems problems;
    checkList(problems, "", text, parse);
    if (problems.empty())
        target = parseList<T>(text, parse);
}

template <class Parse>
void checkOne(Problems &problems, const char *field, const QString &text, Parse parse)
{
    if (text.trimmed().isEmpty())
        return;
    if (const auto value = parse(text.trimmed()); !value)
        addProblem(problems, field, value.error().detail);
}

template <class T, class Parse>
void keepOne(std::optional<T> &target, const QString &text, Parse parse)
{
    if (text.trimmed().isEmpty())
        target.reset();
    else if (const auto value = parse(text.trimmed()))
        target = *value;
}

template <class T>
[[nodiscard]] QString textOf(const std::optional<T> &value)
{
    return value ? value->toString() : QString();
}

template <class T>
[[nodiscard]] QString joined(const std::vector<T> &values)
{
    QStringList texts;
    for (const T &value : values)
        texts += value.toString();
    return texts.join(QLatin1String(", "));
}

/// Whole numbers from 1 to `most`; the sentence of `checkCount` says so.
void checkCount(Problems &problems, const char *field, const QString &text, int most);
void keepCount(std::optional<int> &target, const QString &text, int most);
[[nodiscard]] QString countText(const std::optional<int> &count);

} // namespace relaywright
