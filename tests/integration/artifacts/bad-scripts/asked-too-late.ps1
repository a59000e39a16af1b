# SPDX-License-Identifier: GPL-3.0-or-later
# expect: does not ask
foreach ($x in $y) {
    Set-CASMailbox -Identity 'x' -SmtpClientAuthenticationDisabled $false
    if (-not $PSCmdlet.ShouldProcess('x', 'y')) {
        continue
    }
}
