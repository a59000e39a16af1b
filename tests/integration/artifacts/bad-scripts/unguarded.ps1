# SPDX-License-Identifier: GPL-3.0-or-later
# expect: does not ask
if (Get-AcceptedDomain) {
    Set-CASMailbox -Identity 'x' -SmtpClientAuthenticationDisabled $false
}
