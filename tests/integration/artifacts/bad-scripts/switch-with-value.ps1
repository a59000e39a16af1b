# SPDX-License-Identifier: GPL-3.0-or-later
# expect: takes a value after a colon only
Connect-ExchangeOnline -ShowBanner $false
