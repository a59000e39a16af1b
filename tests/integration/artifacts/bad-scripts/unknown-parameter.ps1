# SPDX-License-Identifier: GPL-3.0-or-later
# expect: Get-Recipient has no parameter -Name
Get-Recipient -Name 'x'
