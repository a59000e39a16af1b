# SPDX-License-Identifier: GPL-3.0-or-later
# expect: is not in the list of cmdlets
Get-Recipient -Identity 'x'; Remove-Mailbox 'y'
