# SPDX-License-Identifier: GPL-3.0-or-later
# expect: has an expandable string
Get-Recipient -Identity "x $(calc)"
