# SPDX-License-Identifier: GPL-3.0-or-later
# expect: does not ask
if (-not $PSCmdlet.ShouldProcess('x', 'y')) {
    Set-CASMailbox -Identity 'x' -SmtpClientAuthenticationDisabled $false
}
