# SPDX-License-Identifier: GPL-3.0-or-later
# expect: lacks its value
Get-Recipient -Identity -ErrorAction SilentlyContinue
