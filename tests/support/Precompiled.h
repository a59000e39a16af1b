// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Precompiled.h"

#include <QSignalSpy>
#include <QTest>
