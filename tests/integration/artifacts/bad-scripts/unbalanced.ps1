# SPDX-License-Identifier: GPL-3.0-or-later
# expect: does not parse
if (Get-AcceptedDomain) {
    Get-InboundConnector )
